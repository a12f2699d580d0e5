"""The results of a study: errors of every repeat, a summary, and the forecasts to combine."""

from collections.abc import Sequence
from typing import Any, Protocol

import pandas as pd

from statecast.base.errors import StatecastError
from statecast.base.files import arrays_from, frame_from, undamaged
from statecast.base.paths import ACCURACY, LOCK, RMSE, TRAINED
from statecast.network.ensemble import Ensemble, ensemble_from
from statecast.network.network import Network
from statecast.study.repro import Repro
from statecast.study.session import Outcome

OF_EACH_REPEAT = (RMSE, ACCURACY)
WEIGHTS = TRAINED / "weights.npz"


class Readable(Protocol):
    """What is left of configurations, as files by their paths."""

    def read(self, name: str, path: str) -> str:
        """Return a file of a configuration, or raise StatecastError."""
        ...


def per_seed(outcomes: Sequence[Outcome], experiments: Readable) -> pd.DataFrame:
    """Return ``configuration, seed, rmse`` and what else the evaluation measures of each repeat.

    Raises:
        StatecastError: an experiment has no such table.

    """
    frames = []
    for outcome in outcomes:
        name = outcome.configuration.name
        frame = _table(name, experiments)
        frame.insert(0, "configuration", name)
        frames.append(frame)
    if not frames:
        return pd.DataFrame({"configuration": [], "seed": [], "rmse": []})
    return pd.concat(frames)


def by_name(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Any]]:
    """Return the overrides and the metrics of each configuration."""
    return {
        outcome.configuration.name: {
            "overrides": outcome.configuration.overrides,
            "metrics": outcome.metrics,
        }
        for outcome in outcomes
    }


def described(frame: pd.DataFrame) -> pd.DataFrame:
    """Return count, mean, std, min, quartiles and max of each configuration, in their order."""
    measure = frame.columns[2]
    order = frame["configuration"].drop_duplicates()
    return frame.groupby("configuration")[measure].describe().reindex(order)


def networks_of(name: str, network: Network, experiments: Readable, repro: Repro) -> Ensemble:
    """Return the trained networks of an experiment, which DVC's cache has.

    Args:
        name: of the experiment.
        network: what each is.
        experiments: where it is.
        repro: the pipeline, whose cache is read.

    Raises:
        StatecastError: there is no such experiment, or its networks are not in the cache, or they
            are damaged.

    """
    content = repro.read_cached(WEIGHTS, experiments.read(name, str(LOCK)), name)
    with undamaged(f"{WEIGHTS} of {name}"):
        return ensemble_from(arrays_from(content), network)


def _table(name: str, experiments: Readable) -> pd.DataFrame:
    """Return the figures of each repeat: the RMSE, or for symbols the accuracy."""
    for path in OF_EACH_REPEAT:
        try:
            text = experiments.read(name, str(path))
        except StatecastError:
            continue
        return _frame(text, str(path), name)
    known = " or ".join(map(str, OF_EACH_REPEAT))
    raise StatecastError(f"experiment {name} must have {known}, got neither")


def _frame(text: str, path: str, name: str) -> pd.DataFrame:
    with undamaged(f"{path} of {name}"):
        return frame_from(text.encode())
