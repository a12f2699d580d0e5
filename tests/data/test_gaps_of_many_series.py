"""Gaps of many series at once. Oracle: each series by itself, in plain steps."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.identity import FILLED
from statecast.data.filling import Fill
from statecast.data.gaps import Gaps, marked, without_gaps
from statecast.data.series import regular_frame
from statecast.data.steps import grid, step_of

ROWS = 18
FILLS: tuple[Fill, ...] = ("linear", "previous", "seasonal")
Times = Callable[[np.random.Generator], pd.Index]


def filled_alone(values: np.ndarray, fill: str, season_length: int) -> np.ndarray:
    """Return values of one series without a NaN."""
    known = np.flatnonzero(~np.isnan(values))
    rows = np.arange(len(values))
    if fill == "previous":
        before = np.searchsorted(known, rows, side="right") - 1
        return values[known[np.maximum(before, 0)]]
    line = np.interp(rows, known, values[known])
    if fill == "linear":
        return line
    whole = values.copy()
    for row in np.flatnonzero(np.isnan(values)):
        if row >= season_length:
            whole[row] = whole[row - season_length]
            continue
        later = whole[row + season_length :: season_length]
        later = later[~np.isnan(later)]
        whole[row] = later[0] if len(later) else line[row]
    return whole


def alone(rows: pd.DataFrame, gaps: Gaps) -> pd.DataFrame:
    """Return the rows of one series without gaps, or refuse it."""
    time = rows["ds"].reset_index(drop=True)
    every = pd.Index(time)
    step = step_of(time, gaps.frequency)
    if len(time) > 1:
        if step is None:
            raise StatecastError("not regular")
        every = grid(time, step)
        if not time.isin(every).all():
            raise StatecastError("on the grid of")
    if gaps.fill is None and len(every) > len(time):
        raise StatecastError("none at")
    whole = rows.set_index("ds").reindex(every).rename_axis("ds").reset_index()
    whole = whole.assign(unique_id=rows["unique_id"].iloc[0])[rows.columns]
    for column in ("x", "y"):
        is_missing = whole[column].isna()
        if is_missing.all():
            raise StatecastError("have a value to fill from")
        if is_missing.any():
            values = whole[column].to_numpy(float)
            whole[column] = filled_alone(values, str(gaps.fill), gaps.season_length)
            if column == "y":
                whole[FILLED] = is_missing.astype(int)
    return whole


def one_by_one(series: list[pd.DataFrame], gaps: Gaps) -> pd.DataFrame:
    parts = [alone(rows, gaps) for rows in series]
    return marked(pd.concat(parts, ignore_index=True))


def with_holes(times: pd.Index, rng: np.random.Generator, name: str) -> pd.DataFrame:
    """Return a series at some of the times, some of its values missing."""
    own = times[rng.random(len(times)) > rng.choice([0, 0.1, 0.4])]
    own = times[:1] if not len(own) else own
    values = rng.normal(size=(2, len(own)))
    values[rng.random((2, len(own))) < rng.choice([0, 0.1, 0.4])] = np.nan
    values[:, rng.integers(len(own))] = 1.0
    return pd.DataFrame({"unique_id": name, "ds": own, "y": values[0], "x": values[1]})


def dates(*aliases: str, clocks: tuple[str, ...] = ("0h",)) -> Times:
    """Return times of a random one of some frequencies, from a random start."""

    def times(rng: np.random.Generator) -> pd.Index:
        start = pd.Timestamp("1999-12-27") + pd.Timedelta(days=int(rng.integers(0, 2000)))
        alias = rng.choice(aliases)
        on_clock = start + pd.Timedelta(rng.choice(clocks))
        return pd.date_range(on_clock, periods=rng.integers(1, ROWS), freq=alias)

    return times


def same_day(rng: np.random.Generator) -> pd.Index:
    """Return times on one day of every month, or of every second or third, cut where it ends."""
    start = pd.Timestamp(2000 + int(rng.integers(3)), 1 + int(rng.integers(12)), 26)
    step = pd.DateOffset(months=int(rng.integers(1, 4)))
    first = start + pd.Timedelta(days=int(rng.integers(6)))
    return pd.date_range(first, periods=ROWS, freq=step)


def same_day_where_there_is_one(rng: np.random.Generator) -> pd.Index:
    """Return times on one day of the months that have it."""
    day = int(rng.integers(25, 32))
    months = range(1, 13, int(rng.integers(1, 4)))
    every = [f"{year}-{month:02d}-{day}" for year in (2003, 2004) for month in months]
    return pd.DatetimeIndex(pd.to_datetime(every, errors="coerce")).dropna()


def over_a_clock_change(rng: np.random.Generator) -> pd.Index:
    """Return what a clock showed each hour in spring, when it is put forward."""
    day = pd.date_range("2024-03-30", periods=2 * ROWS, freq="h")
    shown = day.delete(np.flatnonzero(day == "2024-03-31T02:00"))
    return shown[int(rng.integers(ROWS)) :]


def integers(rng: np.random.Generator) -> pd.Index:
    step = int(rng.integers(1, 11))
    first = int(rng.integers(-1000, 1000))
    return pd.RangeIndex(first, first + step * int(rng.integers(1, ROWS)), step)


def whole_seconds(rng: np.random.Generator) -> pd.Index:
    return dates("37s", "h", "MS")(rng).as_unit("s")


def nanoseconds(rng: np.random.Generator) -> pd.Index:
    return dates("7ns", "B", "QE")(rng).as_unit("ns")


CLOCKS = ("0h", "9h", "13h 30min")
EVERY_KIND: dict[str, Times] = {
    "months": dates("MS", "ME", "BMS", "BME", "2MS", "3ME", "2BME", clocks=CLOCKS),
    "quarters and years": dates("QS", "QE", "BQE", "YS", "YE", "YE-JUN", "BYS"),
    "days": dates("D", "B", "3D", "W-SUN", "W-WED", "2W-FRI", "28D", clocks=CLOCKS),
    "hours": dates("h", "15min", "90s", "5h", "36h", "250ms", clocks=CLOCKS),
    "other calendars": dates("WOM-3FRI", "WOM-2MON", "bh", "SMS", "SME"),
    "a day of the month": same_day,
    "a day that not all months have": same_day_where_there_is_one,
    "a clock change": over_a_clock_change,
    "integers": integers,
    "seconds": whole_seconds,
    "nanoseconds": nanoseconds,
}


def some_series(times: Times, seed: int, count: int = 6) -> list[pd.DataFrame]:
    rng = np.random.default_rng(seed)
    return [with_holes(times(rng), rng, f"s{number}") for number in range(count)]


def is_refused(rows: pd.DataFrame, gaps: Gaps) -> bool:
    try:
        alone(rows, gaps)
    except StatecastError:
        return True
    return False


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_many_series_are_filled_as_each_by_itself(kind: str, fill: Fill) -> None:
    gaps = Gaps(fill, season_length=5)
    series = some_series(EVERY_KIND[kind], FILLS.index(fill))
    kept = [rows for rows in series if not is_refused(rows, gaps)]
    together = without_gaps(pd.concat(kept, ignore_index=True), gaps)
    pd.testing.assert_frame_equal(together, one_by_one(kept, gaps), check_exact=True)


def test_what_is_refused_by_itself_is_refused_at_all() -> None:
    series = some_series(same_day_where_there_is_one, 0, 16)
    refused = [rows for rows in series if is_refused(rows, Gaps("linear"))]
    assert refused
    for rows in refused:
        with pytest.raises(StatecastError, match="the times of"):
            without_gaps(rows, Gaps("linear"))


@pytest.mark.parametrize(
    "alias", ["MS", "ME", "B", "D", "W-SUN", "h", "QS", "2MS", "2W-FRI", "2B", "YE-JUN", "SMS"]
)
def test_a_named_frequency_fills_many_series_as_each_by_itself(alias: str) -> None:
    gaps = Gaps("linear", alias)
    series = some_series(dates(alias), 0)
    together = without_gaps(pd.concat(series, ignore_index=True), gaps)
    pd.testing.assert_frame_equal(together, one_by_one(series, gaps), check_exact=True)


def test_series_of_all_kinds_are_filled_in_one_file() -> None:
    kinds = [kind for kind in EVERY_KIND if kind not in ("integers", "seconds", "nanoseconds")]
    series = [rows for kind in kinds for rows in some_series(EVERY_KIND[kind], 1, 3)]
    kept = [rows for rows in series if not is_refused(rows, Gaps("linear"))]
    named = [rows.assign(unique_id=f"s{number}") for number, rows in enumerate(kept)]
    together = pd.concat(named, ignore_index=True)
    expected = one_by_one(named, Gaps("linear"))
    pd.testing.assert_frame_equal(without_gaps(together, Gaps("linear")), expected)
    mixed = together.sample(frac=1, random_state=0).reset_index(drop=True)
    first_rows = mixed["unique_id"].drop_duplicates()
    whole = regular_frame(mixed, Gaps("linear")).set_index("unique_id")
    in_order = whole.loc[[rows["unique_id"].iloc[0] for rows in named]]
    assert whole.index.drop_duplicates().tolist() == first_rows.tolist()
    np.testing.assert_array_equal(in_order["y"], expected["y"])


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a")])
def test_the_first_of_several_bad_series_is_named(first: str, second: str) -> None:
    without_values = pd.DataFrame({"unique_id": "a", "ds": [1, 2], "y": np.nan})
    irregular = pd.DataFrame({"unique_id": "b", "ds": [2, 4, 6, 7], "y": 1.0})
    parts = {"a": without_values, "b": irregular}
    frame = pd.concat([parts[first], parts[second]], ignore_index=True)
    with pytest.raises(StatecastError, match=f"of (series )?'{first}' must"):
        without_gaps(frame, Gaps("linear"))


def test_a_gap_that_nothing_fills_is_that_of_the_first_series() -> None:
    times = {"a": [1, 2, 3], "b": [5, 6, 8], "c": [1, 3, 4]}
    rows = [(name, time, 1.0) for name, own in times.items() for time in own]
    frame = pd.DataFrame(rows, columns=["unique_id", "ds", "y"])
    with pytest.raises(StatecastError, match=r"series 'b' must .* got none at 7"):
        without_gaps(frame, Gaps())


def test_the_network_of_a_row_that_was_missing_is_that_of_its_series() -> None:
    columns = {"unique_id": "a/x", "network": "a", "ds": [1, 2, 4], "y": [1.0, 2.0, 4.0]}
    whole = without_gaps(pd.DataFrame(columns), Gaps("linear"))
    assert whole["network"].tolist() == ["a"] * 4
    assert whole["y"].tolist() == [1, 2, 3, 4]


def test_a_named_frequency_without_any_of_the_times_is_refused() -> None:
    frame = pd.DataFrame({"unique_id": "a", "ds": pd.to_datetime(["2024-03-02", "2024-03-04"])})
    with pytest.raises(StatecastError, match=r"on the grid of YS-JAN .* got 2024-03-02$"):
        without_gaps(frame.assign(y=1.0), Gaps("linear", "YS"))
