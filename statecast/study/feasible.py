"""Draws of which every configuration can be run: those that cannot are drawn again."""

import numpy as np

from statecast.base.errors import StatecastError, require
from statecast.base.keys import Nested, with_values
from statecast.base.section import validated
from statecast.data.seasonal import SEASONS
from statecast.params.difference import DifferenceParams
from statecast.params.frame import FrameParams
from statecast.params.train import TrainParams
from statecast.study.configurations import Overrides, configuration, describe, draw
from statecast.study.facts import SeriesFacts
from statecast.study.file import StudyFile

TRIES = 50  # draws for each configuration that is wanted


def is_feasible(params: Nested, facts: SeriesFacts) -> bool:
    """Return whether a series has the rows, the times and the values that a configuration needs.

    Args:
        params: all sections.
        facts: of the series.

    """
    try:
        difference, frame, train = _sections_of(params, "params.yaml")
    except StatecastError:
        return False
    # a value held out counts too: of 0 there is no logarithm, to test by or to go on from
    positive = difference.transform == "none" or facts.lowest > 0
    dated = facts.has_dates or not frame.calendar
    needed = difference.rows_lost() + frame.rows_needed(train.rows_of_update())
    is_long = needed <= facts.rows
    return positive and dated and is_long and _has_season(difference, frame, facts)


def _sections_of(params: Nested, where: str) -> tuple[DifferenceParams, FrameParams, TrainParams]:
    """Return the sections that say how many rows a configuration needs.

    Raises:
        StatecastError: one has a mistake.

    """
    return (
        validated(DifferenceParams, params["difference"], where),
        validated(FrameParams, params["frame"], where),
        validated(TrainParams, params["train"], where),
    )


def _has_season(difference: DifferenceParams, frame: FrameParams, facts: SeriesFacts) -> bool:
    """Return whether the season can be taken out, where that is asked for."""
    if difference.seasonal == "none":
        return True
    is_positive = difference.seasonal == "additive" or facts.lowest > 0
    fitted = facts.rows - frame.held_out()
    return is_positive and facts.season > 1 and fitted >= SEASONS * facts.season


def with_feasible_draws(
    study: StudyFile, params: Nested, facts: SeriesFacts, where: str
) -> StudyFile:
    """Return a study that lists its random draws; each of them can be run.

    Args:
        study: what is run; without random draws it stays as it is.
        params: all sections, before its overrides.
        facts: of the series.
        where: the file of the study, for the message of an error.

    Raises:
        StatecastError: not one draw can be run; a mistake in the last one is what is said of it.

    """
    if study.random is None:
        return study
    generator = np.random.default_rng(study.random.seed)
    different: dict[str, Overrides] = {}
    for _ in range(TRIES * study.random.draws):
        drawn = draw(study.random.ranges, generator)
        overrides = configuration(study, drawn).overrides
        if is_feasible(with_values(params, overrides), facts):
            different.setdefault(describe(drawn), drawn)
        if len(different) == study.random.draws:
            break
    if not different:
        _sections_of(with_values(params, overrides), where)
    must = f"have a configuration that {facts.rows} rows are enough for"
    require(bool(different), f"{where}: random", must, "none")
    return study.model_copy(update={"random": None, "configurations": [*different.values()]})
