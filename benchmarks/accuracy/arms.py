"""What competes, and its forecasts, which are kept in a folder so that a run can be resumed."""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from benchmarks.accuracy import methods, networks, pipelines
from benchmarks.accuracy.competition import HORIZON, SEASON
from benchmarks.accuracy.networks import GlobalNetwork
from benchmarks.accuracy.seasons import naive2, seasonal_naive
from statecast.base.arrays import Floats
from statecast.base.files import read_arrays, write_arrays

Kind = Literal["reference", "plain", "network", "method"]
Forecasts = Callable[[Sequence[Floats]], Floats]  # histories to what comes after each [D, H]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CODE = (  # what forecasts depend on
    *sorted((ROOT / "statecast").rglob("*.py")),
    *sorted((ROOT / "stages").glob("*.py")),
    *(HERE / f"{name}.py" for name in ("methods", "networks", "pipelines", "seasons")),
    ROOT / "params.yaml",
)


@dataclass(frozen=True)
class Arm:
    """One way to forecast all series."""

    name: str
    kind: Kind
    settings: Mapping[str, Any]  # plain values that say all about it
    forecasts: Forecasts


class Forecast(NamedTuple):
    """What an arm forecast, and what it took."""

    values: Floats  # [D, H]
    seconds: float


def of_network(name: str, how: GlobalNetwork) -> Arm:
    """Return an arm of the library's engine."""
    return Arm(name, "reference", asdict(how), partial(networks.forecasts, how=how))


def of_ranges(name: str, steps: Sequence[int], how: GlobalNetwork, kind: Kind = "reference") -> Arm:
    """Return an arm of a network for each range of steps, which end at those steps.

    Those of the kind ``network`` join the methods.
    """
    several = [replace(how, steps=last) for last in steps]
    settings = {"networks": [asdict(own) for own in several]}
    return Arm(name, kind, settings, partial(networks.forecasts_by_range, networks=several))


def of_method(name: str, model: str) -> Arm:
    """Return an arm of statsforecast."""
    return Arm(name, "method", {"model": model}, partial(methods.forecasts, model=model))


def of_pipeline(name: str, kind: Kind, overrides: Mapping[str, Any]) -> Arm:
    """Return an arm of the pipeline with some values of params.yaml."""
    run = partial(pipelines.forecasts, overrides=overrides)
    return Arm(name, kind, overrides, run)


def of_reference(name: str, forecast: Callable[[Floats, int, int], Floats]) -> Arm:
    """Return an arm that needs no fit."""

    def forecasts(histories: Sequence[Floats]) -> Floats:
        return np.stack([forecast(y, SEASON, HORIZON) for y in histories])

    return Arm(name, "reference", {}, forecasts)


PLAIN = {"train.repeats": 5, "train.epochs": 300, "train.history_every": 300}
GLOBAL = {
    "difference.transform": "log",
    "frame.lookback": 13,
    "scale.method": "mean",
    "train.repeats": 5,
    "train.epochs": 10,
    "train.history_every": 10,
    "train.network": "all",
    "train.layout": "sequences",
    "train.batch_size": 32,
    "train.rows_per_update": 6,
    "train.shuffle": True,
    "train.highway": True,
    "train.units": [24],
    "train.loss": "mae",
}
AS_KNOWN = GlobalNetwork(direct=True, has_known_factors=True, rows_per_update=6)
RANGES = (1, 3, HORIZON)  # steps that networks of ranges reach
WITH_LEVELS = replace(AS_KNOWN, rates=(0.1, 0.2, 0.35, 0.5, 0.7))
ARMS = (
    of_reference("seasonal naive", seasonal_naive),
    of_reference("naive 2", naive2),
    of_pipeline("plain LSTM, one a series", "plain", PLAIN),
    of_pipeline("global, by params.yaml", "reference", GLOBAL),
    of_network("global, step by step", GlobalNetwork(direct=False, rows_per_update=6)),
    of_ranges("global, by range", RANGES, AS_KNOWN),
    of_ranges("global, by range, with levels", RANGES, WITH_LEVELS, "network"),
    of_ranges(
        "global, by range, with levels and noise",
        RANGES,
        replace(WITH_LEVELS, has_noise=True),
        "network",
    ),
    of_network("global, direct", GlobalNetwork(direct=True)),
    of_network("global, direct, 20 epochs", GlobalNetwork(direct=True, epochs=20)),
    of_network("global, direct, squared errors", GlobalNetwork(direct=True, loss="mse")),
    of_network(
        "global, direct, with the season",
        GlobalNetwork(direct=True, lookback=13, has_factors=False),
    ),
    of_method("dynamic optimised Theta", "DynamicOptimizedTheta"),
    of_method("AutoTheta of statsforecast", "AutoTheta"),
    of_method("AutoCES of statsforecast", "AutoCES"),
    of_method("AutoETS of statsforecast", "AutoETS"),
)


def forecast_of(arm: Arm, histories: Sequence[Floats], folder: Path, words: str) -> Forecast:
    """Return the forecasts of an arm, from the folder if they are there.

    Args:
        arm: which one.
        histories: of all series.
        folder: where forecasts are kept.
        words: what is forecast, for the progress.

    """
    path = folder / f"{key_of(arm, histories)}.npz"
    if path.exists():
        kept = read_arrays(path)
        return Forecast(kept["values"], float(kept["seconds"]))
    started = time.perf_counter()
    values = arm.forecasts(histories)
    seconds = time.perf_counter() - started
    print(f"{words}: {arm.name}: {seconds:.0f} s", file=sys.stderr, flush=True)
    write_arrays({"values": values, "seconds": np.array(seconds)}, path)
    return Forecast(values, seconds)


def key_of(arm: Arm, histories: Sequence[Floats]) -> str:
    """Return a digest of all that the forecasts of an arm depend on."""
    digest = hashlib.sha256(code_digest())
    digest.update(json.dumps([arm.name, dict(arm.settings)]).encode())
    digest.update(np.array([len(y) for y in histories]).tobytes())
    digest.update(np.concatenate(list(histories)).tobytes())
    return digest.hexdigest()


@cache
def code_digest() -> bytes:
    """Return a digest of the code that forecasts."""
    digest = hashlib.sha256()
    for path in CODE:
        digest.update(path.read_bytes())
    return digest.digest()
