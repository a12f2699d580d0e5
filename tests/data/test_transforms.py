"""Transforms and their inverses. Oracles: scipy, the inverse, and limits by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special, stats

from statecast.base.errors import StatecastError
from statecast.data.transforms import (
    estimate_power,
    estimate_powers,
    require_positive,
    require_several,
    transform,
    untransform,
)

positive = st.lists(st.floats(0.5, 500, allow_subnormal=False), min_size=24, max_size=40).map(
    np.array
)
powers = st.one_of(
    st.floats(-1, 2, allow_subnormal=False), st.sampled_from([0.0, 5e-324, 1e-13, -1e-11])
)


@given(positive, powers)
def test_boxcox_equals_scipy(y: np.ndarray, power: float) -> None:
    expected = special.boxcox(y, power)
    np.testing.assert_allclose(transform(y, "boxcox", power), expected, rtol=1e-9, atol=1e-9)


@given(positive, powers)
def test_untransform_is_the_inverse_of_boxcox(y: np.ndarray, power: float) -> None:
    back = untransform(transform(y, "boxcox", power), "boxcox", power)
    np.testing.assert_allclose(back, y, rtol=1e-6)


@given(positive)
def test_untransform_is_the_inverse_of_log(y: np.ndarray) -> None:
    np.testing.assert_allclose(transform(y, "log"), np.log(y))
    np.testing.assert_allclose(untransform(np.log(y), "log"), y)


@pytest.mark.parametrize("kind", ["log", "boxcox"])
def test_shapes_stay(kind: str) -> None:
    y = np.arange(1.0, 13).reshape(2, 3, 2)
    assert transform(y, kind, 0.5).shape == y.shape
    assert untransform(y, kind, 0.5).shape == y.shape


def test_none_changes_nothing() -> None:
    y = np.array([-1.0, 0, 5])
    assert transform(y, "none").tolist() == untransform(y, "none").tolist() == [-1, 0, 5]


@given(
    st.floats(-1e6, 1e6, allow_subnormal=False),
    st.sampled_from(["none", "log", "boxcox"]),
    st.floats(-1, 2, allow_subnormal=False),
)
def test_no_forecast_becomes_nan_or_infinite(forecast: float, kind: str, power: float) -> None:
    assert np.isfinite(untransform(np.array([forecast]), kind, power)).all()


@pytest.mark.parametrize(
    ("power", "forecast", "edge"), [(0.5, -2.5, 0), (1, -9, 0), (-0.5, 3, 1e100), (0, 999, 1e100)]
)
def test_outside_the_domain_is_its_edge(power: float, forecast: float, edge: float) -> None:
    np.testing.assert_allclose(untransform(np.array([forecast]), "boxcox", power), edge)


def test_power_is_the_maximum_of_scipys_likelihood() -> None:
    y = np.random.default_rng(0).lognormal(2, 0.4, 300) ** 2
    assert estimate_power(y) == pytest.approx(stats.boxcox_normmax(y, method="mle"), abs=1e-4)


def test_power_stays_within_its_bounds() -> None:
    y = np.random.default_rng(0).lognormal(2, 0.4, 300) ** 2
    assert -1 <= estimate_power(np.exp(y / 100)) <= 2


def scipys_power(y: np.ndarray) -> float:
    """Return the power that scipy finds for one series."""
    most_likely = optimize.minimize_scalar(
        lambda power: -float(stats.boxcox_llf(power, y)), bounds=(-1, 2), method="bounded"
    )
    return float(most_likely.x)


def series_of_all_kinds() -> list[np.ndarray]:
    """Return short and long series, of small and of very different values."""
    rng = np.random.default_rng(0)
    series = []
    for count in rng.integers(2, 60, 40):
        z = rng.normal(size=count)
        series += [np.exp(z * rng.uniform(0.01, 3)), 1000 + 100 * z, np.exp(40 * z)]
        series += [1e-20 * np.cumsum(np.abs(z)), np.append(1.0, rng.integers(2, 9, count))]
    return series


def test_powers_of_many_series_equal_scipys_for_each() -> None:
    series = series_of_all_kinds()
    sizes = np.array([len(y) for y in series])
    powers = estimate_powers(np.concatenate(series), np.cumsum(sizes) - sizes)
    np.testing.assert_allclose(powers, [scipys_power(y) for y in series], atol=1e-4)
    assert powers.tolist() == [estimate_power(y) for y in series]


def test_two_values_are_most_normal_as_logarithms() -> None:
    assert estimate_power(np.array([2.0, 6.0])) == pytest.approx(0, abs=1e-7)


def test_values_of_all_magnitudes_have_a_power() -> None:
    y = 10.0 ** np.linspace(-300, 30, 50)  # whose logarithms are spaced evenly
    assert estimate_power(y) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("values", [[3.0], [5.0, 5.0, 5.0], []])
def test_power_needs_two_different_values(values: list[float]) -> None:
    message = (
        r"^`transform` boxcox must have training rows of more than one value in series 'a', "
        rf"got {len(values)} training rows$"
    )
    with pytest.raises(StatecastError, match=message):
        require_several(np.array(values), "series 'a'")


def test_first_value_that_is_not_positive_is_named() -> None:
    message = r"^`transform` log must have values above 0, series 'a' has 0 at 5 \(2 such rows\)$"
    with pytest.raises(StatecastError, match=message):
        require_positive(np.array([1.0, 0, -2]), "log", "series 'a'", [4, 5, 6])


def test_without_a_transform_all_values_are_taken() -> None:
    require_positive(np.array([0.0, -2]), "none", "series 'a'", [4, 5])
