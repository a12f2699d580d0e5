"""Jobs that train side by side. Oracle: each by itself."""

from typing import Any

import numpy as np
import pytest

from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.training import programs, sharing
from statecast.training.job import Job
from statecast.training.optimizers import check_optimizer, check_schedule
from statecast.training.prepare import prepare
from statecast.training.result import Result
from statecast.training.sharing import Programs, train_job, train_jobs
from statecast.training.stacking import can_stack
from tests.support.jobs import job_of, random_series

ONE = [random_series("a", (12, 3, 3))]
SIZES = [(1, 1), (2, 4), (3, 2), (1, 5)]  # units and lanes
L2 = {"penalties": ((0.0, 0.0, 0.0), (0.1, 0.05, 0.0))}


@pytest.fixture(autouse=True)
def _little_work_is_stacked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "LEAST_STACKED", 0.0)


def of_other_sizes(**learning: Any) -> list[Job]:
    """Return jobs with folds of their own lengths, each with another learning rate."""
    jobs = []
    for seed, (units, lanes) in enumerate(SIZES):
        series = [random_series("a", (13, 2, 3), seed), random_series("b", (9, 2, 3), seed)]
        rate = {"learning_rate": 0.01 * (seed + 1)}
        own = job_of(
            series,
            network=Network(2, (units,)),
            batching=Batching(lanes),
            learning={**rate, **learning},
            seeds=[seed, seed + 1, 7][: 2 + seed % 2],
        )
        jobs.append(own)
    return jobs


def assert_as_if_alone(jobs: list[Job], count: int = 1) -> None:
    kept: Programs = Programs()
    together = dict(train_jobs(jobs, programs=kept, threads=2))
    assert len(kept) == count
    assert any(program.stacked for program in kept)
    for place, job in enumerate(jobs):
        mine = together[place]
        assert isinstance(mine, Result)
        alone = train_job(job)
        assert mine.ensemble.keys == alone.ensemble.keys
        assert mine.ensemble.seeds.tolist() == alone.ensemble.seeds.tolist()
        for own, other in zip(mine.ensemble.weights, alone.ensemble.weights, strict=True):
            np.testing.assert_allclose(own, other, rtol=1e-5, atol=2e-6)
        np.testing.assert_allclose(mine.loss, alone.loss, rtol=1e-4)
        np.testing.assert_allclose(mine.rmse, alone.rmse, rtol=1e-4)
        np.testing.assert_array_equal(mine.best_epoch, alone.best_epoch)


@pytest.mark.parametrize(
    "learning",
    [
        pytest.param({}, marks=pytest.mark.slow),
        pytest.param(L2, marks=pytest.mark.slow),
        pytest.param({"patience": 2}, marks=pytest.mark.slow),
        *[
            pytest.param({"optimizer": check_optimizer(name)}, marks=pytest.mark.slow)
            for name in ("sgd", "nadam", "ftrl", "adagrad", "lion")
        ],
    ],
    ids=["adam", "penalties", "patience", "sgd", "nadam", "ftrl", "adagrad", "lion"],
)
def test_jobs_of_other_sizes_and_rates_train_side_by_side(learning: dict[str, Any]) -> None:
    # Ftrl divides by gradients, so that no size of it can be padded
    is_ftrl = learning.get("optimizer") == check_optimizer("ftrl")
    jobs = of_other_sizes(**learning)
    if "optimizer" in learning and not is_ftrl:
        jobs = jobs[:2]  # Adam has them all
    assert_as_if_alone(jobs, count=3 if is_ftrl else 1)


@pytest.mark.slow
def test_jobs_of_wide_networks_train_side_by_side() -> None:
    """Wide networks have the repeat axis first."""
    wide = Network(2, (20,))
    rates = (0.01, 0.02, 0.03)
    jobs = [job_of(ONE, 2, network=wide, learning={"learning_rate": rate}) for rate in rates]
    assert_as_if_alone(jobs)


@pytest.mark.slow
def test_jobs_of_other_numbers_of_epochs_share_a_program() -> None:
    rates = (0.01, 0.02)
    assert_as_if_alone(
        [
            job_of(ONE, epochs, learning={"learning_rate": rate}, history_every=2)
            for rate in rates
            for epochs in (3, 5)
        ]
    )


@pytest.mark.slow
def test_groups_of_a_program_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MOST_STACKED", 5)
    assert_as_if_alone(of_other_sizes())


@pytest.mark.parametrize(
    "job",
    [
        job_of(ONE, learning={"dropout": 0.1}),
        job_of(ONE, batching=Batching(1, "sequences", network="all"), shuffle=True),
        job_of([random_series("a", (3000, 3, 3))]),
    ],
    ids=["dropout", "one network for all series", "many rows"],
)
def test_jobs_that_would_change_or_fill_the_machine_train_alone(job: Job) -> None:
    assert not can_stack(job, prepare(job))


def test_a_schedule_stacks() -> None:
    job = job_of(ONE, learning={"schedule": check_schedule("cosine_decay")})
    assert can_stack(job, prepare(job))


def test_a_job_that_fails_in_a_stack_is_told_and_the_others_go_on() -> None:
    broken = random_series("a", (12, 3, 3))
    broken = broken._replace(y=np.full_like(broken.y, 1e30))
    results = dict(train_jobs([job_of(ONE, 2), job_of([broken], 2)]))
    assert isinstance(results[0], Result)
    assert isinstance(results[1], Exception)
