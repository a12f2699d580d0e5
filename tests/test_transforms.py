"""Transforms, differences and the way back. Oracles: the inverse, scipy, and the series itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from statecast.base.errors import StatecastError
from statecast.base.files import read_frame, read_json
from statecast.data.inverse import Inverse, forward, inverse_content, one_step, path
from statecast.data.transforms import estimate_power, transform, untransform
from tests.conftest import Project

positive = st.lists(st.floats(0.5, 500), min_size=24, max_size=40).map(np.array)
inverses = st.builds(
    lambda lags, kind, power: inverse_content(lags, kind, {"a": power} if kind == "boxcox" else None),
    st.sampled_from([[], [1], [12], [1, 12], [1, 1], [2, 3]]),
    st.sampled_from(["none", "log", "boxcox"]),
    st.floats(-1, 2),
)


@given(positive, inverses, st.data())
def test_one_step_is_the_inverse_from_any_row(y: np.ndarray, inverse: Inverse, data: st.DataObject) -> None:
    first = sum(inverse["lags"])
    start = data.draw(st.integers(first, len(y) - 1))
    stop = data.draw(st.integers(start + 1, len(y)))
    differenced = forward(y, inverse, "a")[start - first : stop - first]
    known = y[: data.draw(st.integers(stop - 1, len(y)))]
    back = one_step(np.stack([differenced, differenced]), known, inverse, "a fold 2", start=start)
    np.testing.assert_allclose(back, [y[start:stop]] * 2, rtol=1e-5)


@given(positive, inverses, st.data())
def test_path_is_the_inverse_from_the_past_alone(y: np.ndarray, inverse: Inverse, data: st.DataObject) -> None:
    first = sum(inverse["lags"])
    origin = data.draw(st.integers(first, len(y) - 1))
    differenced = forward(y, inverse, "a")[origin - first :]
    back = path(np.stack([differenced, differenced]), y[:origin], inverse, "a")
    np.testing.assert_allclose(back, [y[origin:]] * 2, rtol=1e-4)


@given(positive, inverses)
def test_first_step_of_a_path_is_a_one_step_forecast(y: np.ndarray, inverse: Inverse) -> None:
    wrong = np.full((3, 1), 0.01)
    expected = one_step(wrong, y, inverse, "a", start=len(y))
    np.testing.assert_allclose(path(wrong, y, inverse, "a"), expected, rtol=1e-9)


def test_one_step_uses_the_truth_and_a_path_its_own_forecasts() -> None:
    y, inverse = np.array([1.0, 2, 4, 8]), inverse_content([1], "log")
    doubled = np.full(2, np.log(3))  # each step is three times the one before
    np.testing.assert_allclose(one_step(doubled, y, inverse, "a", start=2), [6, 12])
    np.testing.assert_allclose(path(doubled, y[:2], inverse, "a"), [6, 18])


@given(positive, st.one_of(st.floats(-1, 2), st.sampled_from([0.0, 5e-324, 1e-13, -1e-11])))
def test_boxcox_equals_scipy(y: np.ndarray, power: float) -> None:
    ours = transform(y, "boxcox", power)
    np.testing.assert_allclose(ours, special.boxcox(y, power), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(untransform(ours, "boxcox", power), y, rtol=1e-6)


@given(st.floats(-1e6, 1e6), st.sampled_from(["none", "log", "boxcox"]), st.floats(-1, 2))
def test_no_forecast_becomes_nan_or_infinite(forecast: float, kind: str, power: float) -> None:
    assert np.isfinite(untransform(np.array([forecast]), kind, power)).all()


@pytest.mark.parametrize(("power", "forecast", "edge"), [(0.5, -2.5, 0), (1, -9, 0), (-0.5, 3, 1e100), (0, 999, 1e100)])
def test_outside_the_domain_is_its_edge(power: float, forecast: float, edge: float) -> None:
    np.testing.assert_allclose(untransform(np.array([forecast]), "boxcox", power), edge)


def test_power_is_the_maximum_of_scipys_likelihood() -> None:
    y = np.random.default_rng(0).lognormal(2, 0.4, 300) ** 2
    assert estimate_power(y) == pytest.approx(stats.boxcox_normmax(y, method="mle"), abs=1e-4)
    assert -1 <= estimate_power(np.exp(y / 100)) <= 2


def differenced(project: Project, **keys: object) -> tuple[np.ndarray, dict]:
    project.params["difference"] |= keys
    project.write_params()
    project.call("download", "difference")
    data = project.folder / "data"
    return read_frame(data / "differenced.csv")["y"].to_numpy(), read_json(data / "difference.json")


def test_power_comes_from_the_training_rows_alone(project: Project) -> None:
    source = project.folder / "data" / "source" / "shampoo.csv"
    project.params["frame"] |= {"validation_size": 3, "validation_folds": 2, "test_size": 12}
    _, inverse = differenced(project, transform="boxcox", lags=[1])
    lines = source.read_text().splitlines()
    y = np.array([float(line.split(",")[1]) for line in lines[1:]])
    assert inverse["power"]["sales"] == pytest.approx(estimate_power(y[: 36 - 12 - 6]))
    changed = [f"{line.split(',')[0]},7" if place > 36 - 18 else line for place, line in enumerate(lines)]
    source.write_text("\n".join(changed) + "\n")
    assert differenced(project)[1] == inverse


def test_log_differences_are_ratios(project: Project) -> None:
    ratios, inverse = differenced(project, transform="log", lags=[1])
    assert ratios[0] == pytest.approx(np.log(145.9 / 266.0))
    assert inverse == {"lags": [1], "transform": "log", "power": {}}


def test_transform_names_the_first_value_that_is_not_positive(project: Project, source) -> None:
    source("month,sales\n" + "".join(f"{row},{5 - row}\n" for row in range(30)))
    project.set("difference.transform", "log")
    message = r"transform log must have values above 0, series 'sales' has 0 at 5 \(25 such rows\)"
    with pytest.raises(StatecastError, match=message):
        project.call("download", "difference")
    source("month,sales\n" + "".join(f"{row},5\n" for row in range(30)))
    project.set("difference.transform", "boxcox")
    with pytest.raises(StatecastError, match="must have training rows of more than one value in series 'sales'"):
        project.call("download", "difference")


def test_symbols_cannot_be_transformed(project: Project, source) -> None:
    source("month,sales\n" + "".join(f"{row},x\n" for row in range(30)))
    project.params["download"]["values"] = "symbols"
    project.params["difference"] |= {"lags": [], "transform": "log"}
    project.write_params()
    with pytest.raises(StatecastError, match=r"difference\.transform must be left out"):
        project.call("download", "difference")


def test_inverse_of_a_series_that_was_left_alone() -> None:
    inverse = inverse_content([])
    assert path(np.array([1.0, 2.0]), np.array([]), inverse, "a").tolist() == [1, 2]


def test_unreachable_power_is_an_error() -> None:
    from statecast.data.transforms import power_of

    with pytest.raises(StatecastError, match="more than one value in series 'a', got 1 training rows"):
        power_of(np.array([3.0]), "series 'a'")
