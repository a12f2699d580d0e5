"""Series that the networks were not trained on. Oracle: the same rows as a history of their own."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.inputs import Inputs, add_inputs
from statecast.data.inverse import Inverse, forward
from statecast.data.scaling import fit_scaler, scale_frame
from statecast.data.splits import with_fold
from statecast.data.transforms import estimate_power, transform, untransform
from statecast.forecasting.calls import calls_of
from statecast.forecasting.together import forecast
from statecast.network.batching import Batching
from statecast.network.lanes import dealt_walk
from statecast.online.kit import OutOfTurnError
from statecast.online.online import Online
from statecast.online.state import read_state
from tests.support.living import Setting, case_of

LANES = 3
SHARED = Setting(batching=Batching(LANES, network="all"), inputs=Inputs(2), lags=(1,))
NEEDED = 1 + 2 + 12  # differences, lags, and a season for the scaler
VALUES = [float(value) for value in 40 + np.random.default_rng(5).normal(size=30).cumsum()]
TIMES = [str(time) for time in np.arange("2020-01", "2022-07", dtype="M8[M]").astype("M8[D]")]


def observe(online: Online, start: int, stop: int) -> None:
    for ds, y in zip(TIMES[start:stop], VALUES[start:stop], strict=True):
        online.observe("new", ds, y)


@pytest.mark.parametrize("kind", ["none", "boxcox"])
def test_a_new_series_equals_its_rows_walked_from_the_zero_state(kind: str) -> None:
    case = case_of(SHARED._replace(transform=kind))
    power = estimate_power(np.array(VALUES[:NEEDED]))
    inverse = Inverse((1,), kind, {"new": power})  # type: ignore[arg-type]
    online = Online(case.cut(5))
    forecasts = []
    for ds, y in zip(TIMES, VALUES, strict=True):
        forecasts.append(online.observe("new", ds, y).forecast)
    frame = pd.DataFrame({"unique_id": "new", "ds": TIMES, "y": VALUES}).iloc[1:]
    frame["y"] = forward(np.array(VALUES), inverse, "new")
    framed = with_fold(add_inputs(frame.reset_index(drop=True), SHARED.inputs), 0)
    scaler = fit_scaler(framed.head(12), "minmax", -1, 1)
    scaled = scale_frame(framed, scaler)
    ensemble = case.model.networks.ensemble
    walk = dealt_walk(len(scaled), LANES)
    x = scaled[["lag_2", "lag_1"]].to_numpy()
    outputs = forecast(ensemble.network, ensemble.weights, x, calls_of(walk, 1))[:, NEEDED - 3 :]
    [line] = [own[-1] for own in scaler.lines.values()]
    differenced = (outputs[..., 0].astype(float) - line.offset) / line.scale
    transformed = transform(np.array(VALUES), inverse.transform, power)
    paths = untransform(differenced + transformed[NEEDED - 1 : -1], inverse.transform, power)
    expected = paths.mean(axis=0)
    np.testing.assert_array_equal(forecasts[NEEDED - 1 : -1], expected)
    assert np.isnan(forecasts[: NEEDED - 1]).all()


def test_what_a_new_series_still_needs_is_told() -> None:
    online = Online(case_of(SHARED).cut(5))
    observe(online, 0, 4)
    assert online.series() == ["a", "b", "new"]
    assert online.last("new") == (TIMES[3], VALUES[3])
    assert online.next_value("new").ds == TIMES[4]
    assert math.isnan(online.health("new").rmse)
    must = f"'new' must have {NEEDED} observations for its first forecast, got 4"
    with pytest.raises(StatecastError, match=must):
        online.forecast("new", 3)


@pytest.mark.parametrize("before", [4, NEEDED + 3])
def test_a_new_series_goes_on_from_a_saved_state(before: int, tmp_path: Path) -> None:
    case = case_of(SHARED._replace(transform="boxcox"))
    whole = Online(case.cut(5))
    observe(whole, 0, before)
    whole.state.save(tmp_path)
    back = Online(case.cut(5))
    back.restore(read_state(tmp_path))
    for online in (whole, back):
        observe(online, before, 25)
    assert back.next_value("new") == whole.next_value("new")
    pd.testing.assert_frame_equal(back.forecast("new", 4), whole.forecast("new", 4))


def test_first_rows_that_are_all_the_same_have_a_forecast() -> None:
    online = Online(case_of(SHARED._replace(transform="boxcox")).cut(5))
    for ds in TIMES[:NEEDED]:
        value = online.observe("new", ds, 5.0)
    assert math.isfinite(value.forecast)


def test_a_new_series_needs_no_gaps_before_its_first_forecast() -> None:
    online = Online(case_of(SHARED).cut(5))
    observe(online, 0, 2)
    for ds in (TIMES[1], TIMES[3]):
        with pytest.raises(StatecastError, match=f"be {TIMES[2]}: a new series has no gaps"):
            online.observe("new", ds, 1.0)
    observe(online, 2, 3)


def test_what_is_refused_does_not_begin_a_series() -> None:
    online = Online(case_of(SHARED).cut(5))
    for ds, y in (("2020-01-15", 1.0), ("2020-01-01", math.nan), ("soon", 1.0)):
        with pytest.raises(StatecastError, match="must"):
            online.observe("new", ds, y)
    assert online.series() == ["a", "b"]


def test_features_of_a_new_series_are_those_of_the_next_time() -> None:
    inputs = Inputs(2, features=("p",), lagged=("q",))
    setting = SHARED._replace(inputs=inputs, scale="none")
    online = Online(case_of(setting).cut(5))
    for place in range(4):
        columns = {"p": float(place), "q": -float(place)}
        value = online.observe("new", TIMES[place], VALUES[place], columns)
        assert math.isnan(value.forecast) == (place < 3)
    series = online._series["new"]
    assert [source[-1] for source in series.memory.sources[1:]] == [-3.0, 3.0]  # type: ignore[union-attr]
    with pytest.raises(StatecastError, match="columns of `features` must be q for 'new'"):
        online.observe("new", TIMES[4], 1.0)


def test_features_of_a_new_series_stay_as_they_are_known() -> None:
    setting = SHARED._replace(inputs=Inputs(2, features=("p",)))
    online = Online(case_of(setting).cut(5))
    with pytest.raises(StatecastError, match=r"be of p, got 'other'"):
        online.observe("new", TIMES[0], 1.0, {"p": 2.0}, {"other": 1.0})
    online.observe("new", TIMES[0], 1.0, {"p": 2.0}, {"p": 1.0})
    with pytest.raises(OutOfTurnError, match=r"be those known, {'p': 2.0}, got {'p': 5.0}"):
        online.observe("new", TIMES[1], 1.0, {"p": 3.0}, {"p": 5.0})
    assert online.last("new") == (TIMES[0], 1.0)
    online.observe("new", TIMES[1], 1.0, {"p": 3.0}, {"p": 2.0})


def test_networks_of_one_series_each_know_no_other() -> None:
    online = Online(case_of(Setting()).cut(5))
    with pytest.raises(StatecastError, match="one that the networks were trained on, got 'new'"):
        online.observe("new", TIMES[0], 1.0)


def test_a_new_series_has_no_factors_of_a_season() -> None:
    online = Online(case_of(SHARED._replace(seasonal="additive")).cut(5))
    assert not online.may_begin
    with pytest.raises(
        StatecastError, match=r"be one that difference\.seasonal was fitted to, got"
    ):
        online.observe("new", TIMES[0], VALUES[0])
