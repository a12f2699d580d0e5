"""Trainings of a block, of which some fail. Oracle: worked by hand."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.study.session import ERROR_LENGTH, Seconds, in_a_line, trained
from statecast.training.job import Job

BAD = "bad"


class Trainer:
    """Trains words, and fails at the bad one; notes the blocks that it is asked for."""

    def __init__(self) -> None:
        self.blocks: list[list[str]] = []

    def train(self, jobs: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        self.blocks.append(list(jobs))
        for place, word in enumerate(jobs):
            if word == BAD:
                raise ValueError(word)
            yield place, word.upper()


def jobs_of(*words: str) -> dict[str, Job]:
    return {word: word for word in words}  # type: ignore[misc]


def test_jobs_are_trained_together() -> None:
    trainer = Trainer()
    assert list(trained(jobs_of("a", "b"), trainer.train, Seconds())) == [("a", "A"), ("b", "B")]
    assert trainer.blocks == [["a", "b"]]


def test_no_jobs_are_no_training() -> None:
    trainer = Trainer()
    assert list(trained({}, trainer.train, Seconds())) == []
    assert trainer.blocks == []


def test_after_an_error_the_rest_is_trained_one_by_one() -> None:
    trainer = Trainer()
    results = dict(trained(jobs_of("a", BAD, "b"), trainer.train, Seconds()))
    assert trainer.blocks == [["a", BAD, "b"], [BAD], ["b"]]
    assert (results["a"], results["b"]) == ("A", "B")


def test_error_is_the_result_of_the_job_that_raises_it() -> None:
    results = dict(trained(jobs_of("a", BAD, "b"), Trainer().train, Seconds()))
    assert isinstance(results[BAD], ValueError)


def test_mistake_of_a_user_is_told_without_its_kind() -> None:
    assert in_a_line(StatecastError("a must be\n 1, got 2")) == "a must be 1, got 2"


def test_other_error_is_told_with_its_kind() -> None:
    assert in_a_line(KeyError("a")) == "KeyError: 'a'"


def test_long_error_is_cut() -> None:
    assert len(in_a_line(StatecastError("a" * 1000))) == ERROR_LENGTH


def test_seconds_add_up() -> None:
    seconds = Seconds()
    for _ in range(2):
        seconds.spend("train", seconds.spend("prepare", 0.0) - 1)
    assert seconds["train"] == pytest.approx(2, abs=0.1)
