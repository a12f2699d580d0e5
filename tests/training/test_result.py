"""What comes of a job. Oracles: by hand."""

import numpy as np
import pytest

from statecast.base.identity import ALL_SERIES, SeriesKey
from statecast.network.batching import Batching
from statecast.network.rows import SeriesRows
from statecast.training.result import Result
from statecast.training.sharing import train_job
from tests.support.jobs import job_of, random_series

EVERY = [random_series("a", (8, 2, 3)), random_series("b", (8, 0, 3), 1)]


@pytest.fixture(scope="module")
def result() -> Result:
    return train_job(job_of(EVERY, 3))


def test_networks_are_named_by_series_and_seed(result: Result) -> None:
    a = SeriesKey("a")
    b = SeriesKey("b")
    assert result.ensemble.keys == [a, a, b, b]
    assert result.ensemble.seed.tolist() == [1, 2, 1, 2]


def test_curves_have_an_axis_of_series_and_one_of_repeats(result: Result) -> None:
    assert result.loss.shape == (3, 2, 2)
    assert result.rmse.shape == (3, 3, 2, 2)
    assert result.best_epoch.tolist() == [[3, 3], [3, 3]]


def test_series_without_rows_of_a_part_has_no_figure_of_it(result: Result) -> None:
    validation = result.rmse[:, result.parts.index("validation")]
    assert np.isnan(validation[:, 1]).all()
    assert np.isfinite(validation[:, 0]).all()


def test_mean_over_the_series_leaves_out_what_is_missing(result: Result) -> None:
    mean = result.mean_rmse()  # [E, P, R]
    train = result.parts.index("train")
    validation = result.parts.index("validation")
    np.testing.assert_allclose(mean[:, train], result.rmse[:, train].mean(axis=1))
    np.testing.assert_array_equal(mean[:, validation], result.rmse[:, validation, 0])


def test_networks_trained_together_belong_to_all_series() -> None:
    result = train_job(job_of(EVERY, 2, batching=Batching(2, "sequences", network="all")))
    assert result.ensemble.keys == [ALL_SERIES, ALL_SERIES]
    assert result.loss.shape == (2, 1, 2)


SHARED = Batching(4, "sequences", network="all")


def fold(name: str, seed: int) -> SeriesRows:
    """Return a fold of six training and two validation rows, for intervals."""
    rows = random_series(name, (6, 2, 0), seed)
    return rows._replace(key=SeriesKey(name, 1), for_intervals=True)


FOLDS = [fold("a", 0), fold("b", 1)]


@pytest.fixture(scope="module")
def shared() -> Result:
    """Two series share networks, and their folds share others."""
    return train_job(job_of([*EVERY, *FOLDS], 3, batching=SHARED))


def test_folds_of_all_series_share_networks_of_their_own(shared: Result) -> None:
    of_fold = ALL_SERIES._replace(fold=1)
    assert shared.ensemble.keys == [ALL_SERIES, ALL_SERIES, of_fold, of_fold]
    assert shared.ensemble.seed.tolist() == [1, 2, 1, 2]
    assert shared.loss.shape == (3, 2, 2)


def test_shared_networks_are_those_of_a_training_of_their_rows_alone(shared: Result) -> None:
    alone = [train_job(job_of(rows, 3, batching=SHARED)) for rows in (EVERY, FOLDS)]
    for index, weight in enumerate(shared.ensemble.weights):
        both = np.concatenate([result.ensemble.weights[index] for result in alone])
        np.testing.assert_array_equal(weight, both)


def test_curves_of_shared_networks_lack_the_parts_of_others(shared: Result) -> None:
    """The folds have no test rows."""
    assert shared.parts == ["train", "validation", "test"]
    missing = np.isnan(shared.rmse[-1, :, :, 0])  # [P, D]
    assert missing.tolist() == [[False, False], [False, False], [False, True]]


@pytest.mark.slow
def test_without_folds_for_intervals_a_shared_training_is_that_of_the_series(
    shared: Result,
) -> None:
    without = shared.without_interval_folds(job_of([*EVERY, *FOLDS], 3, batching=SHARED))
    plain = train_job(job_of(EVERY, 3, batching=SHARED))
    assert without.ensemble.keys == plain.ensemble.keys
    assert without.parts == plain.parts
    np.testing.assert_array_equal(without.rmse, plain.rmse)
    np.testing.assert_array_equal(without.loss, plain.loss)


def test_last_epoch_is_recorded() -> None:
    result = train_job(job_of(EVERY[:1], 5, history_every=3))
    assert result.epochs.tolist() == [2, 4]
    assert len(result.rmse) == 2
    assert len(result.loss) == 5
