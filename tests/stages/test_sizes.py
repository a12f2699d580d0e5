"""Sizes that no machine has room for: one line with the bytes, and nothing is written.

Oracle: the products by hand, and the files of the folder.
"""

import pytest

from statecast.base.errors import StatecastError
from statecast.base.keys import flat
from statecast.data.sequences import memory_of_recall
from statecast.forecasting.next_values import memory_of_horizon
from tests.support.project import Project

MOST = 2**31 - 1


def test_memory_by_hand() -> None:
    assert list(memory_of_horizon(10, series=2, repeats=3).values()) == [10 * 2 * (3 * 32 + 500)]
    assert list(memory_of_recall(2, 7).values()) == [2 * 10 * 300]


@pytest.mark.parametrize(
    ("stage", "keys", "message"),
    [
        ("forecast", {"forecast__horizon": MOST}, r"forecast\.horizon .* got 1\.\d\d TB"),
        ("evaluate", {"evaluate__horizon": MOST}, r"evaluate\.horizon must be at most"),
        ("difference", {"difference__lags": [MOST]}, r"must have at least 2147483648 rows"),
        ("difference", {"difference__lags": [MOST] * 5}, r"must have at least 10737418236 rows"),
        ("frame", {"frame__lookback": MOST}, r"must have at least 21474836\d\d rows"),
        ("frame", {"frame__validation_size": MOST, "frame__validation_folds": MOST}, "at least 46"),
    ],
)
@pytest.mark.promise("params")
def test_a_stage_refuses_what_it_has_no_room_for(
    finished_project: Project, stage: str, keys: dict[str, object], message: str
) -> None:
    finished_project.set(**keys)
    before = {path: path.stat().st_mtime_ns for path in finished_project.folder.rglob("*.csv")}
    with pytest.raises(StatecastError, match=message) as error:
        finished_project.call(stage)
    assert "\n" not in str(error.value)
    after = {path: path.stat().st_mtime_ns for path in finished_project.folder.rglob("*.csv")}
    assert after == before


@pytest.mark.promise("params")
def test_any_batch_size_of_forecasting_is_within_the_rows(finished_project: Project) -> None:
    """A call takes no more rows than there are."""
    before = flat(finished_project.json("metrics/evaluate.json"))
    finished_project.set(rebatch__batch_size=10**9)
    finished_project.call("rebatch", "evaluate")
    assert finished_project.json("data/model/parity.json")["exact"] is True
    after = flat(finished_project.json("metrics/evaluate.json"))
    numbers = [name for name, value in before.items() if isinstance(value, float)]
    for name in numbers:
        assert after[name] == pytest.approx(before[name], rel=1e-5)


def test_a_keras_model_of_a_batch_without_room_is_refused(finished_project: Project) -> None:
    finished_project.set(rebatch__batch_size=MOST, rebatch__export=0)
    with pytest.raises(StatecastError, match=r"rebatch\.batch_size rows of a Keras model must fit"):
        finished_project.call("rebatch")
