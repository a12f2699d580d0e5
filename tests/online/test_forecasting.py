"""Forecasts of many steps from where a series stands. Oracle: the stage forecast's own function."""

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.inputs import Inputs
from statecast.flow.difference import applied
from statecast.forecasting.future import future_rows
from statecast.forecasting.intervals import of_repeats
from statecast.forecasting.next_values import future_table, next_paths, residuals_ahead
from statecast.forecasting.paths import paths
from statecast.online.online import Online
from statecast.online.series import central
from tests.online.test_observing import SETTINGS
from tests.support.living import Case, Setting, case_of

HORIZON = 15
WITHOUT_FEATURES = [name for name, own in SETTINGS.items() if not own.inputs.features]


def of_stage(case: Case, level: float = 0.8) -> pd.DataFrame:
    """Return what the stage forecast says after the last row."""
    setting, model = case.setting, case.model
    rows = applied(case.history, model.undo.inverse).reset_index(drop=True)
    futures = future_rows(rows, HORIZON, setting.inputs, setting.frequency or None)
    of = {"inputs": setting.inputs, "undo": model.undo, "horizon": HORIZON}
    residuals = residuals_ahead(model.networks, case.aligned, **of)
    ahead = next_paths(model.networks, case.aligned, futures, **of)
    values = [own.values(errors, level) for own, errors in zip(ahead, residuals, strict=True)]
    return future_table([own.key.unique_id for own in case.aligned], values)


@pytest.mark.parametrize("name", WITHOUT_FEATURES)
def test_a_forecast_equals_that_of_the_stage(name: str) -> None:
    case = case_of(SETTINGS[name])
    online = Online(case.cut(0))
    tables = [online.forecast(unique_id, HORIZON) for unique_id in online.series()]
    table = pd.concat(tables, ignore_index=True)
    expected = of_stage(case)
    np.testing.assert_array_equal(table["forecast"], expected["forecast"])
    # the stage walks many origins of all series at once, and single precision rounds otherwise
    pd.testing.assert_frame_equal(table, expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["plain", "chosen lags and calendar", "one network"])
def test_the_first_step_is_the_next_value(name: str) -> None:
    online = Online(case_of(SETTINGS[name]).cut(0))
    value = online.next_value("b")
    row = online.forecast("b", 1).iloc[0]
    assert row["ds"] == value.ds
    found = row[["forecast", "low", "high"]].to_numpy(float)
    np.testing.assert_allclose(found, [value.forecast, value.low, value.high], rtol=1e-6)


def test_a_prepared_forecast_is_the_same() -> None:
    case = case_of(Setting())
    online = Online(case.cut(0))
    online.prepare("a", 5)
    online.prepare("unknown", 5)
    pd.testing.assert_frame_equal(online.forecast("a", 5), Online(case.cut(0)).forecast("a", 5))


def test_forecasting_changes_nothing() -> None:
    online = Online(case_of(SETTINGS["chosen lags and calendar"]).cut(0))
    before = online.state
    first = online.forecast("a", 30)
    pd.testing.assert_frame_equal(online.forecast("a", 30), first)
    for name, array in online.state.arrays.items():
        np.testing.assert_array_equal(array, before.arrays[name])


def test_a_longer_forecast_begins_with_the_shorter_one() -> None:
    online = Online(case_of(Setting()).cut(0))
    longer = online.forecast("a", 200).head(3)
    np.testing.assert_allclose(online.forecast("a", 3)["forecast"], longer["forecast"], rtol=1e-12)


def test_a_higher_level_is_wider() -> None:
    online = Online(case_of(Setting()).cut(0))
    narrow = online.forecast("a", 3, level=0.5)
    wide = online.forecast("a", 3, level=0.9)
    assert (wide["high"] - wide["low"] > narrow["high"] - narrow["low"]).all()


def test_features_of_all_steps_are_used() -> None:
    case = case_of(SETTINGS["features"]._replace(inputs=Inputs(2, features=("p",))))
    online = Online(case.cut(HORIZON))
    given = {"p": case.stretch("a", "p", HORIZON)}
    table = online.forecast("a", HORIZON, features=given)
    origins = [[len(own.rows.y) - HORIZON] for own in case.aligned]
    of = {"inputs": case.setting.inputs, "undo": case.model.undo, "horizon": HORIZON}
    [of_a, _] = paths(case.model.networks, case.aligned, origins=origins, **of)
    np.testing.assert_allclose(table["forecast"], of_a[:, 0].mean(axis=0), rtol=1e-12)
    online.expect("a", {"p": given["p"][0]})
    pd.testing.assert_frame_equal(online.forecast("a", HORIZON, features=given), table)
    with pytest.raises(StatecastError, match="begin with those given for"):
        online.forecast("a", 1, features={"p": [9.0]})


@pytest.mark.parametrize(
    "given", [None, {"p": [1.0]}, {"p": 1.0}, {"p": [1.0, 2.0], "q": [1.0, 2.0]}]
)
def test_features_that_are_missing_are_asked_for(given: dict[str, list[float]] | None) -> None:
    online = Online(case_of(Setting(inputs=Inputs(2, features=("p",)))).cut(5))
    with pytest.raises(StatecastError, match="`features` of 'a' must have the rows"):
        online.forecast("a", 2, features=given)


@pytest.mark.parametrize("h", [0, -1, 10_001, True, 1.5, "3"])
def test_a_horizon_out_of_bounds_is_refused(h: int) -> None:
    online = Online(case_of(Setting()).cut(0))
    for call in (online.forecast, online.prepare):
        with pytest.raises(StatecastError, match="`h` must be from 1 to 10000"):
            call("a", h)


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, float("nan"), 90, "0.9"])
def test_a_level_out_of_bounds_is_refused(level: float) -> None:
    with pytest.raises(StatecastError, match="`level` must be a share above 0 and below 1"):
        Online(case_of(Setting()).cut(0)).forecast("a", 2, level)


@pytest.mark.parametrize("count", [1, 2, 3, 10, 30])
def test_central_quantiles_are_those_of_numpy(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    for level in (0.1, 0.8, 0.95):
        interval = of_repeats(values[:, None], level)
        assert central(values, level) == (interval.low[0], interval.high[0])
