"""From differences of a transformed series back. Oracles: the inverse, and the steps by hand."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.base.errors import StatecastError
from statecast.data.inverse import Inverse, forward, inverse_from_json, one_step, path
from statecast.data.seasonal import Seasonal
from statecast.data.transforms import Transform

positive = st.lists(st.floats(0.5, 500, allow_subnormal=False), min_size=24, max_size=40).map(
    np.array
)
FACTORS = {"a": [0.5, 2.0, 1.25, 0.75, 0.5]}
SEASONS: list[tuple[Transform, Seasonal]] = [
    ("none", "none"),
    ("none", "additive"),
    ("none", "multiplicative"),
    ("log", "none"),
    ("log", "multiplicative"),
    ("boxcox", "none"),
    ("boxcox", "multiplicative"),
]


def inverse_with(lags: tuple[int, ...], kinds: tuple[Transform, Seasonal], power: float) -> Inverse:
    kind, seasonal = kinds
    powers = {"a": power} if kind == "boxcox" else {}
    return Inverse(lags, kind, powers, seasonal, None if seasonal == "none" else FACTORS)


inverses = st.builds(
    inverse_with,
    st.sampled_from([(), (1,), (12,), (1, 12), (1, 1), (2, 3)]),
    st.sampled_from(SEASONS),
    st.floats(-1, 2, allow_subnormal=False),
)


@given(positive, inverses, st.data())
def test_one_step_is_the_inverse_from_any_row(
    y: np.ndarray, inverse: Inverse, data: st.DataObject
) -> None:
    first = sum(inverse.lags)
    start = data.draw(st.integers(first, len(y) - 1))
    stop = data.draw(st.integers(start + 1, len(y)))
    differenced = forward(y, inverse, "a")[start - first : stop - first]
    known = y[: data.draw(st.integers(stop - 1, len(y)))]
    back = one_step(np.stack([differenced, differenced]), known, inverse, "a", start=start)
    np.testing.assert_allclose(back, [y[start:stop]] * 2, rtol=1e-5)


@given(positive, inverses, st.data())
def test_path_is_the_inverse_from_the_past_alone(
    y: np.ndarray, inverse: Inverse, data: st.DataObject
) -> None:
    first = sum(inverse.lags)
    origin = data.draw(st.integers(first, len(y) - 1))
    differenced = forward(y, inverse, "a")[origin - first :]
    back = path(np.stack([differenced, differenced]), y[:origin], inverse, "a", start=origin)
    np.testing.assert_allclose(back, [y[origin:]] * 2, rtol=1e-4)


@given(positive, inverses)
def test_first_step_of_a_path_is_a_one_step_forecast(y: np.ndarray, inverse: Inverse) -> None:
    wrong = np.full((3, 1), 0.01)
    expected = one_step(wrong, y, inverse, "a", start=len(y))
    np.testing.assert_allclose(path(wrong, y, inverse, "a", start=len(y)), expected, rtol=1e-9)


@given(positive, inverses)
def test_each_origin_has_the_season_of_its_own(y: np.ndarray, inverse: Inverse) -> None:
    order = sum(inverse.lags)
    origins = np.array([order, order + 1, len(y) - 2])
    forecasts = np.full((3, 2), 0.01)
    past = np.stack([y[origin - order : origin] for origin in origins])
    together = path(forecasts, past, inverse, "a", start=origins)
    for own, origin in zip(together, origins.tolist(), strict=True):
        alone = path(forecasts[0], y[:origin], inverse, "a", start=origin)
        np.testing.assert_allclose(own, alone, rtol=1e-12)


def test_a_series_without_factors_is_refused() -> None:
    inverse = Inverse((), "none", {}, "additive", FACTORS)
    with pytest.raises(StatecastError, match=r"be one that difference\.seasonal was fitted to"):
        forward(np.ones(3), inverse, "b")


def test_one_step_uses_the_truth() -> None:
    y = np.array([1.0, 2, 4, 8])
    tripled = np.full(2, np.log(3))  # each step is three times the one before
    forecasts = one_step(tripled, y, Inverse((1,), "log", {}), "a", start=2)
    np.testing.assert_allclose(forecasts, [6, 12])


def test_a_path_uses_its_own_forecasts() -> None:
    tripled = np.full(2, np.log(3))
    forecasts = path(tripled, np.array([1.0, 2]), Inverse((1,), "log", {}), "a")
    np.testing.assert_allclose(forecasts, [6, 18])


def test_inverse_of_a_series_that_was_left_alone() -> None:
    inverse = Inverse((), "none", {})
    assert path(np.array([1.0, 2.0]), np.array([]), inverse, "a").tolist() == [1, 2]


def test_each_series_has_a_power_of_its_own() -> None:
    inverse = Inverse((), "boxcox", {"a": 1.0, "b": 2.0})
    y = np.array([3.0])
    np.testing.assert_allclose(forward(y, inverse, "a"), [2])  # (3 - 1) / 1
    np.testing.assert_allclose(forward(y, inverse, "b"), [4])  # (9 - 1) / 2


@given(inverses)
def test_inverse_comes_back_from_json(inverse: Inverse) -> None:
    assert inverse_from_json(json.loads(json.dumps(inverse.as_json()))) == inverse
