"""What is to be trained, in plain values. No TensorFlow."""

from typing import NamedTuple

from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.network.rows import Series
from statecast.training.optimizers import Settings


class Learning(NamedTuple):
    """How weights are learned; the names are those of params.yaml."""

    optimizer: Settings  # from check_optimizer
    learning_rate: float
    schedule: Settings | None = None  # from with_steps
    loss: str = "mse"
    penalties: tuple[tuple[float, ...], tuple[float, ...]] = ((0, 0, 0), (0, 0, 0))  # L1, L2: see tensors.penalty
    dropout: float = 0
    recurrent_dropout: float = 0
    patience: int | None = None  # epochs without a better RMSE of the watched part `stop_on`
    stop_on: int = 0


class Setting(NamedTuple):
    """How networks are trained; the names are those of params.yaml."""

    network: Network
    trained: Batching
    seeds: list[int]
    epochs: int
    learning: Learning
    initialisation: str = "default"
    last_weight: float = 1.0
    shuffle: bool = False
    history_every: int = 1


class Request(NamedTuple):
    """A training in plain values: the same request gives the same run, wherever it is trained."""

    series: list[Series]  # scaled rows
    scale: dict[str, float]  # how much 1 on the original scale is on the scaled one, by unique_id
    setting: Setting
