"""What is to be trained, in plain values. No TensorFlow."""

from typing import Any, NamedTuple

from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.network import Network, network_from_json
from statecast.network.rows import SeriesRows
from statecast.training.optimizers import KerasObject

Penalties = tuple[tuple[float, ...], tuple[float, ...]]
NO_PENALTIES: Penalties = ((0, 0, 0), (0, 0, 0))


class Learning(NamedTuple):
    """How weights are learned; the names are those of params.yaml."""

    optimizer: KerasObject  # from check_optimizer
    learning_rate: float  # with a schedule, the first one
    schedule: KerasObject | None = None  # from check_schedule
    loss: str = "mse"
    penalties: Penalties = NO_PENALTIES  # L1 and L2, each of kernels, recurrent kernels and biases
    dropout: float = 0
    recurrent_dropout: float = 0
    patience: int | None = None  # epochs without a better RMSE of the watched part ``stop_on``
    stop_on: int = 0

    @property
    def is_of_direction(self) -> bool:
        """Return whether outputs are logits of an up: their size is not that of a value."""
        return self.loss in ("direction", "direction_by_size")

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``learning_from_json`` takes."""
        optimizer = self.optimizer.as_json()
        schedule = None if self.schedule is None else self.schedule.as_json()
        return {**self._asdict(), "optimizer": optimizer, "schedule": schedule}


def learning_from_json(content: dict[str, Any]) -> Learning:
    """Return the learning that ``as_json`` described."""
    schedule = content["schedule"]
    typed = {
        "optimizer": KerasObject(*content["optimizer"]),
        "schedule": None if schedule is None else KerasObject(*schedule),
        "penalties": tuple(map(tuple, content["penalties"])),
    }
    return Learning(**{**content, **typed})


class Setting(NamedTuple):
    """How networks are trained; the names are those of params.yaml."""

    network: Network
    batching: Batching
    seeds: list[int]  # of the repeats
    epochs: int
    learning: Learning
    initialisation: str = "default"
    last_weight: float = 1.0
    shuffle: bool = False
    history_every: int = 1

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``setting_from_json`` takes."""
        return {
            **self._asdict(),
            "network": self.network.as_json(),
            "batching": self.batching._asdict(),
            "learning": self.learning.as_json(),
        }


def setting_from_json(content: dict[str, Any]) -> Setting:
    """Return the setting that ``as_json`` described."""
    typed = {
        "network": network_from_json(content["network"]),
        "batching": Batching(**content["batching"]),
        "learning": learning_from_json(content["learning"]),
    }
    return Setting(**{**content, **typed})


class Job(NamedTuple):
    """A training in plain values: the same job gives the same result, wherever it is trained."""

    series: list[SeriesRows]  # scaled rows
    setting: Setting

    def by_network(self) -> dict[SeriesKey, list[SeriesRows]]:
        """Return the series of each of the D networks of a seed, by what the network is called."""
        return self.setting.batching.series_by_network(self.series)

    def apart(self) -> list["Job"]:
        """Return the jobs that are trained one after the other.

        A shared network of each fold has a job of its own: all its repeats see the same rows.
        """
        if not self.setting.batching.is_shared:
            return [self]
        return [self._replace(series=group) for group in self.by_network().values()]
