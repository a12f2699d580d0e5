"""The scaled rows as files. Oracle: the rows written out by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from statecast.artifacts.scaled import read_scaled, write_scaled
from statecast.artifacts.undo import INPUTS
from statecast.base.errors import StatecastError
from statecast.base.files import write_json
from statecast.base.identity import SeriesKey
from statecast.data.inputs import Inputs
from statecast.network.rows import SeriesRows

COLUMNS = ["unique_id", "fold", "ds", "lag_2", "lag_1", "y"]
WHOLE = SeriesKey("a fold 1")  # a series may have such a name
FOLD = SeriesKey("a fold 1", 1)


def rows(key: SeriesKey, *times: int) -> pd.DataFrame:
    """Return rows whose inputs are two before and one before a tenth of the time."""
    lines = [[*key, f"t{time}", time / 10 - 2, time / 10 - 1, time / 10] for time in times]
    return pd.DataFrame(lines, columns=COLUMNS)


NONE = rows(WHOLE)
PARTS = {
    "train": pd.concat([rows(WHOLE, 0, 1, 2), rows(FOLD, 0), rows(SeriesKey("b"), 5)]),
    "validation": rows(FOLD, 1, 2),
    "test": pd.concat([rows(WHOLE, 3), rows(SeriesKey("b"), 6, 7)]),
}


def written(folder: Path, parts: dict[str, pd.DataFrame], steps: int = 1) -> list[SeriesRows]:
    write_scaled(parts, steps=steps, scales={WHOLE: 0.1, FOLD: 1 / 3}, folder=folder)
    return read_scaled(folder).series


@pytest.fixture
def series(tmp_path: Path) -> dict[SeriesKey, SeriesRows]:
    return {one.key: one for one in written(tmp_path, PARTS)}


def test_series_and_folds_come_back_in_their_order(series: dict[SeriesKey, SeriesRows]) -> None:
    assert list(series) == [WHOLE, FOLD, SeriesKey("b")]


def test_sizes_of_the_parts_come_back(series: dict[SeriesKey, SeriesRows]) -> None:
    assert series[WHOLE].sizes == (3, 0, 1)
    assert series[FOLD].sizes == (1, 2, 0)
    assert series[SeriesKey("b")].sizes == (1, 0, 2)


def test_rows_come_back_the_oldest_first(series: dict[SeriesKey, SeriesRows]) -> None:
    assert series[WHOLE].ds.tolist() == ["t0", "t1", "t2", "t3"]
    assert series[FOLD].ds.tolist() == ["t0", "t1", "t2"]


def test_values_come_back_to_the_last_bit(series: dict[SeriesKey, SeriesRows]) -> None:
    y = np.arange(4) / 10
    np.testing.assert_array_equal(series[WHOLE].y, y[:, None])
    np.testing.assert_array_equal(series[WHOLE].x, np.stack([y - 2, y - 1], axis=1))


def test_scales_come_back_and_are_1_where_none_was_given(
    series: dict[SeriesKey, SeriesRows],
) -> None:
    scales = {key: rows.scale for key, rows in series.items()}
    assert scales == {WHOLE: 0.1, FOLD: 1 / 3, SeriesKey("b"): 1.0}


def test_steps_come_back(tmp_path: Path) -> None:
    written(tmp_path, PARTS, steps=2)
    scaled = read_scaled(tmp_path)
    assert (scaled.steps, scaled.features, scaled.outputs) == (2, 1, 1)


def test_test_rows_that_are_the_training_rows_are_there_once(tmp_path: Path) -> None:
    train = rows(WHOLE, 0, 1, 2)
    parts = {"train": train, "validation": rows(WHOLE, 3), "test": train}
    (series,) = written(tmp_path, parts)
    assert series.test_is_train
    assert series.sizes == (3, 1, 0)
    assert series.ds[series.part("test")].tolist() == ["t0", "t1", "t2"]
    assert len(series.y) == 4


def test_other_test_rows_are_not_the_training_rows(series: dict[SeriesKey, SeriesRows]) -> None:
    assert not any(rows.test_is_train for rows in series.values())


def test_columns_of_symbols_are_the_outputs(tmp_path: Path) -> None:
    columns = ["unique_id", "fold", "ds", "lag_1=a", "lag_1=b", "y=a", "y=b"]
    train = pd.DataFrame([["1", 0, "2", 1, 0, 0, 1]], columns=columns)
    parts = {"train": train, "validation": train[:0], "test": train}
    (series,) = written(tmp_path, parts)
    assert series.x.tolist() == [[1, 0]]
    assert series.y.tolist() == [[0, 1]]


def test_sequences_held_out_whole_come_after_those_trained_on(tmp_path: Path) -> None:
    trained = SeriesKey("trained")
    held_out = SeriesKey("held out")
    none = rows(trained)
    parts = {"train": rows(trained, 1, 2), "validation": none, "test": rows(held_out, 1, 2, 3)}
    series = written(tmp_path, parts)
    assert [one.key for one in series] == [trained, held_out]
    assert [one.sizes for one in series] == [(2, 0, 0), (0, 0, 3)]
    assert not any(one.test_is_train for one in series)


def test_missing_file_is_named(tmp_path: Path) -> None:
    written(tmp_path, PARTS)
    (tmp_path / "validation.csv").unlink()
    with pytest.raises(StatecastError, match=r"validation\.csv must exist"):
        read_scaled(tmp_path)


def of_target(name: str, factor: float, *times: int) -> pd.DataFrame:
    """Return the rows of a target of the network n."""
    frame = rows(SeriesKey(name), *times)
    frame[["lag_2", "lag_1", "y"]] *= factor
    return frame.assign(network="n")


def joint_parts(*times_of_b: int) -> dict[str, pd.DataFrame]:
    """Return two training rows and a test row of a, and rows of b, which has tenfold values."""
    train = pd.concat([of_target("a", 1, 0, 10), of_target("b", 10, *times_of_b)])
    test = pd.concat([of_target("a", 1, 20), of_target("b", 10, 20)])
    return {"train": train, "validation": train[:0], "test": test}


def joint_series(folder: Path, parts: dict[str, pd.DataFrame]) -> list[SeriesRows]:
    write_scaled(parts, steps=1, scales={}, folder=folder)
    write_json(Inputs(2).as_json(), folder / INPUTS)
    return read_scaled(folder).series


def test_targets_of_one_network_are_joined(tmp_path: Path) -> None:
    (joint,) = joint_series(tmp_path, joint_parts(0, 10))
    assert joint.key == SeriesKey("n")
    assert joint.forecast_keys() == [SeriesKey("a"), SeriesKey("b")]
    assert joint.x.tolist() == [[-2, -20, -1, -10], [-1, -10, 0, 0], [0, 0, 1, 10]]
    assert joint.y.tolist() == [[0, 0], [1, 10], [2, 20]]
    assert joint.sizes == (2, 0, 1)
    assert joint.scale == (1.0, 1.0)


def test_targets_at_other_times_cannot_be_joined(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match=r"rows of b must be at the times of a, got others"):
        joint_series(tmp_path, joint_parts(0, 11))


def test_networks_of_other_numbers_of_targets_are_damage(tmp_path: Path) -> None:
    parts = joint_parts(0, 10)
    parts["train"] = pd.concat([parts["train"], of_target("c", 1, 0).assign(network="m")])
    with pytest.raises(StatecastError, match=r"every network must forecast as many series"):
        joint_series(tmp_path, parts)
