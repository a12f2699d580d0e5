"""Members of a combination: what networks and methods forecast of the same rows.

Shape letters: D series, K origins, H steps ahead.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.evaluation.known_walks import walk_once
from statecast.evaluation.methods import Course
from statecast.evaluation.part_ahead import (
    PartAhead,
    method_ahead,
    networks_ahead,
    ridge_ahead,
    rmse_by_series,
)
from statecast.evaluation.ridge import RIDGE
from statecast.evaluation.ridge_paths import ridge_paths
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.next_values import next_paths, with_rows_after
from statecast.network.ensemble import Ensemble
from statecast.network.rows import SeriesRows
from statecast.study.configurations import Configuration
from statecast.study.local import Train
from statecast.study.measuring import Ready
from statecast.training.job import Job


class TrainedConfiguration(NamedTuple):
    """A configuration, its rows, and its networks of the series and of the folds."""

    configuration: Configuration
    ready: Ready
    ensemble: Ensemble


class Chosen(NamedTuple):
    """A configuration that was chosen: the same twice where its folds end before the test rows."""

    judged: TrainedConfiguration  # whose validation rows it was chosen by
    tested: TrainedConfiguration  # which has trained on all rows before the test rows


class Member(NamedTuple):
    """Forecasts of one member, the later ones fed with its own."""

    name: str
    validation: list[PartAhead]  # of each series or fold, from each validation row on
    test: list[PartAhead]  # of each series, from each test row on

    def validation_rmse(self, names: Sequence[str], *, step: int | None = None) -> Floats:
        """Return the RMSE over the validation rows of each series [D].

        Args:
            names: of the series.
            step: ahead, from 0; None: all steps.

        """
        return rmse_by_series(self.validation, names, step=step)

    def test_rmse(self, names: Sequence[str]) -> Floats:
        """Return the RMSE one step ahead on the test rows of each series [D]."""
        return rmse_by_series(self.test, names, step=0)

    def can_forecast_all(self, names: Sequence[str]) -> list[bool]:
        """Return of each series whether the member has a forecast of all its test rows [D]."""
        missing = {
            own.key.unique_id
            for own in self.test
            if not np.isfinite(own.residuals()[np.isfinite(own.y)]).all()
        }
        return [name not in missing for name in names]


def network_member(chosen: Chosen, horizon: int) -> Member:
    """Return what the repeats of a configuration forecast in the mean.

    Args:
        chosen: its networks.
        horizon: H.

    """
    validation = _networks_part(chosen.judged, "validation", horizon)
    test = _networks_part(chosen.tested, "test", horizon)
    return Member(chosen.tested.configuration.name, validation, test)


def _networks_part(trained: TrainedConfiguration, part: str, horizon: int) -> list[PartAhead]:
    ready = trained.ready
    return networks_ahead(
        ready.networks(trained.ensemble),
        ready.series,
        part,
        inputs=ready.inputs,
        undo=ready.undo,
        horizon=horizon,
        warm_up=ready.warm_up,
    )


def method_member(
    method: str, judged: Ready, tested: Ready, *, season_length: int, horizon: int
) -> Member:
    """Return what a method forecasts of the rows that the networks of a configuration forecast.

    Args:
        method: one of METHODS; it is fitted anew on the rows that networks train on. Ridge has
            the inputs of the configuration, and the others the values alone.
        judged: whose validation rows are forecast; all configurations have the same.
        tested: whose test rows are.
        season_length: rows in a season.
        horizon: H.

    """

    def of_part(ready: Ready, part: str) -> list[PartAhead]:
        if method == RIDGE:
            return ridge_ahead(
                ready.series,
                part,
                alpha=ready.ridge_alpha,
                inputs=ready.inputs,
                undo=ready.undo,
                horizon=horizon,
            )
        return method_ahead(
            method, ready.series, part, season_length=season_length, horizon=horizon
        )

    return Member(method, of_part(judged, "validation"), of_part(tested, "test"))


def networks_after(
    chosen: Sequence[TrainedConfiguration], train: Train, horizon: int
) -> list[list[Floats]]:
    """Return the forecasts after the ends of configurations trained anew on all rows.

    Args:
        chosen: the configurations.
        train: trains jobs.
        horizon: H.

    Returns:
        Of each configuration those of each series [H].

    Raises:
        Exception: what a training raises.

    """
    ensembles: dict[int, Ensemble] = {}
    for place, result in train([_job_on_all_rows(own.ready) for own in chosen]):
        if isinstance(result, Exception):
            raise result
        ensembles[place] = result.ensemble
    return [_after(own, ensembles[place], horizon) for place, own in enumerate(chosen)]


def _job_on_all_rows(ready: Ready) -> Job:
    """Return the training of a configuration on all rows; the folds stay where they stop it."""
    stops = ready.job.setting.learning.patience is not None
    rows = [_all_rows(own) for own in ready.job.series if own.key.is_whole or stops]
    return ready.job._replace(series=rows)


def _all_rows(rows: SeriesRows) -> SeriesRows:
    return rows.all_for_training() if rows.key.is_whole else rows


def _after(trained: TrainedConfiguration, ensemble: Ensemble, horizon: int) -> list[Floats]:
    ready = trained.ready
    paths = next_paths(
        ready.networks(ensemble),
        _whole_series(ready),
        ready.future_rows(horizon),
        inputs=ready.inputs,
        undo=ready.undo,
        horizon=horizon,
    )
    return [own.by_repeat.mean(axis=0) for own in paths]


def _whole_series(ready: Ready) -> list[AlignedSeries]:
    """Return the series without their folds, all rows for training."""
    return [own._replace(rows=_all_rows(own.rows)) for own in ready.series if own.key.is_whole]


def method_after(
    method: str, ready: Ready, *, season_length: int, horizon: int
) -> list[Floats | None]:
    """Return the forecasts of a method after the ends of series [H]; None if it cannot be fitted.

    Args:
        method: one of METHODS, which is fitted on all rows.
        ready: the series, and the inputs of ridge.
        season_length: rows in a season.
        horizon: H.

    """
    whole = _whole_series(ready)
    if method == RIDGE:
        return _ridge_after(ready, whole, horizon)
    courses = [
        Course(own.key.unique_id, own.y, len(own.y), np.array([len(own.y)]), horizon)
        for own in whole
    ]
    walked = walk_once(method, courses, season_length=season_length)
    return [None if own is None else own.forecast[0] for own in walked]


def _ridge_after(ready: Ready, whole: Sequence[AlignedSeries], horizon: int) -> list[Floats | None]:
    longer = with_rows_after(whole, ready.future_rows(horizon), ready.inputs, ready.undo)
    after: list[Floats | None] = []
    for own in longer:
        first = len(own.rows.y) - horizon
        paths = ridge_paths(
            own,
            ready.ridge_alpha,
            inputs=ready.inputs,
            undo=ready.undo,
            origins=[first],
            horizon=horizon,
        )
        after.append(None if paths is None else paths[0])
    return after
