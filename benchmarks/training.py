"""Training: the published loop, one Keras fit call an epoch, against the engine on the same rows."""

import time
from typing import NamedTuple

import numpy as np

from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.epoch import Watched
from statecast.training.initial import initial_weights
from statecast.training.job import Learning
from statecast.training.layout import Part, Rows, later_grid, training_batches, watched_rows
from statecast.training.optimizers import check_optimizer
from statecast.training.runtime import keras
from statecast.training.trainer import Trainer

REPEATS, BATCH_SIZE, UNITS = 30, 4, 1
LOOP_EPOCHS, ENGINE_EPOCHS, TRIES = 40, 5000, 3


class Speed(NamedTuple):
    """Seconds for one epoch of all repeats."""

    loop: float
    engine: float
    engine_with_history: float


def loop_seconds(train: Rows) -> float:
    """Return the median time of an epoch of the loop, for all repeats one after the other."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(BATCH_SIZE, 1, 1)),
            keras.layers.LSTM(UNITS, stateful=True),
            keras.layers.Dense(1),
        ]
    )
    model.compile(loss="mean_squared_error", optimizer="adam")
    x, y = train.x[0, :, None], train.y[0]
    times = []
    for _ in range(LOOP_EPOCHS):
        started = time.perf_counter()
        model.fit(x, y, epochs=1, batch_size=BATCH_SIZE, verbose=0, shuffle=False)
        model.layers[0].reset_state()
        times.append(time.perf_counter() - started)
    return float(np.median(times)) * REPEATS


def engine_seconds(train: Rows, test: Rows | None) -> float:
    """Return the best time of an epoch of all repeats, with the history of both parts where there is a test part."""
    network, count = Network(1, (UNITS,)), train.y.shape[1]
    grid = training_grid([count], BATCH_SIZE)
    watched: Watched | None = None
    if test is not None:
        later = later_grid([test.y.shape[1]], BATCH_SIZE, "interleaved")
        ones = [np.ones(rows.y.shape[:2], np.float32) for rows in (train, test)]
        watched = watched_rows([Part(train, grid, ones[0]), Part(test, later, ones[1])], REPEATS)
    trainer = Trainer(network, Learning(check_optimizer("adam"), 0.001))
    batches, initial = training_batches(train, grid, REPEATS), initial_weights(network, list(range(REPEATS)))
    seconds = [trainer.train(batches, initial, ENGINE_EPOCHS, watched=watched).seconds for _ in range(TRIES)]
    return min(seconds) / ENGINE_EPOCHS


def measure(train: Rows, test: Rows) -> Speed:
    """Return all three, measured one after the other on the same rows."""
    return Speed(loop_seconds(train), engine_seconds(train, None), engine_seconds(train, test))
