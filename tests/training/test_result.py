"""What comes of a job. Oracles: by hand."""

import numpy as np
import pytest

from statecast.base.identity import ALL_SERIES, SeriesKey
from statecast.network.batching import Batching
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


def test_last_epoch_is_recorded() -> None:
    result = train_job(job_of(EVERY[:1], 5, history_every=3))
    assert result.epochs.tolist() == [2, 4]
    assert len(result.rmse) == 2
    assert len(result.loss) == 5
