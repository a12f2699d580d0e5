"""Levels of prediction intervals, which are written in two ways.

Where the Nixtla libraries have a level it is in percent, 90; everywhere else it is a share, 0.9.
Neither is taken for the other: 1 % and less are no levels.
"""

from typing import Any

import numpy as np

from statecast.base.errors import StatecastError, shown

SHARE = "be a share above 0 and below 1: 0.9, not 90"
PERCENT = "be in percent, above 1 and below 100: 90, not 0.9"


def checked_share(level: Any, where: str) -> float:
    """Return a level that is a share of the values.

    Raises:
        StatecastError: it is none.

    """
    return _between(level, 0, 1, f"{where} must {SHARE}")


def checked_percent(level: Any, where: str) -> float:
    """Return a level that is in percent.

    Raises:
        StatecastError: it is none.

    """
    return _between(level, 1, 100, f"{where} must {PERCENT}")


def as_share(level: float) -> float:
    """Return a level of params.yaml, which is a share.

    Raises:
        ValueError: it is none.

    """
    if not 0 < level < 1:
        raise ValueError(f"must {SHARE}")
    return level


def _between(level: Any, low: float, high: float, must: str) -> float:
    """Return a number that lies between two others, and is neither."""
    is_number = isinstance(level, int | float | np.integer | np.floating)
    if not is_number or isinstance(level, bool) or not low < level < high:
        raise StatecastError(f"{must}, got {shown(level)}")
    return float(level)
