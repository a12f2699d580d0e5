"""Train with what can be added to the plain step, and print the seconds as JSON."""

import json

import numpy as np

from benchmarks.extras import (
    BATCH_SIZE,
    DROPOUT,
    EPOCHS,
    PATIENCE,
    PLAIN,
    REPEATS,
    ROWS,
    STOPPED_REPEATS,
    UNITS,
    VALIDATION_ROWS,
    Stopping,
)
from benchmarks.floor import one_core
from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.initial import initial_weights
from statecast.training.job import Learning
from statecast.training.layout import (
    Batches,
    Rows,
    Watched,
    WatchedPart,
    later_grid,
    training_batches,
    watched_rows,
)
from statecast.training.optimizers import check_optimizer
from statecast.training.trainer import Trained, Trainer

NETWORK = Network(1, (UNITS,))
TRIES = 4
SAMPLES = 90_000  # repeats times epochs of a try: a third of a second
PLAIN_LEARNING = Learning(check_optimizer("adam"), 0.001)
NEVER = 10**6  # epochs, more than any training has
ADDED = {
    PLAIN: PLAIN_LEARNING,
    DROPOUT: PLAIN_LEARNING._replace(recurrent_dropout=0.2),
    "L2 of all kernels": PLAIN_LEARNING._replace(penalties=((0, 0, 0), (0.01, 0.01, 0))),
}
HISTORY = f"RMSE of {VALIDATION_ROWS} rows every epoch"
WATCHED = {
    HISTORY: PLAIN_LEARNING,
    f"{HISTORY}, early stopping": PLAIN_LEARNING._replace(patience=NEVER),
}


def noisy_rows(count: int, seed: int) -> Rows:
    """Return rows of a noisy wave."""
    noise = np.random.default_rng(seed).normal(0, 0.3, count + 1)
    wave = (np.sin(np.arange(count + 1) / 2) + noise).astype(np.float32)
    return Rows(x=wave[None, :-1, None], y=wave[None, 1:, None])


def batches_of(repeats: int) -> Batches:
    """Return the training rows as batches."""
    return training_batches(noisy_rows(ROWS, 7), [training_grid([ROWS], BATCH_SIZE)], repeats)


def validation_of(repeats: int) -> Watched:
    """Return the rows that decide when a repeat stops."""
    grid = later_grid([VALIDATION_ROWS], BATCH_SIZE, "interleaved")
    weight = np.ones((1, VALIDATION_ROWS), np.float32)
    return watched_rows([WatchedPart(noisy_rows(VALIDATION_ROWS, 8), [grid], weight)], repeats)


def seconds_of_steps(repeats: int) -> dict[str, float]:
    """Return the fastest seconds of an epoch by what is added, all measured in turn."""
    batches = batches_of(repeats)
    validation = validation_of(repeats)
    initial = initial_weights(NETWORK, list(range(repeats)))
    trainers = {name: Trainer(NETWORK, learning) for name, learning in (ADDED | WATCHED).items()}
    epochs = SAMPLES // repeats
    fastest = dict.fromkeys(trainers, float("inf"))
    for _ in range(TRIES):
        for name, trainer in trainers.items():
            watched = validation if name in WATCHED else None
            trained = trainer.train(batches, initial, epochs, watched=watched)
            fastest[name] = min(fastest[name], trained.seconds / epochs)
    return fastest


def stopping() -> Stopping:
    """Return the seconds of all epochs, and those with patience."""
    quick = PLAIN_LEARNING._replace(learning_rate=0.01)
    trainers = [Trainer(NETWORK, one) for one in (quick, quick._replace(patience=PATIENCE))]
    batches = batches_of(STOPPED_REPEATS)
    validation = validation_of(STOPPED_REPEATS)
    initial = initial_weights(NETWORK, list(range(STOPPED_REPEATS)))

    def train(trainer: Trainer) -> Trained:
        return trainer.train(batches, initial, EPOCHS, watched=validation)

    tries = [[train(trainer) for trainer in trainers] for _ in range(2)]
    all_epochs, stopped = (min(one.seconds for one in ways) for ways in zip(*tries, strict=True))
    stops = np.minimum(tries[0][1].best_epoch + PATIENCE, EPOCHS)
    return Stopping(all_epochs, stopped, float(stops.mean()), int(stops.max()))


def main() -> None:
    """Measure."""
    with one_core():
        by_repeats = [seconds_of_steps(repeats) for repeats in REPEATS]
    steps = {name: [one[name] for one in by_repeats] for name in by_repeats[0]}
    print(json.dumps({"steps": steps, "stopping": stopping()._asdict()}))


if __name__ == "__main__":
    main()
