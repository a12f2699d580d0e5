"""Jobs and results on their way to and from workers. Oracle: the inverse."""

import json

import numpy as np
import pytest

from statecast.network.ensemble import Ensemble
from statecast.network.network import Network
from statecast.network.rows import Transformed
from statecast.study.wire import (
    from_bytes,
    job_from_bytes,
    job_to_bytes,
    result_from_bytes,
    result_to_bytes,
    to_bytes,
)
from statecast.training.job import Job, Learning
from statecast.training.optimizers import check_optimizer, check_schedule
from statecast.training.result import Result
from statecast.training.sharing import train_job
from tests.support.study_jobs import small_job


def test_setting_of_a_job_is_the_same_after_the_way_as_bytes() -> None:
    job = small_job(epochs=5)
    assert job_from_bytes(job_to_bytes(job)).setting == job.setting


def test_setting_with_a_schedule_is_the_same_after_the_way_as_bytes() -> None:
    schedule = check_schedule({"name": "exponential_decay", "decay_steps": 9, "decay_rate": 0.5})
    learning = Learning(check_optimizer("adam"), 0.01, schedule, penalties=((0, 1, 0), (0, 0, 2)))
    job = small_job(learning=learning)
    assert job_from_bytes(job_to_bytes(job)).setting == job.setting


def joint_job() -> Job:
    """Return a job of two targets, each on a scale of its own."""
    job = small_job()
    [rows] = job.series
    both = np.concatenate([rows.y, rows.y], axis=1)
    return job._replace(series=[rows._replace(y=both, scale=(2.0, 0.1), targets=("a", "b"))])


@pytest.mark.parametrize("job", [small_job(), joint_job()])
def test_rows_of_a_job_are_the_same_after_the_way_as_bytes(job: Job) -> None:
    again = job_from_bytes(job_to_bytes(job))
    for rows, other in zip(job.series, again.series, strict=True):
        assert rows.key == other.key
        assert rows.sizes == other.sizes
        assert rows.scale == other.scale
        assert rows.targets == other.targets
        assert rows.test_is_train == other.test_is_train
        assert rows.ds.tolist() == other.ds.tolist()
        np.testing.assert_array_equal(rows.x, other.x)
        np.testing.assert_array_equal(rows.y, other.y)


def test_a_transform_of_a_job_is_the_same_after_the_way_as_bytes() -> None:
    job = small_job()
    values = np.arange(1.0, 1 + len(job.series[0].y))
    transformed = [
        rows._replace(transformed=Transformed(values[:, None], (0.5,))) for rows in job.series
    ]
    (again, *_) = job_from_bytes(job_to_bytes(job._replace(series=transformed))).series
    assert again.transformed is not None
    assert again.transformed.power == (0.5,)
    assert again.transformed.values[:, 0].tolist() == values.tolist()


@pytest.fixture(scope="module")
def result() -> Result:
    return train_job(small_job())


def test_result_is_the_same_after_the_way_as_bytes(result: Result) -> None:
    again = result_from_bytes(result_to_bytes(result))
    for name in ("loss", "rmse", "epochs", "best_epoch"):
        np.testing.assert_array_equal(getattr(again, name), getattr(result, name))
    assert again.parts == result.parts
    assert again.seconds == result.seconds


def test_networks_of_a_result_are_the_same_after_the_way_as_bytes(result: Result) -> None:
    again = result_from_bytes(result_to_bytes(result)).ensemble
    assert_same(again, result.ensemble)
    assert again.network == Network(1, (1,))


def assert_same(ensemble: Ensemble, other: Ensemble) -> None:
    assert list(ensemble.arrays()) == list(other.arrays())
    for name, array in ensemble.arrays().items():
        np.testing.assert_array_equal(array, other.arrays()[name])


def test_bytes_hold_no_objects() -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        to_bytes({"a": np.array([{}], object)}, {})


def test_header_is_plain_values() -> None:
    header = {"a": [1, None, "b"]}
    assert from_bytes(to_bytes({}, header)) == ({}, json.loads(json.dumps(header)))


def test_unjudged_values_and_factors_of_a_job_are_the_same_after_the_way_as_bytes() -> None:
    job = small_job()
    factors = np.arange(1.0, 1 + len(job.series[0].y))[:, None]
    is_filled = np.arange(len(job.series[0].y))[:, None] % 3 == 0
    series = [rows._replace(unjudged=is_filled, factors=factors) for rows in job.series]
    (again, *_) = job_from_bytes(job_to_bytes(job._replace(series=series))).series
    np.testing.assert_array_equal(again.unjudged, is_filled)
    np.testing.assert_array_equal(again.factors, factors)
