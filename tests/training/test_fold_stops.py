"""Early stopping by folds. Oracle: plain trainings of just as many epochs, and the mean by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from statecast.base.identity import SeriesKey, shared_key
from statecast.network.batching import Batching
from statecast.network.rows import SeriesRows
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
