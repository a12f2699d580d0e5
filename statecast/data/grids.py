"""The times that many series should have, found for all of them at once.

They are the times that ``step_of`` and ``grid`` find for a single series. Where these look at more
than the usual calendars, a series is left to them. Shape letters: N rows, G series, M times.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BaseOffset, Day, Tick

from statecast.base.arrays import Bools, Floats, Ints
from statecast.data.almanac import (
    DAY,
    EVEN,
    MONDAY,
    MONTHLY,
    SAME_DAY,
    SHORTEST_MONTH,
    WORKDAYS,
    Calendar,
    clock_of,
    day_of_month,
    listed,
    month_of,
)
from statecast.data.groups import Groups
from statecast.data.regular import are_regular
from statecast.data.steps import SPARSEST, grid, offset_of

NO_ROW = -1
NOWHERE = -1  # in place of a calendar
NOTHING = np.timedelta64(0, "D")
BUSINESS_HOURS = np.array([1, 17, 65], "m8[h]")  # within a day, over a night, over a weekend


class Times(NamedTuple):
    """All times that some series should have, in each series one after the other."""

    series: Ints  # the number of its series [M]
    time: np.ndarray  # [M]
    row: Ints  # at that time; NO_ROW: it is missing [M]


class Series(NamedTuple):
    """The times that series have: integers, or dates without a zone."""

    time: np.ndarray  # series by series, rising within each [N]
    row: Ints  # which each is of all rows [N]
    name: Ints  # which each is of all series [G]
    sizes: Ints  # [G]

    @property
    def groups(self) -> Groups:
        """Return which times are of which of these series."""
        number = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return Groups(np.arange(len(self.time)), number, self.starts, self.sizes)

    @property
    def starts(self) -> Ints:
        """Return where each series starts [G]."""
        return np.asarray(np.cumsum(self.sizes) - self.sizes)

    @property
    def first(self) -> np.ndarray:
        """Return the first time of each series [G]."""
        return self.time[self.starts]

    @property
    def last(self) -> np.ndarray:
        """Return the last time of each series [G]."""
        return self.time[self.starts + self.sizes - 1]

    def only(self, is_wanted: Bools) -> "Series":
        """Return some of these series."""
        wanted = np.repeat(is_wanted, self.sizes)
        return Series(
            self.time[wanted], self.row[wanted], self.name[is_wanted], self.sizes[is_wanted]
        )

    def times(self) -> Times:
        """Return the times of series that lack none."""
        return Times(np.repeat(self.name, self.sizes), self.time, self.row)


class Candidate(NamedTuple):
    """A calendar that series may be on."""

    calendar: Calendar
    step: Ints  # of each series, in steps of the calendar; 0: no series steps so [G]
    tenfold: Floats  # ten steps from the first time of each series on, in units of the times [G]


def usual_times(ds: pd.Series, groups: Groups, frequency: str | None = None) -> Times:
    """Return the times that series on the usual calendars should have; others are left out.

    Args:
        ds: integers or dates without a zone [N], in the order of ``groups``, rising within a
            series.
        groups: the rows of each series.
        frequency: a pandas offset alias of the dates; None: inferred.

    Raises:
        StatecastError: pandas knows no such alias.

    """
    count = len(groups.sizes)
    series = Series(ds.to_numpy(), np.arange(len(ds)), np.arange(count), groups.sizes)
    step = None if frequency is None else offset_of(frequency)
    is_whole = groups.sizes == 1 if step else are_regular(series.time, groups)
    whole = series.only(is_whole).times()
    if is_whole.all():
        return whole
    others = series.only(~is_whole)
    candidates = list(_named(others, step) if step else _inferred(others))
    chosen = _chosen(others, candidates)
    if step is None and others.time.dtype.kind == "M":
        chosen[_are_unusual(others, candidates, chosen)] = NOWHERE
    return joined([whole, *_times_on(others, candidates, chosen)])


def joined(parts: Sequence[Times]) -> Times:
    """Return the times of all series in the order of their numbers; each is in one part."""
    series, time, row = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(series, kind="stable")
    return Times(series[order], time[order], row[order])


def _inferred(series: Series) -> Iterator[Candidate]:
    """Yield the calendars of ``steps`` in their order: even steps, workdays, months."""
    first = series.first
    number = series.time.astype(np.int64)
    even = _commonest_difference(number, series)
    yield Candidate(EVEN, even, SPARSEST * even.astype(float))
    if first.dtype.kind != "M":
        return
    months = np.maximum(_commonest_difference(month_of(series.time).astype(np.int64), series), 0)
    short = day_of_month(first) < SHORTEST_MONTH
    ones = np.ones_like(months)
    for calendar, step in (
        (WORKDAYS, ones),
        *((calendar, months) for calendar in MONTHLY),
        (SAME_DAY, np.where(short, months, 0)),
    ):
        tenfold = calendar.after(first, SPARSEST * step) - first
        yield Candidate(calendar, step, tenfold.astype(float))


def _named(series: Series, step: BaseOffset) -> Iterator[Candidate]:
    """Yield the calendar of a named step, unless it fits no times or the dates end before it."""
    first, place = np.unique(series.first, return_inverse=True)
    try:
        ahead = [(start + SPARSEST * step) - start for start in pd.DatetimeIndex(first)]
        tenfold = np.array([_in_units(length, first.dtype) for length in ahead])
        if isinstance(step, Tick | Day):
            yield Candidate(EVEN, tenfold[place] // SPARSEST, tenfold[place].astype(float))
            return
        every = grid(pd.Series(np.unique(series.time)), step.base)
    except (OverflowError, ValueError):
        return
    if len(every):
        steps = np.full(len(place), step.n)
        yield Candidate(listed(every.to_numpy()), steps, tenfold[place].astype(float))


def _in_units(length: pd.Timedelta, dtype: np.dtype) -> int:
    """Return a length in units of dates; a ValueError says that it is no whole number of them."""
    unit, _ = np.datetime_data(dtype)
    return int(length.as_unit(unit, round_ok=False).to_numpy().astype(np.int64))  # type: ignore[arg-type]


def _chosen(series: Series, candidates: Sequence[Candidate]) -> Ints:
    """Return the candidate of each series that has all its times and the fewest others [G].

    It is a place among the candidates, or NOWHERE.
    """
    chosen = np.full(len(series.sizes), NOWHERE)
    fewest = np.full(len(series.sizes), np.iinfo(np.int64).max)
    for place, candidate in enumerate(candidates):
        steps = _steps(series, candidate)
        counts = steps[series.starts + series.sizes - 1]
        is_better = _fits(series, candidate, steps) & (counts < fewest)
        chosen[is_better] = place
        fewest[is_better] = counts[is_better]
    return chosen


def _steps(series: Series, candidate: Candidate) -> Ints:
    """Return how many whole steps each time is after the first one of its series [N]."""
    number = series.groups.number
    step = np.maximum(candidate.step, 1)[number]
    return candidate.calendar.steps(series.first[number], series.time) // step


def _fits(series: Series, candidate: Candidate, steps: Ints) -> Bools:
    """Return of each series whether it is on a calendar, which has not far more times [G]."""
    number = series.groups.number
    on = candidate.calendar.after(series.first[number], steps * candidate.step[number])
    has_all = series.groups.all_of(on == series.time)
    span = (series.last - series.first).astype(float)
    length = np.trunc(candidate.tenfold / SPARSEST)
    with np.errstate(divide="ignore"):  # of series that are not on this calendar
        on_grid = np.trunc(span / length) + 1
    is_dense = on_grid <= SPARSEST * (series.sizes + 1)
    return np.asarray(has_all & is_dense & (candidate.step > 0))


def _times_on(series: Series, candidates: Sequence[Candidate], chosen: Ints) -> Iterator[Times]:
    """Yield the times of the series on each of the candidates."""
    for place, candidate in enumerate(candidates):
        is_own = chosen == place
        own = candidate._replace(step=candidate.step[is_own], tenfold=candidate.tenfold[is_own])
        yield _every_time(series.only(is_own), own)


def _every_time(series: Series, candidate: Candidate) -> Times:
    """Return all times of series on their calendar."""
    steps = _steps(series, candidate)
    sizes = steps[series.starts + series.sizes - 1] + 1
    starts = np.cumsum(sizes) - sizes
    number = np.repeat(np.arange(len(sizes)), sizes)  # [M]
    since_first = np.arange(len(number)) - starts[number]
    time = candidate.calendar.after(series.first[number], since_first * candidate.step[number])
    row = np.full(len(number), NO_ROW)
    row[starts[series.groups.number] + steps] = series.row
    return Times(series.name[number], time, row)


def _are_unusual(series: Series, candidates: Sequence[Candidate], chosen: Ints) -> Bools:
    """Return of each series whether ``step_of`` may find what is no candidate here [G]."""
    starts = series.starts
    since_before = np.diff(series.time, prepend=series.time[:1])
    since_before[starts] = since_before[starts + 1]
    shortest = np.minimum.reduceat(since_before, starts)
    longest = np.maximum.reduceat(since_before, starts)
    in_days = shortest % DAY == NOTHING
    several_clocks = ~_are_alike(series, clock_of(series.time))
    by_days = in_days & (several_clocks | _are_on_a_day_of_a_week(series))
    by_hours = series.groups.all_of(np.isin(since_before, BUSINESS_HOURS))
    is_late = _end(series.last, longest) > _last_time(series.time.dtype)
    return by_days | by_hours | is_late | _are_cut(series, candidates, chosen)


def _end(last: np.ndarray, longest: np.ndarray) -> Floats:
    """Return as numbers the times that are as far from the last ones as steps are counted [G]."""
    return np.asarray(last.astype(float) + SPARSEST * longest.astype(float))


def _last_time(dtype: np.dtype) -> float:
    """Return as a number the time from which on pandas may run out of dates."""
    unit, _ = np.datetime_data(dtype)
    year = "2250" if unit == "ns" else "9900"
    return float(np.datetime64(year).astype(dtype).astype(float))


def _are_on_a_day_of_a_week(series: Series) -> Bools:
    """Return of each series whether all times are on the second Friday of a month, say [G]."""
    weekday = (series.time.astype("M8[D]") - MONDAY).astype(np.int64) % 7
    week = day_of_month(series.time) // 7
    return _are_alike(series, weekday) & _are_alike(series, week)


def _are_cut(series: Series, candidates: Sequence[Candidate], chosen: Ints) -> Bools:
    """Return of each series whether its day of the month may be one that not all months have [G].

    Days that every month has, such as the last one, are found before.
    """
    places = [place for place, own in enumerate(candidates) if own.calendar in MONTHLY]
    by_months = candidates[places[0]].step > 0
    late = day_of_month(series.time) >= SHORTEST_MONTH - 1
    starts_later = day_of_month(series.first) >= SHORTEST_MONTH
    return by_months & starts_later & series.groups.all_of(late) & ~np.isin(chosen, places)


def _are_alike(series: Series, values: np.ndarray) -> Bools:
    """Return of each series whether its values [N] are all the same [G]."""
    return series.groups.all_of(values == values[series.starts][series.groups.number])


def _commonest_difference(number: Ints, series: Series) -> Ints:
    """Return the commonest difference of each series, the smallest of several [G].

    Args:
        number: [N]; each series has two or more.
        series: whose they are.

    """
    group = series.groups.number
    within = group[1:] == group[:-1]
    own = group[1:][within]
    difference = np.diff(number)[within]
    order = np.lexsort((difference, own))
    pairs = np.stack([own[order], difference[order]])
    is_new = np.append(True, (pairs[:, 1:] != pairs[:, :-1]).any(axis=0))
    starts = np.flatnonzero(is_new)
    counts = np.diff(starts, append=len(own))
    own, difference = pairs[:, starts]
    best = np.lexsort((difference, -counts, own))
    _, first = np.unique(own[best], return_index=True)
    return np.asarray(difference[best[first]])
