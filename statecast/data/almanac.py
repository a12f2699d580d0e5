"""Calendars that count the steps between times and go so many steps on, for many times at once.

They agree with the offsets of pandas of the same name. A first time that is on no day of its
calendar is not where the calendar is after no step. Shape letter: K times.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Ints

MONDAY = np.datetime64("1970-01-05")  # workdays are counted from here
DAY = np.timedelta64(1, "D")
SHORTEST_MONTH = 28  # days


class Calendar(NamedTuple):
    """How times follow each other."""

    steps: Callable[
        [np.ndarray, np.ndarray], Ints
    ]  # from first to later times, whole ones, each [K]
    after: Callable[[np.ndarray, Ints], np.ndarray]  # first times and steps to times, each [K]


def month_of(time: np.ndarray) -> np.ndarray:
    """Return the months of dates [K]."""
    return time.astype("M8[M]")


def clock_of(time: np.ndarray) -> np.ndarray:
    """Return how long after midnight times are [K]."""
    return np.asarray(time - time.astype("M8[D]"))


def day_of_month(time: np.ndarray) -> Ints:
    """Return the days of months of dates, from 0 [K]."""
    day = time.astype("M8[D]") - month_of(time).astype("M8[D]")
    return np.asarray(day.astype(np.int64))


def listed(every: np.ndarray) -> Calendar:
    """Return the calendar whose times are listed, sorted."""
    last = len(every) - 1

    def steps(first: np.ndarray, time: np.ndarray) -> Ints:
        return np.asarray(np.searchsorted(every, time) - np.searchsorted(every, first))

    def after(first: np.ndarray, count: Ints) -> np.ndarray:
        place = np.searchsorted(every, first) + count
        return np.asarray(every[np.minimum(place, last)])

    return Calendar(steps, after)


def _units(first: np.ndarray, time: np.ndarray) -> Ints:
    return np.asarray((time - first).astype(np.int64))


def _units_after(first: np.ndarray, steps: Ints) -> np.ndarray:
    return np.asarray(first + steps)


def _workdays(first: np.ndarray, time: np.ndarray) -> Ints:
    since_first, since = (
        np.busday_count(MONDAY, moment.astype("M8[D]")) for moment in (first, time)
    )
    return np.asarray(since - since_first)


def _workdays_after(first: np.ndarray, steps: Ints) -> np.ndarray:
    day = np.busday_offset(first.astype("M8[D]"), steps, roll="forward")
    return np.asarray(day.astype(first.dtype) + clock_of(first))


def _months(first: np.ndarray, time: np.ndarray) -> Ints:
    return np.asarray((month_of(time) - month_of(first)).astype(np.int64))


def _monthly(day_in: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Calendar:
    """Return a calendar with one time a month.

    Args:
        day_in: the days in months, also given the first times; each [K].

    """

    def after(first: np.ndarray, count: Ints) -> np.ndarray:
        day = day_in(month_of(first) + count, first)
        return np.asarray(day.astype(first.dtype) + clock_of(first))

    return Calendar(_months, after)


def _first_day(month: np.ndarray, _: np.ndarray) -> np.ndarray:
    return month.astype("M8[D]")


def _last_day(month: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.asarray((month + 1).astype("M8[D]") - DAY)


def _first_workday(month: np.ndarray, first: np.ndarray) -> np.ndarray:
    return np.asarray(np.busday_offset(_first_day(month, first), 0, roll="forward"))


def _last_workday(month: np.ndarray, first: np.ndarray) -> np.ndarray:
    return np.asarray(np.busday_offset(_last_day(month, first), 0, roll="backward"))


def _same_day(month: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return days as far into their months as those of the first times, which all months have."""
    return np.asarray(_first_day(month, first) + day_of_month(first))


EVEN = Calendar(_units, _units_after)  # a step is a unit of the times
WORKDAYS = Calendar(_workdays, _workdays_after)
MONTHLY = tuple(map(_monthly, (_first_day, _last_day, _first_workday, _last_workday)))
SAME_DAY = _monthly(_same_day)
