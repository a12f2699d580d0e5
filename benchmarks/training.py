"""The published loop, one Keras fit call an epoch, against the engine on the same rows."""

import time
from typing import Any, NamedTuple

import numpy as np

from statecast.artifacts.scaled import read_scaled
from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.initial import initial_weights
from statecast.training.job import Learning
from statecast.training.layout import (
    Rows,
    Watched,
    WatchedPart,
    later_grid,
    training_batches,
    watched_rows,
)
from statecast.training.optimizers import check_optimizer
from statecast.training.runtime import keras
from statecast.training.trainer import Trainer

REPEATS = 30
BATCH_SIZE = 4
UNITS = 1
LOOP_EPOCHS = 40
ENGINE_EPOCHS = 5000
TRIES = 3


class Parts(NamedTuple):
    """The rows of the first series."""

    train: Rows  # those that fill the batches
    test: Rows


class Speed(NamedTuple):
    """Seconds for one epoch of all repeats."""

    loop: float
    engine: float
    engine_with_history: float


def read_parts() -> Parts:
    """Return the scaled rows that the pipeline left in the working directory.

    Raises:
        StatecastError: the pipeline has not run.

    """
    series = read_scaled().series[0]
    train = series.part("train")
    left_out = series.count("train") % BATCH_SIZE
    kept = slice(train.start + left_out, train.stop)
    test = series.part("test")
    x = series.x.astype(np.float32)[None]
    y = series.y.astype(np.float32)[None]
    return Parts(
        train=Rows(x[:, kept], y[:, kept]),
        test=Rows(x[:, test], y[:, test]),
    )


def measure(parts: Parts) -> Speed:
    """Return all three, measured one after the other on the same rows."""
    return Speed(
        loop=loop_seconds(parts.train),
        engine=engine_seconds(parts.train),
        engine_with_history=engine_seconds(parts.train, watched_parts(parts)),
    )


def lines(speed: Speed) -> list[str]:
    """Return the table."""
    times = {
        "Keras, one `fit` call an epoch": speed.loop,
        "engine, no history": speed.engine,
        "engine, train and test RMSE every epoch": speed.engine_with_history,
    }
    return [
        "| way | microseconds an epoch of 30 repeats | times faster |",
        "|---|---:|---:|",
        *(
            f"| {name} | {seconds * 1e6:,.1f} | {speed.loop / seconds:,.0f} |"
            for name, seconds in times.items()
        ),
    ]


def loop_seconds(train: Rows, epochs: int = LOOP_EPOCHS) -> float:
    """Return the median time of an epoch of the loop, for all repeats one after the other."""
    model = published_network()
    x = train.x[0, :, None]
    y = train.y[0]
    times = []
    for _ in range(epochs):
        started = time.perf_counter()
        model.fit(x, y, epochs=1, batch_size=BATCH_SIZE, verbose=0, shuffle=False)
        model.layers[0].reset_state()
        times.append(time.perf_counter() - started)
    return float(np.median(times)) * REPEATS


def published_network() -> Any:
    """Return the network of the loop, compiled."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input(batch_shape=(BATCH_SIZE, 1, 1))
    lstm = keras.layers.LSTM(UNITS, stateful=True)
    model = keras.Sequential([inputs, lstm, keras.layers.Dense(1)])
    model.compile(loss="mean_squared_error", optimizer="adam")
    return model


def watched_parts(parts: Parts) -> Watched:
    """Return both parts as rows whose RMSE is taken after every epoch."""
    train_grid = training_grid([parts.train.y.shape[1]], BATCH_SIZE)
    test_grid = later_grid([parts.test.y.shape[1]], BATCH_SIZE, "interleaved")
    grids = (train_grid, test_grid)
    watched = [
        WatchedPart(rows, [grid], np.ones(rows.y.shape[:2], np.float32))
        for rows, grid in zip(parts, grids, strict=True)
    ]
    return watched_rows(watched, REPEATS)


def engine_seconds(
    train: Rows, watched: Watched | None = None, epochs: int = ENGINE_EPOCHS
) -> float:
    """Return the best time of an epoch of all repeats."""
    network = Network(1, (UNITS,))
    trainer = Trainer(network, Learning(check_optimizer("adam"), 0.001))
    grid = training_grid([train.y.shape[1]], BATCH_SIZE)
    batches = training_batches(train, [grid], REPEATS)
    initial = initial_weights(network, list(range(REPEATS)))
    tries = [trainer.train(batches, initial, epochs, watched=watched) for _ in range(TRIES)]
    return min(trained.seconds for trained in tries) / epochs
