"""Observations one by one. Oracle: the walk-forward over all rows at once, as evaluate makes it."""

import numpy as np
import pytest

from statecast.data.inputs import Inputs
from statecast.forecasting.walk_forward import forecast_part
from statecast.network.batching import Batching
from statecast.online.online import Online
from tests.support.living import Case, Setting, case_of

OBSERVED = 25  # rows of each series
GRU = {"units": (3,), "cell": "gru", "highway": True}
SEVERAL = Inputs(13, calendar=("month", "quarter"), chosen=(1, 12, 13))
SETTINGS = {
    "plain": Setting(),
    "no differences": Setting(lags=()),
    "seasonal differences of logarithms": Setting(lags=(1, 12), transform="log"),
    "box-cox": Setting(lags=(2,), transform="boxcox", scale="standard"),
    "season taken off": Setting(lags=(), seasonal="additive", inputs=Inputs(5)),
    "season divided by, and logarithms": Setting(
        inputs=SEVERAL, lags=(1, 2), transform="log", seasonal="multiplicative"
    ),
    "lookback": Setting(inputs=Inputs(12)),
    "chosen lags and calendar": Setting(inputs=SEVERAL, lags=(1, 12), transform="log"),
    "timesteps": Setting(inputs=Inputs(3, calendar=("month",), as_timesteps=True)),
    "carry": Setting(policy="carry"),
    "reset": Setting(policy="reset"),
    "contiguous": Setting(batching=Batching(3, "contiguous")),
    "not stateful": Setting(batching=Batching(2, stateful=False, rows_per_update=3)),
    "contiguous, not stateful": Setting(
        batching=Batching(2, "contiguous", stateful=False, rows_per_update=2)
    ),
    "padded": Setting(batching=Batching(7, remainder="pad")),
    "gru with a highway": Setting(network=GRU, scale="mean"),
    "two layers": Setting(network={"units": (3, 2)}, scale="none"),
    "no memory": Setting(network={"units": (3,), "cell": "dense"}),
    "integers": Setting(frequency=""),
    "business days": Setting(frequency="B"),
    "month ends": Setting(frequency="ME"),
    "one network": Setting(batching=Batching(4, network="all")),
    "one network, not stateful": Setting(
        batching=Batching(4, network="all", stateful=False, rows_per_update=2)
    ),
    "sequences": Setting(batching=Batching(2, "sequences", network="all")),
    "lagged column": Setting(inputs=Inputs(2, lagged=("q",))),
    "features": Setting(inputs=Inputs(2, features=("p",), lagged=("q",), calendar=("month",))),
    "features as timesteps": Setting(inputs=Inputs(3, features=("p",), as_timesteps=True)),
}


def expected(case: Case) -> dict[str, np.ndarray]:
    """Return the forecasts of the observed rows of each series, the mean of the repeats."""
    networks = case.model.networks
    forecasts = forecast_part(networks, case.aligned, "test", case.model.undo)
    return {
        own.key.unique_id: forecast.mean(axis=0)[-OBSERVED:]
        for own, forecast in zip(case.aligned, forecasts, strict=True)
    }


def observed(case: Case) -> dict[str, list[float]]:
    """Return the forecasts that were made before each observation, the series in turn."""
    online = Online(case.cut(OBSERVED))
    inputs = case.setting.inputs
    rows = case.observed(OBSERVED)
    later = {
        (row["unique_id"], str(before["ds"])): row
        for before, row in zip(rows, rows[2:], strict=False)
    }
    forecasts: dict[str, list[float]] = {}
    for row in rows:
        name = row["unique_id"]
        if inputs.features and name not in forecasts:
            online.expect(name, {column: row[column] for column in inputs.features})
        forecasts.setdefault(name, []).append(online.next_value(name).forecast)
        after = later.get((name, row["ds"]))
        features = {column: row[column] for column in inputs.lagged}
        if after is not None:
            features |= {column: after[column] for column in inputs.features}
        online.observe(name, row["ds"], row["y"], features)
    return forecasts


@pytest.mark.parametrize("name", SETTINGS)
def test_observations_one_by_one_equal_one_walk_over_all_rows(name: str) -> None:
    case = case_of(SETTINGS[name])
    forecasts = observed(case)
    for unique_id, of_walk in expected(case).items():
        np.testing.assert_array_equal(forecasts[unique_id], of_walk)


@pytest.mark.parametrize("batch_size", [4, 7])
def test_the_batch_size_of_the_walk_does_not_matter(batch_size: int) -> None:
    case = case_of(Setting(inputs=Inputs(3), batch_size=batch_size))
    forecasts = observed(case)
    for unique_id, of_walk in expected(case).items():
        np.testing.assert_allclose(forecasts[unique_id], of_walk, rtol=1e-6)
