"""Whether many series have a time at every step, seen at once for all of them.

What is not regular in one of the usual ways may still be so on another calendar.
Shape letters: N rows, G series.
"""

import numpy as np

from statecast.base.arrays import Bools, Ints
from statecast.data.almanac import DAY, MONDAY, SHORTEST_MONTH, clock_of, month_of
from statecast.data.groups import Groups


def are_regular(time: np.ndarray, groups: Groups) -> Bools:
    """Return of each series whether it is surely regular [G].

    Regular times are as far apart as each other, or in months as far apart from each other on the
    same day or on the last one, or all business days.

    Args:
        time: integers or timestamps [N], in the order of ``groups``, rising within a series.
        groups: the rows of each series.

    """
    regular = _are_even(time.astype(np.int64), groups)
    if regular.all() or time.dtype.kind != "M":
        return regular
    return regular | _are_monthly(time, groups) | _are_business_days(time, groups)


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
    month = month_of(time)
    after_start = time - month.astype(time.dtype)
    before_end = (month + 1).astype(time.dtype) - time
    in_every_month = groups.all_of(after_start < SHORTEST_MONTH * DAY)
    on_last_day = groups.all_of(before_end <= DAY)
    same_day = in_every_month & _are_even(after_start.astype(np.int64), groups, 0)
    same_end = on_last_day & _are_even(before_end.astype(np.int64), groups, 0)
    return (same_day | same_end) & _are_even(month.astype(np.int64), groups)


def _are_business_days(time: np.ndarray, groups: Groups) -> Bools:
    """Return of each series whether it has all days from Monday to Friday, at one time [G]."""
    day = time.astype("M8[D]")
    same_clock = _are_even(clock_of(time).astype(np.int64), groups, 0)
    since_monday = np.busday_count(MONDAY, day)
    no_weekend = groups.all_of(np.is_busday(day))
    return same_clock & no_weekend & _are_even(since_monday, groups, 1)
