"""Whether many series have a time at every step, seen at once for all of them.

What is not regular in one of the usual ways may still be so on another calendar: ``gaps`` looks at
such series one by one. Shape letters: N rows, G series.
"""

import numpy as np
import pandas as pd

from statecast.base.arrays import Bools, Ints
from statecast.base.errors import StatecastError
from statecast.data.groups import Groups
from statecast.data.steps import grid, offset_of

SHORTEST_MONTH = np.timedelta64(28, "D")
DAY = np.timedelta64(1, "D")
FIRST_MONDAY = np.datetime64("1970-01-05")  # business days are counted from here


def are_regular(time: pd.Series, groups: Groups, frequency: str | None = None) -> Bools:
    """Return of each series whether it is surely regular [G].

    Regular times are as far apart as each other, or in months as far apart from each other on the
    same day or on the last one, or all business days, or all that a named frequency has.

    Args:
        time: integers or timestamps [N], in the order of ``groups``, rising within a series.
        groups: the rows of each series.
        frequency: a pandas offset alias of dates; None: any of these ways.

    Raises:
        StatecastError: pandas knows no such alias.

    """
    values = time.to_numpy()
    if frequency is not None:
        return _are_on_grid(time, groups, frequency)
    number = values.astype(np.int64)
    regular = _are_even(number, groups)
    if regular.all() or not pd.api.types.is_datetime64_any_dtype(time):
        return regular
    return regular | _are_monthly(values, groups) | _are_business_days(values, groups)


def _are_even(number: Ints, groups: Groups, step: int | None = None) -> Bools:
    """Return of each series whether numbers [N] rise by one step, its first or a given one [G]."""
    since_before = np.diff(number, prepend=number[:1])
    if step is None:
        second = np.minimum(groups.starts + 1, len(number) - 1)
        expected = since_before[second][groups.number]
    else:
        expected = np.full(len(number), step)
    is_first = groups.positions == 0
    return groups.all_of(is_first | (since_before == expected))


def _are_monthly(time: np.ndarray, groups: Groups) -> Bools:
    """Return of each series whether months are even, and times are at one place of a month [G]."""
    month = time.astype("M8[M]")
    after_start = time - month.astype(time.dtype)
    before_end = (month + 1).astype(time.dtype) - time
    in_every_month = groups.all_of(after_start < SHORTEST_MONTH)
    on_last_day = groups.all_of(before_end <= DAY)
    same_day = in_every_month & _are_even(after_start.astype(np.int64), groups, 0)
    same_end = on_last_day & _are_even(before_end.astype(np.int64), groups, 0)
    return (same_day | same_end) & _are_even(month.astype(np.int64), groups)


def _are_business_days(time: np.ndarray, groups: Groups) -> Bools:
    """Return of each series whether it has all days from Monday to Friday, at one time [G]."""
    day = time.astype("M8[D]")
    clock = time - day.astype(time.dtype)
    same_clock = _are_even(clock.astype(np.int64), groups, 0)
    since_monday = np.busday_count(FIRST_MONDAY, day)
    no_weekend = groups.all_of(np.is_busday(day))
    return same_clock & no_weekend & _are_even(since_monday, groups, 1)


def _are_on_grid(time: pd.Series, groups: Groups, frequency: str) -> Bools:
    """Return of each series whether it has all times of a frequency between its ends [G]."""
    step = offset_of(frequency)
    single = groups.sizes == 1
    try:
        every = grid(pd.Series(np.unique(time.to_numpy())), step).to_numpy()
    except StatecastError:  # the series are far apart, or the step is no good
        return single
    if step.n != 1 or not len(every):  # a grid of each second month has other months in others
        return single
    values = time.to_numpy()
    place = np.minimum(np.searchsorted(every, values), len(every) - 1)
    on_grid = groups.all_of(every[place] == values)
    return single | (on_grid & _are_even(place, groups, 1))
