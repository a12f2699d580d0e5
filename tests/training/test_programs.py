"""Which jobs share a program. Oracles: counted by hand, and arithmetic of the estimate."""

import numpy as np
import pytest

from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.training.padding import Extents
from statecast.training.prepare import prepare
from statecast.training.programs import (
    BLOCK,
    COMPILE,
    MOST_PROGRAMS,
    OF_A_FORECAST,
    OF_A_LANE,
    OF_A_UNIT,
    OF_A_WEIGHT,
    OF_AN_UPDATE,
    SharedProgram,
    Work,
    shared_programs,
    work_of,
)
from statecast.training.sharing import Programs, train_job, train_jobs
from tests.support.jobs import job_of, random_series

SMALL = Extents(1, (1,), 21, 4, 21, 12)
LARGE = Extents(24, (10,), 6, 16, 6, 48)


def work(sizes: Extents, epochs: int = 1, kind: str = "k", *, can_stack: bool = False) -> Work:
    """Return the work of 40 networks."""
    times = 40.0 * epochs
    updates = times * (sizes.updates - 1)
    forecast = times * (sizes.watched_steps - 1) * OF_A_FORECAST
    return Work(kind, sizes, 40, can_stack, updates, updates, forecast, gates=1.0)


def drawn(count: int, epochs: int) -> list[Work]:
    """Return works over lookback 1 to 24, units 1 to 10, batch size 1 to 16 of 84 rows."""
    rng = np.random.default_rng(0)
    works = []
    for _ in range(count):
        lanes = int(rng.integers(1, 17))
        updates = 84 // lanes + 1
        features = int(rng.integers(1, 25))
        units = (int(rng.integers(1, 11)),)
        sizes = Extents(features, units, updates, lanes, updates, 3 * lanes)
        works.append(work(sizes, epochs, can_stack=True))
    return works


@pytest.mark.parametrize("epochs", [100, 1000, 10_000])
@pytest.mark.parametrize("count", [60, 200])
def test_a_search_compiles_at_most_twelve_programs(count: int, epochs: int) -> None:
    planned = shared_programs(drawn(count, epochs), [], threads=2)
    assert len(planned) <= MOST_PROGRAMS == 12
    places = [place for _, members in planned for place in members]
    assert sorted(places) == list(range(count))


@pytest.mark.parametrize("epochs", [1, 1000])
def test_every_job_has_room_in_its_program(epochs: int) -> None:
    works = drawn(60, epochs)
    for program, members in shared_programs(works, [], threads=2):
        assert all(program.sizes.has_room_for(works[place].sizes) for place in members)


def test_short_trainings_share_a_program_and_long_ones_do_not() -> None:
    short = shared_programs([work(SMALL), work(LARGE)], [], threads=1)
    assert short == [(SharedProgram("k", SMALL.joined(LARGE)), [0, 1])]
    long = shared_programs([work(SMALL, 10**6), work(LARGE, 10**6)], [], threads=1)
    assert {program.sizes for program, _ in long} == {SMALL, LARGE}


def test_other_kinds_have_programs_of_their_own() -> None:
    planned = shared_programs([work(SMALL), work(SMALL, kind="other")], [], threads=1)
    assert {program.kind for program, _ in planned} == {"k", "other"}


def test_a_program_that_there_is_serves_smaller_jobs() -> None:
    known = SharedProgram("k", SMALL.joined(LARGE))
    assert shared_programs([work(SMALL), work(LARGE)], [known], threads=1) == [(known, [0, 1])]


def test_a_program_that_there_is_does_not_grow() -> None:
    known = SharedProgram("k", SMALL)
    ((program, _),) = shared_programs([work(LARGE, 10**5)], [known], threads=1)
    room = SMALL.joined(LARGE)  # updates and steps that are not taken cost nothing
    assert program.sizes == LARGE._replace(updates=room.updates, watched_steps=room.watched_steps)


def test_work_of_two_cores_is_split_over_two_programs() -> None:
    works = [work(LARGE, 10_000) for _ in range(4)]
    planned = shared_programs(works, [], threads=2)
    assert sorted(len(members) for _, members in planned) == [2, 2]
    assert len({program for program, _ in planned}) == 2
    assert len(shared_programs(works, [], threads=1)) == 1


