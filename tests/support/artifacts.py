"""Networks with weights drawn at random, and all that belongs to them."""

import numpy as np

from statecast.artifacts.trained import TrainedNetworks
from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.network import Network, weight_shapes
from statecast.training.job import Learning, Setting
from statecast.training.optimizers import check_optimizer, check_schedule

KEYS = [SeriesKey("a"), SeriesKey("a", 1), SeriesKey("a fold 1")]
NETWORK = Network(features=2, units=(3, 1), cell="gru", highway=True, steps=2)


def drawn_ensemble(network: Network = NETWORK, repeats: int = 2) -> Ensemble:
    """Return an ensemble for KEYS."""
    generator = np.random.default_rng(0)
    count = len(KEYS) * repeats
    weights = [
        generator.normal(size=(count, *shape)).astype(np.float32)
        for _, shape in weight_shapes(network)
    ]
    keys = [key for key in KEYS for _ in range(repeats)]
    return Ensemble(network, weights, keys, np.tile(np.arange(7, 7 + repeats), len(KEYS)))


def trained_networks() -> TrainedNetworks:
    """Return networks whose setting has another value than usual in every field."""
    learning = Learning(
        optimizer=check_optimizer({"name": "adamw", "weight_decay": 0.01, "clipnorm": 1.5}),
        learning_rate=0.01,
        schedule=check_schedule({"name": "cosine_decay", "decay_steps": 10}),
        loss="huber",
        penalties=((0.1, 0.2, 0.3), (0.4, 0.5, 0.6)),
        dropout=0.1,
        recurrent_dropout=0.2,
        patience=3,
        stop_on=1,
    )
    setting = Setting(
        network=NETWORK,
        batching=Batching(4, "contiguous", "pad", stateful=False, rows_per_update=3),
        seeds=[7, 8],
        epochs=11,
        learning=learning,
        initialisation="chrono",
        last_weight=2.5,
        shuffle=True,
        history_every=2,
    )
    return TrainedNetworks(drawn_ensemble(), setting)
