"""Series that can be used. Oracle: frames worked by hand."""

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.usable import require_usable


def series(y: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": "a", "ds": range(len(y)), "y": y})


def test_two_rows_of_numbers_are_enough() -> None:
    require_usable(series([1, 2]))


@pytest.mark.parametrize(
    ("y", "message"),
    [([1.0], "series 'a' must have at least 2 rows"), ([1e-40, 2e-40], "must be rescaled")],
)
def test_what_cannot_be_computed_with_is_refused(y: list[float], message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        require_usable(series(y))
