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
    if not _is_number(level) or not 0 < level < 1:
        raise StatecastError(f"{where} must {SHARE}, got {shown(level)}")
    return float(level)


def checked_percent(level: Any, where: str) -> float:
    """Return a level that is in percent.

    Raises:
        StatecastError: it is none.

    """
    if not _is_number(level) or not 1 < level < 100:
        raise StatecastError(f"{where} must {PERCENT}, got {shown(level)}")
    return float(level)


def as_share(level: float) -> float:
    """Return a level of params.yaml, which is a share.

    Raises:
        ValueError: it is none.

    """
    if not 0 < level < 1:
        raise ValueError(f"must {SHARE}")
    return level


def _is_number(level: Any) -> bool:
    is_real = isinstance(level, int | float | np.integer | np.floating)
    return is_real and not isinstance(level, bool)
