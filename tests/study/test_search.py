"""Optuna's trials. Oracle: an error worked by hand, lowest at a learning rate of 0.01."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import validated
from statecast.study.configurations import Configuration
from statecast.study.file import OptunaSearch, StudyFile
from statecast.study.search import (
    best_trials,
    finished,
    name_of_search,
    open_search,
    search_on,
)
from statecast.study.session import Outcome

RANGES = {
    "train.learning_rate": {"low": 1e-4, "high": 1e-1, "log": True},
    "train.units": {"choices": [[1], [2, 3]]},
    "train.batch_size": {"low": 1, "high": 4, "integer": True},
}


def study_of(**content: Any) -> tuple[StudyFile, OptunaSearch]:
    section = {"trials": 10, "ranges": RANGES, **content}
    study = validated(StudyFile, {"name": "s", "optuna": section}, "s.yaml")
    assert study.optuna is not None
    return study, study.optuna


def error_of(configuration: Configuration) -> float:
    return float(abs(np.log10(configuration.overrides["train.learning_rate"]) + 2))


def measured(configurations: Sequence[Configuration]) -> list[Outcome]:
    return [
        Outcome(configuration, "measured", {"validation": {"rmse": {"mean": error}}})
        for configuration in configurations
        for error in [error_of(configuration)]
    ]


def failed(configurations: Sequence[Configuration]) -> list[Outcome]:
    return [Outcome(configuration, "failed", {}, "wrong") for configuration in configurations]


class Interrupted:
    """Trials that are interrupted in their third block."""

    def __init__(self) -> None:
        self.blocks: list[list[Configuration]] = []

    def run(self, block: Sequence[Configuration]) -> list[Outcome]:
        self.blocks.append(list(block))
        if len(self.blocks) == 3:
            raise KeyboardInterrupt
        return measured(block)


def interrupted_and_resumed(storage: Path) -> tuple[Interrupted, optuna.Study]:
    study, section = study_of()
    trials = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        search_on(open_search(section, "s", storage), study, section, trials.run, None)
    again = open_search(section, "s", storage)
    assert len(finished(again)) == 8
    search_on(again, study, section, trials.run, None)
    return trials, again


@pytest.mark.parametrize("file", [pytest.param("s.db", marks=pytest.mark.slow), "s.journal"])
def test_search_goes_on_from_its_storage(tmp_path: Path, file: str) -> None:
    trials, again = interrupted_and_resumed(tmp_path / file)
    assert [len(block) for block in trials.blocks] == [4, 4, 2, 2]
    assert len(finished(again)) == 10


def test_search_of_a_changed_study_file_is_another_one(tmp_path: Path) -> None:
    """Optuna takes no trial of other choices, and one of other epochs proves nothing."""
    study, section = study_of()
    searched = open_search(section, name_of_search(study, section, "head"), tmp_path / "s.journal")
    search_on(searched, study, section, measured, None)
    fewer = {**RANGES, "train.units": {"choices": [[1]]}}
    _, of_other_ranges = study_of(ranges=fewer)
    name = name_of_search(study, of_other_ranges, "head")
    search = open_search(of_other_ranges, name, tmp_path / "s.journal")
    search_on(search, study, of_other_ranges, measured, None)
    assert {str(own.overrides["train.units"]) for own in best_trials(search, 10)} == {"[1]"}


def test_search_goes_on_with_more_trials_and_not_with_other_overrides() -> None:
    study, section = study_of()
    name = name_of_search(study, section, "head")
    assert name == name_of_search(*study_of(trials=20, block=2), "head")
    longer = study.model_copy(update={"overrides": {"train.epochs": 1000}})
    others = [name_of_search(longer, section, "head"), name_of_search(study, section, "other")]
    assert len({name, *others}) == 3


def test_best_trial_is_that_with_the_lowest_error(tmp_path: Path) -> None:
    trials, again = interrupted_and_resumed(tmp_path / "s.journal")
    done = [trial for place in (0, 1, 3) for trial in trials.blocks[place]]
    assert best_trials(again, 1) == [min(done, key=error_of)]


def test_choice_may_be_a_list(tmp_path: Path) -> None:
    trials, _ = interrupted_and_resumed(tmp_path / "s.journal")
    tried = [trial.overrides["train.units"] for block in trials.blocks for trial in block]
    assert all(units in ([1], [2, 3]) for units in tried)


def searched(storage: Path, seed: int) -> list[Configuration]:
    study, section = study_of(seed=seed)
    search = open_search(section, "s", storage)
    search_on(search, study, section, measured, None)
    return best_trials(search, 10)


def test_search_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    found = [
        searched(tmp_path / f"{number}.journal", seed) for number, seed in enumerate((0, 0, 1))
    ]
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_trials_that_few_repeats_show_to_be_worse_end_there(tmp_path: Path) -> None:
    study, section = study_of(trials=20, block=5)
    search = open_search(section, "s", tmp_path / "s.journal")
    full: list[Configuration] = []

    def run(block: Sequence[Configuration]) -> list[Outcome]:
        full.extend(block)
        return measured(block)

    search_on(search, study, section, run, measured)
    assert len(finished(search)) == 20
    assert 5 < len(full) < 20
    assert best_trials(search, 1)[0] in full


def test_search_in_which_a_whole_block_fails_ends(tmp_path: Path) -> None:
    study, section = study_of()
    search = open_search(section, "s", tmp_path / "s.journal")
    search_on(search, study, section, failed, None)
    assert len(search.trials) == section.block
    assert finished(search) == []


@pytest.mark.parametrize(
    "name", ["folder", "folder.journal", "text.db", "text.journal", "text/s.db"]
)
def test_storage_that_optuna_cannot_use_is_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.journal").mkdir()
    for text in ("text", "text.db", "text.journal"):
        (tmp_path / text).write_text("no database\nof Optuna\n" * 100)
    _, section = study_of(storage=str(tmp_path / name))
    with pytest.raises(StatecastError) as raised:
        open_search(section, "s", tmp_path / "default.db")
    start = f"optuna.storage must be a file that Optuna can use, got {tmp_path / name}: "
    assert str(raised.value).startswith(start)
    assert "\n" not in str(raised.value)
    assert (tmp_path / "text.db").read_text().startswith("no database")
