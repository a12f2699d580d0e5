"""Levels in percent and as shares. Oracle: the two ways to write one level."""

import math
from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.level import as_share, checked_percent, checked_share

NO_LEVELS = [0, -1, True, "0.9", "90", None, math.nan, math.inf, 10**400, [0.9], 1, 1.0, 100]


@pytest.mark.parametrize("percent", [90, 90.0, 62.5, np.int64(80), np.float32(95), 99.9])
def test_a_percent_is_a_share_of_a_hundred(percent: float) -> None:
    level = checked_percent(percent, "level")
    assert type(level) is float
    assert checked_share(level / 100, "level") == as_share(level / 100) == level / 100


@pytest.mark.parametrize("level", [*NO_LEVELS, 0.9])
def test_what_is_no_percent_is_refused(level: Any) -> None:
    with pytest.raises(StatecastError, match=r"^level must be in percent, .*: 90, not 0\.9, got"):
        checked_percent(level, "level")


@pytest.mark.parametrize("level", [*NO_LEVELS, 90])
def test_what_is_no_share_is_refused(level: Any) -> None:
    with pytest.raises(StatecastError, match=r"^level must be a share .*: 0\.9, not 90, got"):
        checked_share(level, "level")
