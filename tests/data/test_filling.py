"""Missing values, filled. Oracles: pandas, filling by hand, and each series by itself."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.data.filling import filled, filled_series
from statecast.data.groups import groups_of_labels

NAN = np.nan

gappy = st.lists(
    st.one_of(st.floats(-1e3, 1e3, allow_subnormal=False), st.just(NAN)), min_size=1, max_size=30
).filter(lambda values: not np.isnan(values).all())


@given(gappy)
def test_filling_equals_pandas(values: list[float]) -> None:
    series = pd.Series(values)
    both = series.interpolate(limit_direction="both")
    np.testing.assert_allclose(filled(series.to_numpy(), "linear"), both, atol=1e-9)
    np.testing.assert_array_equal(filled(series.to_numpy(), "previous"), series.ffill().bfill())


@pytest.mark.parametrize(
    ("values", "season", "expected"),
    [
        ([1, 2, 3, NAN, 5, NAN], 3, [1, 2, 3, 1, 5, 3]),  # a season earlier
        ([NAN, 2, 3, 4, 5, 6], 3, [4, 2, 3, 4, 5, 6]),  # a season later
        ([NAN, 2, NAN, 4, 7, 6], 2, [7, 2, 7, 4, 7, 6]),  # two seasons later
        ([1, 2, NAN, NAN, NAN, 6], 2, [1, 2, 1, 2, 1, 6]),  # from what was filled before
        ([1, NAN, 3], 12, [1, 2, 3]),  # no season at all: the line
        ([1, NAN, 3], 1, [1, 1, 3]),
    ],
)
def test_seasonal_filling_by_hand(values: list[float], season: int, expected: list[float]) -> None:
    assert filled(np.array(values, float), "seasonal", season).tolist() == expected


@given(gappy, st.sampled_from(["linear", "previous", "seasonal"]), st.integers(1, 12))
def test_filling_leaves_what_is_there(values: list[float], fill: str, season: int) -> None:
    known = ~np.isnan(values)
    after = filled(np.array(values), fill, season)
    assert not np.isnan(after).any()
    np.testing.assert_array_equal(after[known], np.array(values)[known])


@given(
    st.lists(gappy, min_size=1, max_size=3),
    st.sampled_from(["linear", "previous", "seasonal"]),
    st.integers(1, 12),
)
def test_series_are_filled_as_each_by_itself(
    series: list[list[float]], fill: str, season: int
) -> None:
    sizes = [len(values) for values in series]
    groups = groups_of_labels(np.repeat(np.arange(len(series)), sizes))
    together = filled_series(np.concatenate(series), groups, fill, season)
    alone = [filled(np.array(values), fill, season) for values in series]
    np.testing.assert_array_equal(together, np.concatenate(alone))
