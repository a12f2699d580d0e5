"""Missing values of series, filled from the other values of the same series.

Shape letters: N rows, G series.
"""

from typing import Literal

import numpy as np

from statecast.base.arrays import Floats, Ints
from statecast.data.groups import Groups, groups_of_labels

Fill = Literal["linear", "previous", "seasonal"]


def filled(values: Floats, fill: Fill, season_length: int = 1) -> Floats:
    """Return values [N] of one series without a NaN; the arguments are as in ``filled_series``."""
    one_series = groups_of_labels(np.zeros(len(values), np.int64))
    return filled_series(values, one_series, fill, season_length)


def filled_series(values: Floats, groups: Groups, fill: Fill, season_length: int = 1) -> Floats:
    """Return values without a NaN.

    Args:
        values: in the order of ``groups``; of each series one at least is known [N].
        groups: the rows of each series.
        fill: ``linear`` is a straight line between the values before and after. ``previous`` is the
            value before. If a series starts or ends with a gap, both give the nearest value.
            ``seasonal`` is the value one season earlier, or else the first known value one, two ...
            seasons later, or else that of ``linear``.
        season_length: rows in a season.

    """
    known = np.flatnonzero(~np.isnan(values))
    if fill == "previous":
        return _previous(values, known, groups)
    line = _linear(values, known, groups)
    if fill == "linear":
        return line
    return _seasonal(values, line, groups, season_length)


def _previous(values: Floats, known: Ints, groups: Groups) -> Floats:
    rows = np.arange(len(values))
    before = np.searchsorted(known, rows, side="right") - 1  # in another series, or -1
    first = np.searchsorted(known, groups.starts)
    return np.asarray(values[known[np.maximum(before, first[groups.number])]])


def _linear(values: Floats, known: Ints, groups: Groups) -> Floats:
    """Return lines within each series, that go on as the nearest value outside."""
    first = known[np.searchsorted(known, groups.starts)]
    last = known[np.searchsorted(known, groups.starts + groups.sizes) - 1]
    rows = np.arange(len(values))
    inside = np.clip(rows, first[groups.number], last[groups.number])
    return np.interp(inside, known, values[known])


def _seasonal(values: Floats, line: Floats, groups: Groups, season_length: int) -> Floats:
    """Return values of the same place in a season, of each place by itself."""
    place = groups.positions % season_length
    places = groups_of_labels(groups.number * season_length + place)
    own = values[places.order]
    is_unknown = places.all_of(np.isnan(own))
    starts = places.starts[is_unknown]
    own[starts] = line[places.order[starts]]
    whole = np.empty_like(values)
    whole[places.order] = _previous(own, np.flatnonzero(~np.isnan(own)), places)
    return whole
