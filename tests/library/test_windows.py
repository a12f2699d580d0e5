"""Windows at the ends of series. Oracle: rows counted by hand."""

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.library.windows import cut_before


def test_series_without_a_row_before_a_window_are_named_in_their_order() -> None:
    frame = pd.DataFrame({"unique_id": [*"bbbba", *range(20)], "y": 1.0})
    with pytest.raises(StatecastError) as refused:
        cut_before(frame, 3)
    must = "every series must have more than 3 rows"
    assert str(refused.value) == f"{must}, got fewer in 'a', '0', '1', '2', '3' ..."


def test_rows_before_a_window_are_all_but_the_last() -> None:
    frame = pd.DataFrame({"unique_id": [*"aabaab"], "y": [1.0, 2, 3, 4, 5, 6]})
    assert cut_before(frame, 1)["y"].tolist() == [1, 2, 3, 4]
