"""Results have ids and times as the caller wrote them. Oracle: frames of the caller."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from statecast import Statecast, StatecastError, load
from statecast.library.form import FORM, FrameForm, form_of, read_form, write_form
from tests.support.library import SMALL, sales

DAYS = pd.date_range("2024-01-01", periods=4)


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": "a", "ds": DAYS, **columns})


@pytest.mark.parametrize(
    ("ids", "dtype"),
    [
        ([3, 3, 12, 12], "int8"),
        ([3, 3, 12, 12], "Int64"),
        (["b", "b", "a", "a"], pd.CategoricalDtype(["a", "b", "unused"])),
        (["b", "b", "a", "a"], "string"),
        ([0.5, 0.5, 2, 2], "float64"),
    ],
    ids=str,
)
def test_ids_have_the_type_of_the_caller(ids: list, dtype: Any) -> None:
    df = frame(unique_id=pd.Series(ids, dtype=dtype))
    rows = form_of(df).rows(df["unique_id"].astype(str).tolist(), ["2024-01-05"] * 4)
    pd.testing.assert_series_equal(rows["unique_id"], df["unique_id"])


@pytest.mark.parametrize("dtype", ["M8[s]", "M8[ns]"])
def test_dates_have_the_type_of_the_caller(dtype: str) -> None:
    df = frame(ds=DAYS.astype(dtype))
    rows = form_of(df).rows(["a"], ["2024-01-05"])
    assert rows["ds"].dtype == dtype
    assert rows["ds"].tolist() == [pd.Timestamp("2024-01-05")]


@pytest.mark.parametrize(("last", "dtype"), [("126", "int8"), ("128", "int64")])
def test_integer_times_have_the_type_of_the_caller_where_they_fit(last: str, dtype: str) -> None:
    form = form_of(frame(ds=np.arange(122, 126, dtype="int8")))
    assert form.rows(["a"], [last])["ds"].dtype == dtype


def test_dates_beyond_nanoseconds_have_another_type() -> None:
    form = form_of(frame(ds=DAYS.astype("M8[ns]")))
    assert form.rows(["a"], ["2263-01-01"])["ds"].tolist() == [pd.Timestamp("2263-01-01")]


def test_text_becomes_dates() -> None:
    form = form_of(frame(ds=DAYS.strftime("%Y%m%d")))
    assert form.rows(["a"], ["2024-01-05"])["ds"].tolist() == [pd.Timestamp("2024-01-05")]


@pytest.mark.parametrize(
    "columns",
    [
        {"unique_id": [7, 7, 12, 12]},
        {"unique_id": pd.array([7, 7, 12, 12], "Int64"), "ds": DAYS.astype("M8[ns]")},
        {"ds": np.arange(4, dtype="int16")},
    ],
    ids=["whole numbers", "nullable, nanoseconds", "short integers"],
)
def test_types_come_back_from_a_folder(columns: dict, tmp_path: Path) -> None:
    df = frame(**columns)
    form = form_of(df)
    write_form(form, tmp_path)
    names = df["unique_id"].astype(str).unique().tolist()
    ds = df["ds"].astype(str).tolist()[-1:] * len(names)
    back = read_form(tmp_path, names)
    pd.testing.assert_frame_equal(back.rows(names, ds), form.rows(names, ds))


def test_text_and_the_dates_of_pandas_need_no_file(tmp_path: Path) -> None:
    write_form(form_of(frame()), tmp_path)
    assert not (tmp_path / FORM).exists()
    assert read_form(tmp_path, ["a"]) == FrameForm({})


@pytest.mark.parametrize(
    "content", ["{", '{"unique_id": "float"}', '{"ds": "str"}', '{"ds": "x"}', '{"ds": 1}']
)
def test_a_damaged_file_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / FORM).write_text(content)
    with pytest.raises(StatecastError, match=FORM):
        read_form(tmp_path, ["a"])


def test_forecasts_join_the_frame_of_the_caller_after_fit_and_after_load(tmp_path: Path) -> None:
    """Whole numbers as ids, and times of the caller's own type."""
    df = sales().head(60).assign(unique_id=7, ds=np.arange(60, dtype="int32"))
    model = Statecast(**SMALL).fit(df)
    model.save(tmp_path)
    loaded = load(tmp_path)
    pd.testing.assert_frame_equal(loaded.predict(2), model.predict(2))
    held_out = sales()[60:62].assign(unique_id=7, ds=np.arange(60, 62, dtype="int32"))
    joined = loaded.predict(2).merge(held_out, on=["unique_id", "ds"])
    assert joined["y"].tolist() == held_out["y"].tolist()
    assert loaded.online().observe(7, 60, 30.0) == model.online().observe("7", 60, 30.0)
