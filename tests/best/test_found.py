"""What a file says of its series. Oracle: series made with pandas."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.best.found import (
    LONGEST,
    FoundSeries,
    Options,
    found_in,
    plain_name,
    require_horizon,
)
from statecast.data.table import read_table
from statecast.params.download import DownloadParams

DOWNLOAD = DownloadParams(
    source="s.csv", sha256=None, time_column=None, value_column=["y"], id_column=None, retries=0
)


def found(folder: Path, times: pd.DatetimeIndex, options: Options | None = None) -> FoundSeries:
    path = folder / "s.csv"
    pd.DataFrame({"when": times, "y": range(5, 5 + len(times))}).to_csv(path, index=False)
    return found_in(str(path), DOWNLOAD, options or Options())


@pytest.mark.parametrize(
    ("frequency", "rows", "season"),
    [
        ("MS", 36, 12),
        ("ME", 36, 12),
        ("MS", 23, 1),  # less than two seasons
        ("QS", 12, 4),
        ("YS", 30, 1),
        ("W", 156, 52),
        ("W", 155, 1),  # less than three years
        ("D", 30, 7),
        ("B", 30, 5),
        ("h", 60, 24),
        ("30min", 100, 48),
        ("7h", 60, 1),
    ],
)
def test_season_follows_from_the_steps(
    tmp_path: Path, frequency: str, rows: int, season: int
) -> None:
    assert (
        found(tmp_path, pd.date_range("2023-01-01", periods=rows, freq=frequency)).season == season
    )


def test_leap_day_that_is_left_out_is_filled_and_said(tmp_path: Path) -> None:
    days = pd.date_range("2024-02-01", periods=60)
    own = found(tmp_path, days[days != "2024-02-29"])
    assert (own.season, own.fill) == (7, "linear")
    assert own.remarks[0] == "1 missing value is put on a straight line between neighbours"
    assert found(tmp_path, days).fill is None


def test_times_without_regular_steps_leave_the_rows_in_their_order(tmp_path: Path) -> None:
    days = pd.DatetimeIndex(["2024-01-01", "2025-06-03", "2026-01-11"]).append(
        pd.date_range("2031-01-01", periods=20, freq="17h")
    )
    own = found(tmp_path, days)
    assert (own.columns.time, own.season, own.fill) == (None, 1, None)
    assert "no regular steps" in own.remarks[0]


def test_season_can_be_said(tmp_path: Path) -> None:
    days = pd.date_range("2024-01-01", periods=60)
    assert found(tmp_path, days, Options(season=30)).season == 30


def test_nine_rows_are_too_few(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match=r"enough rows with a value .*, 10 or more, got 9"):
        found(tmp_path, pd.date_range("2024-01-01", periods=9))


def test_keys_read_the_file_again(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = "\n".join(f"2024-{month:02d};{month},5;x" for month in range(1, 13))
    path.write_text(f"m;y;z\n{rows}\n", encoding="utf-8")
    keys = found_in(str(path), DOWNLOAD, Options()).overrides()
    assert keys["download.source"] == str(path)
    assert (keys["download.separator"], keys["download.decimal"]) == (";", ",")
    assert keys["download.time_column"] == "m"
    read_table(path.read_bytes(), source="s", separator=keys["download.separator"])


def test_file_of_data_source_is_named_as_download_names_it() -> None:
    assert found_in("data/source/shampoo.csv", DOWNLOAD, Options()).source == "shampoo.csv"


def test_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    own = found(tmp_path, pd.date_range("2024-01-01", periods=30))
    digest = hashlib.sha256((tmp_path / "s.csv").read_bytes()).hexdigest()
    assert own.overrides()["download.sha256"] == digest


def with_missing(folder: Path, missing: list[int], *, falling: bool = False) -> FoundSeries:
    days = pd.date_range("2024-01-01", periods=30)
    frame = pd.DataFrame({"when": days, "y": [float(own) for own in range(5, 35)]})
    frame.loc[missing, "y"] = None
    path = folder / "s.csv"
    (frame[::-1] if falling else frame).to_csv(path, index=False)
    return found_in(str(path), DOWNLOAD, Options())


@pytest.mark.parametrize("falling", [False, True])
def test_values_that_are_missing_at_the_end_are_not_made_up(
    tmp_path: Path, *, falling: bool
) -> None:
    with pytest.raises(StatecastError, match=r"y must have a value .* none in the last 2 rows"):
        with_missing(tmp_path, [28, 29], falling=falling)


@pytest.mark.parametrize("falling", [False, True])
def test_values_that_are_missing_at_the_start_are_told(tmp_path: Path, *, falling: bool) -> None:
    own = with_missing(tmp_path, [0, 1], falling=falling)
    assert own.fill == "linear"
    assert own.remarks[-1] == "those before the first value are that value"


def test_rows_without_a_value_do_not_count(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match=r"10 or more, got 9"):
        with_missing(tmp_path, list(range(1, 22)))


def test_file_with_several_columns_is_named_after_the_one_that_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = "".join(f"2024-{month:02d},{month},{month}\n" for month in range(1, 13))
    path.write_text(f"month,sales,unit cost\n{rows}", encoding="utf-8")
    names = [
        found_in(str(path), DOWNLOAD, Options(value_column=column)).name
        for column in ("sales", "unit cost")
    ]
    assert names == ["s-sales", "s-unit-cost"]


def test_dates_with_the_day_first_are_read_the_same_way_again(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    months = pd.date_range("2000-01-01", periods=36, freq="MS").strftime("%d.%m.%Y")
    pd.DataFrame({"when": months, "y": range(36)}).to_csv(path, index=False)
    own = found_in(str(path), DOWNLOAD, Options())
    assert (own.season, own.columns.time) == (12, "when")
    assert own.overrides()["download.time_format"] == "%d.%m.%Y"
    assert own.remarks == ("01.02.2000 is read as 2000-02-01",)


def test_names_of_which_letters_are_lost_stay_apart() -> None:
    assert [plain_name(name) for name in ("my", "my file", "a/b", "--")] == [
        "my",
        "my-file",
        "a-b",
        "series",
    ]
    alike = ["sales-東京", "sales-大阪", "sales-", "a" * 41, "a" * 42]
    names = [plain_name(name) for name in alike]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and len(name) <= LONGEST for name in names)


def test_rows_to_forecast_are_at_most_ten_times_those_known(tmp_path: Path) -> None:
    known = found(tmp_path, pd.date_range("2000-01-01", periods=12, freq="MS"))
    require_horizon(known, 120)
    for horizon in (0, 121):
        with pytest.raises(StatecastError, match=r"^`horizon` must be 1 to 120, 10 times the rows"):
            require_horizon(known, horizon)


def test_rows_to_forecast_end_within_the_calendar(tmp_path: Path) -> None:
    known = found(tmp_path, pd.date_range("9997-01-01", periods=35, freq="MS", unit="s"))
    require_horizon(known, 1)
    with pytest.raises(
        StatecastError, match=r"^`horizon` must be within the calendar, got 2 steps"
    ):
        require_horizon(known, 2)
