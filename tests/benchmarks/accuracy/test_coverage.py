"""How many values intervals hold. Oracle: by hand."""

import numpy as np
import pandas as pd

from benchmarks.accuracy import coverage
from statecast.base.identity import SeriesKey
from statecast.evaluation.part_ahead import PartAhead
from statecast.study.members import Member
from statecast.study.together import Rule, combination_of


def ahead(fold: int, errors: list[float]) -> PartAhead:
    """Return forecasts of zeros one and two steps ahead, the second with twice the error."""
    first = np.array(errors)
    forecast = np.stack([first, 2 * first], axis=1)
    forecast[-1, 1] = np.nan
    return PartAhead(SeriesKey("a", fold), forecast, np.where(np.isnan(forecast), np.nan, 0.0))


def test_values_within_the_interval_are_counted_by_hand() -> None:
    """Errors 1, 2, 3 and 4: the 0.6 interval reaches to 3, and two steps ahead to 6."""
    validation = [ahead(1, [1.0, 2.0, 0.0]), ahead(2, [-3.0, 4.0, 0.0])]
    own = Member("own", validation, [ahead(0, [3.0, 3.5, -1.0])])
    made = combination_of([own], own, Rule("mean"))
    [row] = coverage.held_at(made, 0.6).to_dict("records")
    assert (row["errors"], row["values"], row["held"]) == (6, 3, 2)
    assert (row["values_ahead"], row["held_ahead"]) == (5, 3)


def test_shares_are_means_over_series() -> None:
    held = pd.DataFrame(
        {
            "level": 0.9,
            "values": [10, 2],
            "held": [5, 2],
            "values_ahead": [10, 10],
            "held_ahead": [9, 8],
        }
    )
    expected = "those for 90 % held 75.0 % one step ahead and 85.0 % at 1 to 12 steps"
    assert coverage.in_words(held) == expected
