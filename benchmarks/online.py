"""An observation and the next forecast, beside the two things that users do today.

These are Keras's ``predict`` on a copy of each network at batch size 1, and a walk over the whole
history again. Both give forecasts of 30 repeats, as the observation does.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.artifacts.forecaster import PartSizes, StoredForecaster
from statecast.artifacts.model import Model
from statecast.base.identity import WHOLE, SeriesKey
from statecast.data.inputs import Inputs, add_inputs
from statecast.data.inverse import Inverse
from statecast.data.scaling import fit_scaler
from statecast.data.splits import with_fold
from statecast.forecasting.calls import calls_of
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.together import forecast
from statecast.forecasting.undo import Undo
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.lanes import Walk
from statecast.network.network import Network, weight_shapes
from statecast.online.online import Online
from statecast.training.job import Learning, Setting
from statecast.training.optimizers import check_optimizer

REPEATS = 30
HISTORY = 120  # rows before the first observation
TRAIN = 100  # of them
LONG = 10_000  # observations, after which the next ones are measured again
OBSERVATIONS = 40  # of a try: a few milliseconds, so that other programs leave some tries alone
TRIES = 50
MICRO = 1e6
NAME = "series"


class Case(NamedTuple):
    """Sizes of the networks."""

    units: int
    wanted: float | None  # microseconds an observation


CASES = [Case(1, 60.0), Case(10, 100.0), Case(50, None)]


class Cost(NamedTuple):
    """Microseconds for the forecasts of 30 repeats after one more value."""

    case: Case
    observe: float
    observe_later: float  # after LONG observations
    walk: float
    keras: float


def measure() -> list[Cost]:
    """Return what each way takes, at every size."""
    return [_measured(case) for case in CASES]


def lines(costs: list[Cost]) -> list[str]:
    """Return the costs as a table."""
    walk = f"walk {HISTORY} rows again"
    predict = f"Keras predict, {REPEATS} networks"
    table = [
        f"| units | observe | wanted | after {LONG:,} observations | {walk} | {predict} |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for case, observe, later, walked, keras in costs:
        wanted = "" if case.wanted is None else f"{case.wanted:.0f}"
        cells = [str(case.units), f"{observe:.0f}", wanted, f"{later:.0f}"]
        cells += [f"{walked:,.0f}", f"{keras:,.0f}"]
        table.append(f"| {' | '.join(cells)} |")
    return table


def stored_of(units: int) -> StoredForecaster:
    """Return a forecaster of one series of months; its weights are drawn at random.

    Args:
        units: of the only layer.

    """
    generator = np.random.default_rng(0)
    months = np.arange("2010-01", np.datetime64("2010-01") + HISTORY, dtype="M8[M]")
    y = 100 + generator.normal(size=HISTORY).cumsum()
    history = pd.DataFrame({"unique_id": NAME, "ds": months.astype("M8[D]").astype(str), "y": y})
    rows = history.iloc[1:].assign(y=np.diff(y)).reset_index(drop=True)
    inputs = Inputs(1)
    scaler = fit_scaler(with_fold(add_inputs(rows, inputs), WHOLE).head(TRAIN), "minmax")
    network = Network(features=1, units=(units,))
    weights = [
        (0.3 * generator.normal(size=(REPEATS, *shape))).astype(np.float32)
        for _, shape in weight_shapes(network)
    ]
    key = SeriesKey(NAME)
    ensemble = Ensemble(network, weights, [key] * REPEATS, np.arange(REPEATS))
    batching = Batching(4)
    networks = Rebatched(ensemble, batching, 1, "lanes")
    return StoredForecaster(
        model=Model(networks, inputs, Undo(scaler, Inverse((1,), "none", {}))),
        setting=_setting(network, batching),
        history=history,
        params=_params(),
        sizes={key: PartSizes(TRAIN, 0, HISTORY - 2 - TRAIN)},
        interval_folds=None,
    )


def _setting(network: Network, batching: Batching) -> Setting:
    learning = Learning(check_optimizer("adam"), learning_rate=0.001)
    return Setting(network, batching, list(range(REPEATS)), epochs=1, learning=learning)


def _params() -> dict[str, dict[str, Any]]:
    source = {"source": "none", "sha256": None, "id_column": None}
    return {
        "download": {**source, "time_column": "ds", "value_column": "y"},
        "series": {"season_length": 12},
        "scale": {"method": "minmax"},
    }


def _measured(case: Case) -> Cost:
    stored = stored_of(case.units)
    online = Online(stored)
    observing = _observing(online)
    observe = _fastest(observing, OBSERVATIONS)
    for _ in range(LONG):
        observing()
    return Cost(
        case=case,
        observe=observe,
        observe_later=_fastest(observing, OBSERVATIONS),
        walk=_fastest(_walking(stored), 1),
        keras=REPEATS * _fastest(_predicting(stored), 1),
    )


def _observing(online: Online) -> Callable[[], None]:
    """Return what observes one more value, which is the forecast of it."""
    value = online.next_value(NAME)

    def observe() -> None:
        nonlocal value
        value = online.observe(NAME, value.ds, value.forecast)

    return observe


def _walking(stored: StoredForecaster) -> Callable[[], None]:
    """Return what walks over the whole history, the arithmetic of the networks alone."""
    networks = stored.model.networks
    ensemble = networks.ensemble
    x = np.linspace(-1, 1, HISTORY)[:, None]
    rows = np.arange(HISTORY)
    calls = calls_of(Walk(rows % networks.batching.batch_size, np.zeros(HISTORY, bool)), 1)
    return lambda: _ignored(forecast(ensemble.network, ensemble.weights, x, calls))


def _predicting(stored: StoredForecaster) -> Callable[[], None]:
    """Return what calls Keras's predict on one row for one network; the others take as long."""
    from statecast.training.export import keras_model

    ensemble = stored.model.networks.ensemble
    model = keras_model(ensemble.network, 1)
    model.set_weights([weight[0] for weight in ensemble.weights])
    row = np.zeros((1, 1, 1), np.float32)
    model.predict(row, verbose=0)  # traces it
    return lambda: _ignored(model.predict(row, verbose=0))


def _ignored(_: object) -> None:
    """Take a result that is not wanted."""


def _fastest(call: Callable[[], None], times: int) -> float:
    """Return the microseconds of a call: the fastest of several tries."""
    seconds = []
    for _ in range(TRIES):
        start = time.perf_counter()
        for _ in range(times):
            call()
        seconds.append((time.perf_counter() - start) / times)
    return MICRO * min(seconds)
