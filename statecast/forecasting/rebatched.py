"""Trained networks at the batch size at which they forecast."""

from typing import Any, NamedTuple

from statecast.base.files import Arrays
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble, ensemble_from
from statecast.network.lanes import StatePolicy, Walk, with_policy
from statecast.network.network import network_from_json
from statecast.network.rows import SeriesRows


class Rebatched(NamedTuple):
    """Networks, how they were trained, and how they forecast now."""

    ensemble: Ensemble
    batching: Batching  # of the training
    batch_size: int  # of a forecasting call
    policy: StatePolicy  # the state that each row goes on from

    def walk(self, series: SeriesRows) -> Walk:
        """Return the lane of each row of a series in forecasting."""
        return with_policy(self.batching.exact_walk(series), self.policy)

    def as_json(self) -> dict[str, Any]:
        """Return plain values of everything but the weights."""
        return {
            "network": self.ensemble.network.as_json(),
            "batching": self.batching._asdict(),
            "batch_size": self.batch_size,
            "state": self.policy,
        }


def rebatched_from(content: dict[str, Any], arrays: Arrays) -> Rebatched:
    """Return the networks that ``as_json`` described, with weights from ``Ensemble.arrays``."""
    ensemble = ensemble_from(arrays, network_from_json(content["network"]))
    batching = Batching(**content["batching"])
    return Rebatched(ensemble, batching, content["batch_size"], content["state"])
