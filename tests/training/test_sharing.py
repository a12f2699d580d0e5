"""Sharing of programs and trainings, and series of different lengths. Oracle: each by itself."""

from collections import OrderedDict
from typing import NamedTuple

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.lanes import Layout, Remainder
from statecast.network.network import Network
from statecast.training import sharing
from statecast.training.job import Job
from statecast.training.optimizers import check_optimizer, check_schedule
from statecast.training.padding import kind_of
from statecast.training.prepare import prepare
from statecast.training.programs import MOST_PROGRAMS, SharedProgram
from statecast.training.result import Result
from statecast.training.sharing import (
    Programs,
    total_epochs,
    train_job,
    train_jobs,
    trainings_of,
)
from statecast.training.trainer import Trainer
from tests.support.jobs import job_of, random_series

ONE = [random_series("a", (12, 3, 3))]
SLOW = pytest.mark.slow


def key_of(job: Job) -> str:
    return kind_of(job, prepare(job))


def assert_same_weights(mine: Result, other: Result) -> None:
    for own, theirs in zip(mine.ensemble.weights, other.ensemble.weights, strict=True):
        np.testing.assert_allclose(own, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "layout", "remainder"),
    [
        ("adam", "interleaved", "drop"),
        pytest.param("nadam", "contiguous", "pad", marks=SLOW),
        pytest.param("sgd", "interleaved", "pad", marks=SLOW),
    ],
)
@pytest.mark.slow
def test_series_of_any_lengths_train_as_if_alone(
    optimizer: str, layout: Layout, remainder: Remainder
) -> None:
    every = [
        random_series("a", (13, 2, 3)),
        random_series("b", (22, 0, 4), 1),
        random_series("c", (9, 2, 0), 2),
    ]
    batching = Batching(4, layout, remainder)
    learning = {"optimizer": check_optimizer(optimizer)}
    together = train_job(job_of(every, batching=batching, learning=learning))
    for place, series in enumerate(every):
        alone = train_job(job_of([series], batching=batching, learning=learning))
        own = together.ensemble.weights_of(series.key)
        for mine, other in zip(own, alone.ensemble.weights, strict=True):
            np.testing.assert_allclose(mine, other, atol=2e-6)
        np.testing.assert_allclose(together.loss[:, place], alone.loss[:, 0], rtol=1e-4)
        for part, name in enumerate(together.parts):
            curves = together.rmse[:, part, place]
            if name in alone.parts:
                other = alone.rmse[:, alone.parts.index(name), 0]
                np.testing.assert_allclose(curves, other, rtol=1e-4)
            else:
                assert np.isnan(curves).all()


STOPS = (5, 9, 3)


@pytest.fixture(scope="module")
def apart() -> list[Result]:
    return [train_job(job_of(ONE, epochs, history_every=4)) for epochs in STOPS]


class Shared(NamedTuple):
    """Results of jobs trained together, and the stops of each training that this took."""

    results: dict[int, Result]
    stops: list[list[int]]


@pytest.fixture(scope="module")
def shared() -> Shared:
    stops: list[list[int]] = []
    plain = Trainer.train_up_to

    def noted(self: Trainer, batches: object, initial: object, own: list[int], **how: object):
        stops.append(own)
        return plain(self, batches, initial, own, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "train_up_to", noted)
        jobs = [job_of(ONE, epochs, history_every=4) for epochs in STOPS]
        return Shared(dict(train_jobs(jobs)), stops)


