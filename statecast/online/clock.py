"""Times of a series as whole numbers, and those that come next.

A time is an integer, or a date on a calendar. Its number is the integer, or microseconds since 1970
(nanoseconds where the times have such digits).
"""

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require, shown
from statecast.data.calendar import calendar_frame
from statecast.data.steps import Step, step_of
from statecast.data.times import UNITS, written_times

AHEAD = 64  # times that are worked out at once
KEPT = 2 * AHEAD  # such stretches: series that go on together begin theirs at AHEAD times
LAST_YEAR = 9999  # a date has four digits for it
DATE = re.compile(r"\d{4}-\d{2}(-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?)?", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
DAYS = (pd.offsets.Day, pd.offsets.Tick)  # steps of one length
UNIT_OF_LENGTH = {10: "D", 19: "s", 23: "ms", 26: "us", 29: "ns"}  # of the text of a date
MOST = 2**62  # of an integer time


class TimesAhead(NamedTuple):
    """The times after one time [A]."""

    number: tuple[int, ...]
    text: tuple[str, ...]
    waves: tuple[tuple[float, ...], ...]  # of the calendar, at each time


class Clock(NamedTuple):
    """How the times of a series are written, and how far apart they are."""

    step: Step
    unit: str  # of the numbers of dates, us or ns; "": the times are integers
    text_unit: str  # of the text of dates: D, s, ms, us or ns
    cycles: tuple[str, ...]  # of the calendar, as in ``Inputs.calendar``

    def number_of(self, ds: Any) -> int:
        """Return the number of a time.

        Args:
            ds: an integer, text as in series.csv, a date, or a time of Python, NumPy or pandas.

        Raises:
            StatecastError: it is no such time.

        """
        if not self.unit:
            return _integer(ds)
        date = _date64(ds)
        exact = date.astype(f"M8[{self.unit}]")
        if np.isnat(date) or exact != date:
            raise _no_time(ds, "a date")
        return int(exact.astype(np.int64))

    def text_of(self, number: int) -> str:
        """Return a time as series.csv has it."""
        if not self.unit:
            return str(number)
        return _texts(np.array([number]).view(f"M8[{self.unit}]"), self.text_unit)[0]

    def ahead(self, number: int) -> TimesAhead:
        """Return the times after one; a date beyond the calendar is none of them."""
        return _ahead(self, number)

    def later(self, number: int, count: int) -> TimesAhead:
        """Return the first ``count`` times after one.

        Raises:
            StatecastError: they go on for longer than the calendar.

        """
        stretches: list[TimesAhead] = []
        while sum(len(ahead.number) for ahead in stretches) < count:
            ahead = self.ahead(number)
            require(bool(ahead.number), "times", "be within the calendar", f"{count} more steps")
            number = ahead.number[-1]
            stretches.append(ahead)
        return TimesAhead(
            tuple(time for ahead in stretches for time in ahead.number)[:count],
            tuple(text for ahead in stretches for text in ahead.text)[:count],
            tuple(waves for ahead in stretches for waves in ahead.waves)[:count],
        )

    def has(self, number: int) -> bool:
        """Return whether a first time is one that the step goes on from: a month's first day."""
        if not self.unit or isinstance(self.step, int):
            return True
        return bool(self.step.is_on_offset(pd.Timestamp(_date(number, self.unit))))


def clocks_of(
    times: Sequence[pd.Series], cycles: Sequence[str], frequency: str | None
) -> list[Clock]:
    """Return the clock of each of several series.

    Args:
        times: of each series, text as in series.csv, oldest first.
        cycles: of the calendar.
        frequency: a pandas offset alias of the dates; None: inferred.

    Raises:
        StatecastError: the times of a series are on no regular grid.

    """
    by_times: dict[bytes, Clock] = {}  # series often have the same times
    clocks = []
    for own in times:
        content = "\n".join(own.astype(str)).encode()
        if content not in by_times:
            by_times[content] = _clock(own, tuple(cycles), frequency)
        clocks.append(by_times[content])
    return clocks


def _clock(text: pd.Series, cycles: tuple[str, ...], frequency: str | None) -> Clock:
    last = str(text.iloc[-1])
    try:
        times = written_times(text)
    except ValueError:
        must = "be integers or dates as in series.csv"
        raise StatecastError(f"the times of a series must {must}, got last {shown(last)}") from None
    step = step_of(times.reset_index(drop=True), frequency)
    if step is None:
        must = f"be regular to say which come next, got last {last}"
        raise StatecastError(f"the times of a series must {must}")
    if isinstance(step, int):
        return Clock(step, "", "", cycles)
    text_unit = UNIT_OF_LENGTH.get(len(last), "s")
    return Clock(step, "ns" if text_unit == "ns" else "us", text_unit, cycles)


@lru_cache(KEPT)
def _ahead(clock: Clock, number: int) -> TimesAhead:
    if isinstance(clock.step, int):
        last = number + clock.step * AHEAD
        numbers = tuple(range(number + clock.step, last + 1, clock.step))
        return TimesAhead(numbers, tuple(map(str, numbers)), ((),) * AHEAD)
    times = _dates_after(_date(number, clock.unit), clock.step, clock.unit)
    texts = _texts(times, clock.text_unit)
    waves = calendar_frame(pd.Series(texts, dtype=str), clock.cycles).to_numpy(float)
    numbers = tuple(times.astype(np.int64).tolist())
    return TimesAhead(numbers, tuple(texts), tuple(map(tuple, waves.tolist())))


def _date(number: int, unit: str) -> np.datetime64:
    date: np.datetime64 = np.int64(number).view(f"M8[{unit}]")
    return date


def _dates_after(last: np.datetime64, step: Any, unit: str) -> np.ndarray:
    """Return the dates after one, up to the last year of the calendar."""
    steps = np.arange(1, AHEAD + 1)
    if isinstance(step, pd.offsets.MonthBegin) and last == last.astype("M8[M]"):
        later = (last.astype("M8[M]") + steps * step.n).astype(f"M8[{unit}]")
    elif isinstance(step, DAYS):
        day = pd.Timedelta(days=step.n) if isinstance(step, pd.offsets.Day) else pd.Timedelta(step)
        later = last + steps * day.to_timedelta64().astype(f"m8[{unit}]")
    else:
        later = _one_by_one(pd.Timestamp(last), step, unit)
    return later[later < np.datetime64(str(LAST_YEAR + 1))]


def _one_by_one(last: pd.Timestamp, step: Any, unit: str) -> np.ndarray:
    times = []
    for ahead in range(1, AHEAD + 1):
        try:
            times.append((last + ahead * step).to_datetime64().astype(f"M8[{unit}]"))
        except (OverflowError, pd.errors.OutOfBoundsDatetime):
            break
    return np.array(times, f"M8[{unit}]")


def _texts(times: Any, text_unit: str) -> list[str]:
    """Return dates as text that is as short as in series.csv, or longer where that needs it."""
    units = UNITS[UNITS.index(text_unit) :]
    shortest = next(unit for unit in units if (times.astype(f"M8[{unit}]") == times).all())
    return [str(time) for time in times.astype(f"M8[{shortest}]")]


def _integer(ds: Any) -> int:
    is_integer = isinstance(ds, int | np.integer) and not isinstance(ds, bool)
    if isinstance(ds, str) and INTEGER.fullmatch(ds):
        return int(ds)
    if not is_integer or abs(int(ds)) > MOST:
        raise _no_time(ds, "an integer")
    return int(ds)


def _date64(ds: Any) -> np.datetime64:
    if isinstance(ds, str):
        text = ds.replace("/", "-")
        if not DATE.fullmatch(text):
            raise _no_time(ds, "a date with the year first")
    elif isinstance(ds, pd.Timestamp) and ds.tzinfo is None:
        return ds.to_datetime64()
    elif isinstance(ds, np.datetime64):
        return ds
    elif isinstance(ds, dt.date) and getattr(ds, "tzinfo", None) is None:
        text = ds.isoformat()
    else:
        raise _no_time(ds, "a date without a zone")
    try:
        return np.datetime64(text)
    except ValueError:
        raise _no_time(ds, "a date of the calendar") from None


def _no_time(ds: Any, what: str) -> StatecastError:
    return StatecastError(f"`ds` must be {what}, got {shown(ds)}")
