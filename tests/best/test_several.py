"""Several series in a long file. Oracle: tables written by hand."""

from pathlib import Path

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.best.columns import columns_of
from statecast.best.found import FoundSeries, Options, found_in
from statecast.best.several import series_of
from statecast.data.table import read_table
from tests.best.test_found import DOWNLOAD

MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]


def table_of(head: str, *keys: str) -> str:
    """Return a year of each series, known by the cells before the time."""
    rows = [f"{key},{month},{len(key) + at}" for key in keys for at, month in enumerate(MONTHS)]
    return "\n".join([f"{head},month,y", *rows]) + "\n"


def keys_of(text: str, value: str | None = None) -> tuple[str, ...] | None:
    table = read_table(text.encode(), source="t.csv")
    several = series_of(table, columns_of(table, value=value))
    return None if several is None else several.keys


def test_fewest_columns_tell_series_apart() -> None:
    assert keys_of(table_of("store", "A", "B")) == ("store",)
    assert keys_of(table_of("country,store", "X,A", "X,B")) == ("store",)
    assert keys_of(table_of("region,product", "N,tea", "N,rum", "S,tea", "S,rum")) == (
        "region",
        "product",
    )
    assert keys_of(table_of("store", "1", "2"), value="y") == ("store",)


def test_times_that_come_once_are_one_series() -> None:
    assert keys_of(table_of("store", "A")) is None


def test_blocks_without_times_are_series() -> None:
    rows = [f"{store},{place}" for store in "AB" for place in range(10)]
    assert keys_of("\n".join(["store,y", *rows]) + "\n") == ("store",)
    mixed = [f"{store},{place}" for place in range(10) for store in "AB"]
    assert keys_of("\n".join(["store,y", *mixed]) + "\n") is None


def test_time_that_comes_twice_in_one_series_is_named() -> None:
    with pytest.raises(StatecastError, match=r"month must have each time once, .* 13, 14"):
        keys_of(table_of("store", "A") + "A,2024-12,3\n")


def found(folder: Path, series: str | None, monkeypatch: pytest.MonkeyPatch) -> FoundSeries:
    monkeypatch.chdir(folder)
    Path("sales.csv").write_text(table_of("region,product", "N,tea", "N,rum", "S,tea"))
    return found_in("sales.csv", DOWNLOAD, Options(series=series))


def test_one_of_several_is_asked_for_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked, got in ((None, "none"), ("N/gin", "'N/gin'")):
        message = f"--series must name one of the 3 series of region/product: N/tea, .* got {got}"
        with pytest.raises(StatecastError, match=message):
            found(tmp_path, asked, monkeypatch)


def test_one_of_several_becomes_a_file_that_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = found(tmp_path, "N/rum", monkeypatch)
    assert (own.name, own.source) == ("sales-N-rum", "best/sales-N-rum.csv")
    assert own.remarks == ("N/rum of region/product, kept in data/source/best/sales-N-rum.csv",)
    frame = pd.read_csv("data/source/best/sales-N-rum.csv")
    assert frame["month"].tolist() == MONTHS
    assert frame["y"].tolist() == list(range(5, 17))


def test_series_of_a_file_with_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("month,y\n" + "".join(f"{month},1\n" for month in MONTHS))
    with pytest.raises(StatecastError, match="--series must be left out: the file has one series"):
        found_in(str(path), DOWNLOAD, Options(series="A"))