@pytest.mark.parametrize("place", range(len(STOPS)))
def test_shorter_training_is_the_beginning_of_a_longer_one(
    place: int, apart: list[Result], shared: Shared
) -> None:
    mine = shared.results[place]
    alone = apart[place]
    assert_same_weights(mine, alone)
    np.testing.assert_allclose(mine.loss, alone.loss, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(mine.rmse, alone.rmse, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(mine.epochs, alone.epochs)


def test_jobs_that_differ_in_epochs_share_one_training(shared: Shared) -> None:
    assert shared.stops == [sorted(STOPS)]


def test_series_of_equal_rows_keep_their_own_names() -> None:
    """Degrees of Celsius and of Kelvin are the same rows once they are scaled."""
    jobs = [job_of([random_series(name, (20, 4, 6))]) for name in ("celsius", "kelvin")]
    results = dict(train_jobs(jobs))
    found = [{key.unique_id for key in results[place].ensemble.keys} for place in (0, 1)]
    assert found == [{"celsius"}, {"kelvin"}]


def test_equal_jobs_share_one_result() -> None:
    first, second = (result for _, result in train_jobs([job_of(ONE), job_of(ONE)]))
    assert first is second


@pytest.mark.slow
@pytest.mark.parametrize("epochs", [2, 8, 30])
def test_shorter_training_with_patience_keeps_its_own_best_weights(epochs: int) -> None:
    stops = (2, 8, 30)
    series = [random_series("a", (12, 6, 3))]
    asked = [job_of(series, stop, learning={"patience": 5}) for stop in stops]
    mine = dict(train_jobs(asked))[stops.index(epochs)]
    alone = train_job(job_of(series, epochs, learning={"patience": 5}))
    np.testing.assert_array_equal(mine.best_epoch, alone.best_epoch)
    assert_same_weights(mine, alone)


def l2(factor: float) -> dict[str, object]:
    return {"penalties": ((0.0, 0.0, 0.0), (factor, 0.0, 0.0))}


ALIKE = [
    job_of(ONE),
    job_of(ONE, learning={"learning_rate": 0.1}),
    job_of(ONE, seeds=[7, 8]),
    job_of(ONE, seeds=[1, 2, 3]),
    job_of([random_series("b", (12, 3, 3), 9)]),
]
PENALISED = [job_of(ONE, learning=l2(0.1)), job_of(ONE, learning=l2(0.5))]


SMALLER = job_of(ONE, batching=Batching(3), network=Network(2, (1,)))


@pytest.mark.parametrize(
    "job", [*ALIKE[1:], SMALLER], ids=["learning rate", "seeds", "repeats", "rows", "sizes"]
)
def test_jobs_of_any_sizes_share_a_program(job: Job) -> None:
    assert key_of(job) == key_of(ALIKE[0])


def test_penalties_of_any_size_share_a_program() -> None:
    assert key_of(PENALISED[0]) == key_of(PENALISED[1])


@pytest.mark.parametrize(
    "job",
    [
        PENALISED[0],
        job_of(ONE, learning={"loss": "mae"}),
        job_of(ONE, learning={"optimizer": check_optimizer("sgd")}),
        job_of(ONE, learning={"schedule": check_schedule("cosine_decay")}),
        job_of(ONE, learning={"dropout": 0.1}),
        job_of(ONE, learning={"patience": 3}),
        job_of(ONE, history_every=2),
    ],
    ids=[
        "penalty",
        "loss",
        "optimizer",
        "schedule",
        "dropout",
        "patience",
        "history",
    ],
)
def test_other_jobs_need_another_program(job: Job) -> None:
    assert key_of(job) != key_of(ALIKE[0])


@pytest.mark.slow
def test_shared_programs_change_nothing() -> None:
    every = ALIKE + PENALISED
    together = dict(train_jobs(every))
    for place, job in enumerate(every):
        assert_same_weights(together[place], train_job(job))


def test_repeats_that_rest_count_their_own_updates_after_a_job_in_which_none_rests() -> None:
    series = [random_series("a", (12, 1, 0)), random_series("b", (13, 1, 0), 1)]
    as_many, one_more = (job_of(series, batching=Batching(size)) for size in (4, 1))
    assert key_of(as_many) == key_of(one_more)
    together = dict(train_jobs([as_many, one_more]))
    assert_same_weights(together[1], train_job(one_more))


@pytest.mark.slow
def test_jobs_that_can_share_programs_do(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    class Counted(Trainer):
        def __init__(self, *args: object, **kwargs: object) -> None:
            made.append(1)
            super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(sharing, "Trainer", Counted)
    list(train_jobs(ALIKE + PENALISED))
    assert len(made) == 2  # with and without penalties


@pytest.mark.slow
def test_schedule_over_the_whole_training_is_no_prefix_of_a_longer_one() -> None:
    cosine = {"schedule": check_schedule("cosine_decay")}
    jobs = [job_of(ONE, epochs, learning=cosine) for epochs in (4, 8)]
    together = dict(train_jobs(jobs))
    for place, job in enumerate(jobs):
        np.testing.assert_allclose(together[place].loss, train_job(job).loss, rtol=1e-5, atol=1e-6)
    assert not np.array_equal(together[0].loss[3], together[1].loss[3])


@pytest.mark.slow
def test_jobs_of_more_repeats_train_beside_those_of_fewer() -> None:
    results = dict(train_jobs([job_of(ONE, 2), job_of(ONE, 2, seeds=[1, 2, 3])]))
    few, many = results[0], results[1]
    assert few.ensemble.seeds.tolist() == [1, 2]
    assert many.ensemble.seeds.tolist() == [1, 2, 3]
    np.testing.assert_allclose(many.loss[..., :2], few.loss, rtol=1e-5)


@pytest.mark.slow
def test_programs_are_kept_for_later_jobs() -> None:
    programs: Programs = OrderedDict()
    list(train_jobs([job_of(ONE, 2)], programs=programs))
    (trainer,) = programs.values()
    list(train_jobs([job_of(ONE, 3)], programs=programs))
    assert list(programs.values()) == [trainer]


def test_oldest_programs_are_given_up() -> None:
    own = trainings_of([job_of(ONE)])[0].work.sizes
    old = [SharedProgram(str(place), own) for place in range(MOST_PROGRAMS)]
    programs: Programs = OrderedDict.fromkeys(old)  # type: ignore[assignment]
    list(train_jobs([job_of(ONE, 1)], programs=programs))
    assert len(programs) == MOST_PROGRAMS
    assert old[0] not in programs


@pytest.mark.slow
def test_progress_ends_at_the_total() -> None:
    """Two trainings: the longer of two that share one, and another one."""
    jobs = [job_of(ONE, 5), job_of(ONE, 9), job_of(ONE, 4, learning={"learning_rate": 0.1})]
    told: list[int] = []
    list(train_jobs(jobs, lambda done, _: told.append(done)))
    assert told[-1] == total_epochs(trainings_of(jobs)) == 13
    assert told == sorted(told)


def shared_job(units: int, epochs: int) -> Job:
    """Return a job of a network for two series, and one for the first folds of them."""
    whole = [random_series(name, (8, 0, 3), seed) for seed, name in enumerate("ab")]
    folds = [
        random_series(name, (6, 2, 0), seed)._replace(key=SeriesKey(name, 1))
        for seed, name in enumerate("ab")
    ]
    batching = Batching(2, "sequences", network="all")
    network = Network(2, (units,))
    return job_of([*folds, *whole], epochs, batching=batching, network=network)


@pytest.mark.slow
def test_networks_of_folds_that_series_share_are_those_of_each_training_alone() -> None:
    """Two jobs of other sizes share programs; every part of them equals its own training."""
    jobs = [shared_job(2, 3), shared_job(3, 5)]
    together = dict(train_jobs(jobs))
    for position, job in enumerate(jobs):
        alone = [train_job(part) for part in job.apart()]
        mine = together[position]
        assert isinstance(mine, Result)
        assert [str(key) for key in mine.ensemble.keys] == ["* (fold 1)"] * 2 + ["*"] * 2
        for index, weight in enumerate(mine.ensemble.weights):
            theirs = np.concatenate([own.ensemble.weights[index] for own in alone])
            np.testing.assert_allclose(weight, theirs, atol=1e-5)
        for part, own in enumerate(alone):
            np.testing.assert_allclose(mine.loss[:, [part]], own.loss, rtol=1e-4)
            in_mine = mine.rmse_of(own.parts)[:, :, [part]]
            np.testing.assert_allclose(in_mine, own.rmse, rtol=1e-4)


@pytest.mark.slow
def test_progress_of_a_job_of_several_parts_counts_the_epochs_of_all() -> None:
    told: list[int] = []
    train_job(shared_job(2, 3), lambda done, _: told.append(done))
    assert told[-1] == 6
    assert told == sorted(told)


def test_a_job_of_which_one_part_fails_is_named_once() -> None:
    job = shared_job(2, 3)
    broken = job.series[0]._replace(y=np.full((8, 1), 1e30))
    results = list(train_jobs([job._replace(series=[broken, *job.series[1:]]), job]))
    assert sorted(position for position, _ in results) == [0, 1]
    by_position = dict(results)
    assert isinstance(by_position[0], StatecastError)
    assert isinstance(by_position[1], Result)
