"""How rebatched networks are kept: what the rebatch stage writes and forecasters load."""

from typing import Any, NamedTuple

from statecast.network.batching import Batching
from statecast.network.lanes import State
from statecast.network.network import Network, network_from_json


class Rebatched(NamedTuple):
    """Networks at their forecasting batch size, without the weights."""

    network: Network
    trained: Batching
    batch_size: int
    state: State

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``rebatched_from_json`` takes."""
        return {
            "network": self.network.as_json(),
            "trained": self.trained._asdict(),
            "batch_size": self.batch_size,
            "state": self.state,
        }


def rebatched_from_json(content: dict[str, Any]) -> Rebatched:
    """Return what ``as_json`` described."""
    trained = Batching(**content["trained"])
    return Rebatched(network_from_json(content["network"]), trained, content["batch_size"], content["state"])
