"""Early stopping by folds. Oracle: plain trainings of just as many epochs, and the mean by hand."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from statecast.base.identity import PARTS, SeriesKey, shared_key
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.network import weight_shapes
from statecast.network.rows import SeriesRows
from statecast.training.fold_stops import train_by_folds
from statecast.training.job import Job
from statecast.training.result import Result
from statecast.training.sharing import train_job, train_jobs
from tests.support.jobs import job_of, random_series

EPOCHS = 30
FASTER = {"learning_rate": 0.05}
WHOLE = random_series("a", (16, 0, 3))


def fold(number: int, train: int, validation: int) -> SeriesRows:
    """Return a fold of the whole series."""
    end = train + validation
    return WHOLE._replace(
        key=SeriesKey("a", number),
        ds=WHOLE.ds[:end],
        x=WHOLE.x[:end],
        y=WHOLE.y[:end],
        sizes=(train, validation, 0),
    )


FOLDS = [fold(1, 8, 4), fold(2, 12, 4)]
SERIES = [WHOLE, *FOLDS]


def with_patience(series: list[SeriesRows], batching: Batching | None = None) -> Job:
    return job_of(series, EPOCHS, batching=batching, learning={"patience": 4, **FASTER})


@pytest.fixture(scope="module")
def stopped() -> Result:
    return train_job(with_patience(SERIES))


def weights_of(result: Result, key: SeriesKey, repeat: int) -> list[np.ndarray]:
    return [weight[repeat] for weight in result.ensemble.weights_of(key)]


def test_folds_stop_as_if_they_were_alone(stopped: Result) -> None:
    alone = train_job(with_patience(FOLDS))
    assert_array_equal(stopped.best_epoch[1:], alone.best_epoch)
    key = FOLDS[1].key
    pairs = zip(stopped.ensemble.weights_of(key), alone.ensemble.weights_of(key), strict=True)
    for own, other in pairs:
        assert_allclose(own, other, rtol=1e-5, atol=1e-6)


def test_the_whole_series_trains_for_the_mean_of_the_best_epochs(stopped: Result) -> None:
    """Each repeat for its own."""
    assert len(set(stopped.best_epoch[1:].ravel().tolist())) > 1
    assert_array_equal(stopped.best_epoch[0], np.rint(stopped.best_epoch[1:].mean(axis=0)))
    for repeat, epochs in enumerate(stopped.best_epoch[0].tolist()):
        plain = train_job(job_of([WHOLE], epochs, learning=FASTER))
        for own, other in zip(
            weights_of(stopped, WHOLE.key, repeat),
            weights_of(plain, WHOLE.key, repeat),
            strict=True,
        ):
            assert_allclose(own, other, rtol=1e-4, atol=1e-5)


def test_curves_have_all_epochs_and_parts(stopped: Result) -> None:
    assert stopped.parts == ["train", "validation", "test"]
    assert stopped.loss.shape == (EPOCHS, 3, 2)
    assert stopped.rmse.shape == (EPOCHS, 3, 3, 2)
    assert np.isfinite(stopped.mean_rmse()).all()
    last = stopped.best_epoch[0, 0] - 1
    assert_allclose(stopped.rmse[last:, 2, 0, 0], stopped.rmse[last, 2, 0, 0])


@pytest.mark.slow
def test_jobs_with_and_without_folds_are_trained_together(stopped: Result) -> None:
    jobs = [job_of([WHOLE], 5), with_patience(SERIES)]
    results = dict(train_jobs(jobs))
    assert isinstance(results[0], Result)
    assert isinstance(results[1], Result)
    assert_array_equal(results[1].best_epoch, stopped.best_epoch)
    assert results[1].ensemble.keys == stopped.ensemble.keys


@pytest.mark.slow
def test_a_shared_network_stops_by_its_folds() -> None:
    other = [own._replace(key=SeriesKey("b", own.key.fold), y=own.y * 0.5) for own in SERIES]
    shared = Batching(4, "sequences", "pad", network="all")
    result = train_job(with_patience([*SERIES, *other], shared))
    names = [shared_key(SeriesKey("a", number)) for number in (0, 1, 2)]
    assert list(dict.fromkeys(result.ensemble.keys)) == names
    assert_array_equal(result.best_epoch[0], np.rint(result.best_epoch[1:].mean(axis=0)))


def told(jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
    """Yield results whose weights are the epochs they are of, and whose losses are the epoch."""
    for place, job in enumerate(jobs):
        keys = list(job.by_network())
        seeds = job.setting.seeds
        best = np.full((len(keys), len(seeds)), job.setting.epochs)
        if job.setting.learning.patience is not None:
            best = np.array([told_best(key, len(seeds)) for key in keys])
        shapes = [shape for _, shape in weight_shapes(job.setting.network)]
        epochs = np.arange(job.setting.epochs)
        parts = [part for part in PARTS if any(own.count(part) for own in job.series)]
        loss = np.broadcast_to(epochs[:, None, None] + 1.0, (len(epochs), *best.shape))
        ensemble = Ensemble(
            network=job.setting.network,
            weights=[np.multiply.outer(best.ravel(), np.ones(shape)) for shape in shapes],
            keys=[key for key in keys for _ in seeds],
            seed=np.tile(np.array(seeds), len(keys)),
        )
        rmse = np.repeat(loss[:, None], len(parts), axis=1)
        yield place, Result(ensemble, loss, rmse, epochs, parts, best, 1.0, 1.0)


def told_best(key: SeriesKey, repeats: int) -> list[int]:
    number = int(key.unique_id.removeprefix("s"))
    return [1 + (7 * number + 3 * key.fold + repeat) % EPOCHS for repeat in range(repeats)]


def test_each_of_many_series_has_the_networks_of_its_own_epochs() -> None:
    """Oracle: results that say what they come from."""
    names = [f"s{number}" for number in range(2000)]
    series = [own._replace(key=SeriesKey(name, own.key.fold)) for name in names for own in SERIES]
    job = with_patience(series)
    [(_, result)] = train_by_folds([job], told)
    assert isinstance(result, Result)
    keys = list(job.by_network())
    assert result.ensemble.keys == [key for key in keys for _ in (1, 2)]
    folds = np.array([[told_best(SeriesKey(name, fold), 2) for fold in (1, 2)] for name in names])
    expected = np.concatenate([np.rint(folds.mean(axis=1, keepdims=True)), folds], axis=1)
    assert_array_equal(result.best_epoch, expected.reshape(-1, 2))
    assert_array_equal(result.ensemble.weights[0][:, 0, 0], expected.ravel())
    epochs = np.arange(1, EPOCHS + 1)
    stop = expected[7, 0, 1]
    assert_array_equal(result.loss[:, 3 * 7, 1], np.minimum(epochs, stop))
    assert_array_equal(result.rmse[:, 2, 3 * 7, 1], np.minimum(epochs, stop))
    assert_array_equal(result.loss[:, 3 * 7 + 1, 1], epochs)
    assert np.isnan(result.rmse[:, 2, 3 * 7 + 1]).all()  # a fold has no test rows
