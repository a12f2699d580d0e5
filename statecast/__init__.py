"""Stateful LSTMs on time series: many repeats at once, any batch size, honest evaluation.

Public names are imported when they are used, so that ``import statecast`` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from statecast.artifacts.model import Model, read_model
    from statecast.base.errors import StatecastError
    from statecast.forecasting.forecaster import Forecaster
    from statecast.library.estimator import Statecast, load
    from statecast.network.batching import Batching
    from statecast.network.ensemble import Ensemble
    from statecast.network.network import Network

__all__ = [
    "Batching",
    "Ensemble",
    "Forecaster",
    "Model",
    "Network",
    "Statecast",
    "StatecastError",
    "load",
    "read_model",
]
HOMES = {
    "Batching": "statecast.network.batching",
    "Ensemble": "statecast.network.ensemble",
    "Forecaster": "statecast.forecasting.forecaster",
    "Model": "statecast.artifacts.model",
    "Network": "statecast.network.network",
    "Statecast": "statecast.library.estimator",
    "StatecastError": "statecast.base.errors",
    "load": "statecast.library.estimator",
    "read_model": "statecast.artifacts.model",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module where it lives."""
    if name not in HOMES:
        raise AttributeError(f"module 'statecast' has no attribute {name!r}")
    return getattr(importlib.import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
