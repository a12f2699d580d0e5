"""Files appear whole or not at all, and the same content gives the same bytes. Oracle: reading back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import read_arrays, read_frame, read_json, whole_file, write_arrays, write_frame, write_json


def test_arrays_come_back_and_have_stable_bytes(tmp_path: Path) -> None:
    arrays = {"w": np.arange(6, dtype=np.float32).reshape(2, 3), "name": np.array(["a", "bc"])}
    for name in ("one.npz", "two.npz"):
        write_arrays(arrays, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    for name, array in read_arrays(tmp_path / "one.npz").items():
        np.testing.assert_array_equal(array, arrays[name])
    np.testing.assert_array_equal(np.load(tmp_path / "one.npz")["w"], arrays["w"])


def test_floats_come_back_to_the_last_bit(tmp_path: Path) -> None:
    frame = pd.DataFrame({"unique_id": ["007"], "ds": ["1"], "y": [0.1 + 0.2]})
    write_frame(frame, tmp_path / "f.csv")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "f.csv"), frame)


def test_nan_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"x": float("nan")}, tmp_path / "x.json")
    assert list(tmp_path.iterdir()) == []


def test_failure_leaves_the_file_of_before(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x.json"
    write_json({"x": 1}, path)
    with pytest.raises(RuntimeError), whole_file(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert read_json(path) == {"x": 1}
    assert [one.name for one in path.parent.iterdir()] == ["x.json"]


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match=r"none\.json must exist"):
        read_json(tmp_path / "none.json")