@pytest.mark.parametrize(("count", "threads"), [(3, 3), (5, 8), (16, 3)])
def test_programs_that_train_at_once_are_all_different(count: int, threads: int) -> None:
    works = [work(LARGE, 100_000) for _ in range(count)]
    planned = shared_programs(works, [], threads=threads)
    programs = [program for program, _ in planned]
    assert len(set(programs)) == len(programs) == min(count, threads)
    known = programs[0]
    assert known in [program for program, _ in shared_programs(works, [known], threads=threads)]


def test_a_stack_that_fills_both_cores_is_not_split() -> None:
    works = [work(LARGE, 10_000, can_stack=True) for _ in range(4)]
    ((program, members),) = shared_programs(works, [], threads=2)
    assert (program.stacked, members) == (160, [0, 1, 2, 3])
    halves = shared_programs(works[:1] * 2, [], threads=2)
    assert [program.stacked for program, _ in halves] == [80]
    alone = shared_programs(works[:1], [], threads=2)
    assert [program.stacked for program, _ in alone] == [0]


def test_a_training_moves_to_the_program_where_it_costs_least() -> None:
    """By hand: of two programs that there are, the smaller one has room for the small work."""
    programs = [SharedProgram("k", sizes) for sizes in (LARGE, SMALL)]
    works = [work(SMALL, 10**5), work(LARGE, 10**5)]
    planned = shared_programs(works, programs, threads=1)
    assert sorted(planned, key=lambda one: one[1]) == [(programs[1], [0]), (programs[0], [1])]


def test_little_work_is_not_split() -> None:
    works = [work(SMALL) for _ in range(4)]
    assert works[0].seconds(SMALL) * 4 < 2 * COMPILE
    assert len(shared_programs(works, [], threads=2)) == 1


def test_estimate_is_that_of_the_formula() -> None:
    """By hand: 2 networks, 5 epochs, 3 updates of 4 lanes; 5 watched steps of them."""
    job = job_of([random_series("a", (12, 3, 3))], 5)
    asked = work_of(job, prepare(job), 5)
    weights = 4 * 2 * (2 + 2)
    a_row = OF_A_LANE + 2 * OF_A_UNIT + OF_A_WEIGHT * weights
    rows = 3 * 4 + 5 * 4 * OF_A_FORECAST
    an_epoch = rows * a_row + 3 * OF_AN_UPDATE * weights
    filled = (2 + BLOCK / 2) / 2  # with half a block, on average, for 2 networks
    assert asked.seconds(asked.sizes) == pytest.approx(2 * 5 * an_epoch * filled)


@pytest.mark.slow
def test_jobs_of_many_sizes_train_by_one_program_as_if_alone() -> None:
    jobs = [
        job_of(
            [random_series("a", (13, 2, 3), seed)],
            network=Network(2, (units,)),
            batching=Batching(lanes),
        )
        for seed, (units, lanes) in enumerate([(1, 1), (2, 4), (3, 2), (1, 5)])
    ]
    programs: Programs = Programs()
    together = dict(train_jobs(jobs, programs=programs, threads=2))
    assert len(programs) == 1
    for place, job in enumerate(jobs):
        mine = together[place]
        assert not isinstance(mine, Exception)
        alone = train_job(job)
        for own, other in zip(mine.ensemble.weights, alone.ensemble.weights, strict=True):
            np.testing.assert_allclose(own, other, rtol=1e-5, atol=2e-6)
        np.testing.assert_allclose(mine.rmse, alone.rmse, rtol=1e-5)


@pytest.mark.slow
def test_a_job_that_fails_is_told_and_the_others_go_on() -> None:
    one = [random_series("a", (12, 3, 3))]
    jobs = [job_of(one), job_of(one, learning={"learning_rate": 1e30, "loss": "mse"})]
    results = dict(train_jobs(jobs))
    assert isinstance(results[1], Exception)
    assert not isinstance(results[0], Exception)
