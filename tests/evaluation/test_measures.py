"""Numbers that say how good forecasts are. Oracles: by hand, pandas' describe(), utilsforecast."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from utilsforecast import losses

from statecast.evaluation.measures import (
    direction,
    direction_by_size,
    flatness,
    mae,
    mean_and_std,
    mean_over_series,
    number,
    rmse,
    seasonal_naive_error,
    skill,
    smape,
    spread,
)

RNG = np.random.default_rng(3)
VALUES = RNG.normal(5, 4, 40)
MADE = VALUES[30:] + RNG.normal(size=10)  # forecasts of the last ten
Y = VALUES[30:]


def theirs(loss: object, *arguments: object) -> float:
    """Return a loss of utilsforecast over the last ten values."""
    frame = pd.DataFrame({"unique_id": "a", "ds": np.arange(40), "y": VALUES})
    made = frame[30:].assign(m=MADE)
    return float(loss(made, ["m"], *arguments)["m"].iloc[0])


def test_rmse_by_hand() -> None:
    assert rmse([[1, 2], [0, 0]], [1, 4]).tolist() == pytest.approx([np.sqrt(2), np.sqrt(8.5)])


def test_mae_by_hand() -> None:
    assert mae([[1, 2], [0, 0]], [1, 4]).tolist() == [1, 2.5]


def test_rmse_agrees_with_utilsforecast() -> None:
    assert_allclose(rmse(MADE, Y), theirs(losses.rmse), rtol=1e-12)


def test_mae_agrees_with_utilsforecast() -> None:
    assert_allclose(mae(MADE, Y), theirs(losses.mae), rtol=1e-12)


def test_smape_agrees_with_utilsforecast() -> None:
    """Theirs divides by the sum of both sizes, ours by their mean."""
    assert_allclose(smape(MADE, Y) / 2, theirs(losses.smape), rtol=1e-12)


def test_mase_agrees_with_utilsforecast() -> None:
    train = pd.DataFrame({"unique_id": "a", "ds": np.arange(30), "y": VALUES[:30]})
    mase = theirs(losses.mase, 7, train)
    assert mae(MADE, Y) / seasonal_naive_error(VALUES[:30], 7) == pytest.approx(mase, rel=1e-12)


def test_smape_lies_between_0_and_2() -> None:
    assert smape([0, 3, -5], [0, 3, 5]) == pytest.approx(2 / 3)


def test_direction_by_hand() -> None:
    before = [1, 2, 3, 3]
    y = [2, 3, 1, 3]  # up, up, down, not counted
    made = [[5, 1, 0, 9], [1, 2, 3, 3]]
    assert direction(made, y, before).tolist() == pytest.approx([2 / 3, 0])


def test_direction_is_rewarded_by_size_by_hand() -> None:
    """By hand: moves of 3, 1 and 0; right about the first, then about the second alone."""
    y = np.array([4.0, 0.0, 5.0])
    before = np.array([1.0, 1.0, 5.0])
    made = np.array([[2.0, 2.0, 0.0], [0.0, 0.5, 9.0], [1.0, 0.5, 5.0]])
    assert direction_by_size(made, y, before).tolist() == [3 / 4, 1 / 4, 1 / 4]


def test_flatness_by_hand() -> None:
    # deviations from the mean: 0, 0; 1, 1; 4, 4; those of the truth: 2, 2
    assert flatness([[5, 5], [1, 3], [9, 1]], [4, 8]).tolist() == [0, 0.5, 2]


def test_flatness_does_not_ask_whether_forecasts_are_right() -> None:
    assert flatness(Y + 100, Y) == pytest.approx(1)
    assert flatness(-Y, Y) == pytest.approx(1)


def test_a_truth_that_never_changes_has_no_flatness() -> None:
    assert np.isnan(flatness([[1.0, 2.0], [3.0, 3.0]], [7, 7])).tolist() == [True, True]


@pytest.mark.parametrize("measure", [direction, direction_by_size])
def test_without_a_change_there_is_no_direction(measure: Callable[..., np.ndarray]) -> None:
    assert np.isnan(measure([1.0, 2.0], [1, 1], [1, 1]))


def test_the_divisor_of_mase_leaves_out_values_that_are_not_known_by_hand() -> None:
    """Of the differences 3, 5, 2 and 1 two rows apart, 5 and 1 touch the fourth value."""
    train = np.array([1.0, 0, 4, 5, 6, 4])
    assert seasonal_naive_error(train, 2) == (3 + 5 + 2 + 1) / 4
    train[3] = np.nan
    assert seasonal_naive_error(train, 2) == (3 + 2) / 2


@pytest.mark.parametrize("train", [[1.0, 2.0], [3.0, 3.0, 3.0, 3.0], [1, np.nan, np.nan, 2]])
def test_mase_has_no_scale_without_seasonal_differences(train: list[float]) -> None:
    assert np.isnan(seasonal_naive_error(np.array(train), 2))


def test_spread_is_what_describe_shows() -> None:
    values = pd.Series([3.0, 1.0, 4.0, 1.0, 5.0])
    shown = values.describe().drop("count")
    assert list(spread(values).values()) == pytest.approx(shown.tolist())


def test_one_repeat_has_no_standard_deviation() -> None:
    assert spread([2.0])["std"] is None
    assert mean_and_std(np.array([2.0])) == {"mean": 2, "std": None}


def test_a_figure_that_is_not_defined_is_null() -> None:
    assert number(np.nan) is None
    assert number(None) is None
    assert number(np.float32(0.5)) == 0.5


def test_skill_by_hand() -> None:
    assert skill(75, 100) == 0.25


def test_there_is_no_skill_beside_a_perfect_reference() -> None:
    assert skill(1, 0) is None


def test_mean_over_series_keeps_the_repeats() -> None:
    assert mean_over_series([[1.0, 2.0], [3.0, 4.0]]).tolist() == [2, 3]
