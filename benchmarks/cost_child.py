"""Train one row of the table of costs, and print its seconds as JSON.

``python -m benchmarks.cost_child SIZES``; without sizes it trains many series.
"""

import json
import sys

import numpy as np

from benchmarks.cost import ROWS, SERIES, SERIES_EPOCHS, SERIES_REPEATS, Case
from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.training.initial import initial_weights
from statecast.training.job import Job, Learning, Setting
from statecast.training.layout import Batches, Rows, training_batches
from statecast.training.optimizers import check_optimizer
from statecast.training.sharing import train_job
from statecast.training.trainer import Trainer

LEARNING = Learning(check_optimizer("adam"), 0.001)
TEST_ROWS = 20  # of many series
TRIES = 2
OPERATIONS = 5e8  # of a try, roughly: about a second
FEWEST_EPOCHS = 5
MOST_EPOCHS = 5000

Seconds = dict[str, float]  # of an epoch, and of trace and compile


def train_case(case: Case) -> Seconds:
    """Return the seconds of a case."""
    network = Network(1, (case.units,))
    trainer = Trainer(network, LEARNING)
    batches = batches_of(case)
    initial = initial_weights(network, list(range(case.repeats)))
    epochs = epochs_of(case)
    tries = [trainer.train(batches, initial, epochs) for _ in range(TRIES)]
    fastest = min(trained.seconds for trained in tries)
    return {"epoch": fastest / epochs, "compiled": tries[0].compile_seconds}


def batches_of(case: Case) -> Batches:
    """Return a wave that fills the batches of a case."""
    wave = np.sin(np.arange(case.rows + 1) / 2).astype(np.float32)
    rows = Rows(x=wave[None, :-1, None], y=wave[None, 1:, None])
    grid = training_grid([case.rows], case.batch_size, rows_per_update=case.rows_per_update)
    return training_batches(rows, [grid], case.repeats, rows_per_update=case.rows_per_update)


def epochs_of(case: Case) -> int:
    """Return how many epochs take about a second."""
    of_a_forecast = case.units * (4 * case.units + 50)  # operations, roughly
    epochs = int(OPERATIONS / (case.forecasts * of_a_forecast))
    return min(max(epochs, FEWEST_EPOCHS), MOST_EPOCHS)


def train_many_series(count: int = SERIES, epochs: int = SERIES_EPOCHS) -> Seconds:
    """Return the seconds of all series and repeats together."""
    setting = Setting(
        network=Network(1, (1,)),
        batching=Batching(batch_size=4),
        seeds=list(range(SERIES_REPEATS)),
        epochs=epochs,
        learning=LEARNING,
    )
    result = train_job(Job(random_series(count), setting))
    return {"epoch": result.seconds / epochs, "compiled": result.compile_seconds}


def random_series(count: int) -> list[SeriesRows]:
    """Return series of noise, each input the value before."""
    noise = np.random.default_rng(0).normal(size=(count, ROWS + 1))
    return [
        SeriesRows(
            key=SeriesKey(str(place)),
            ds=np.arange(ROWS),
            x=values[:-1, None],
            y=values[1:, None],
            sizes=(ROWS - TEST_ROWS, 0, TEST_ROWS),
        )
        for place, values in enumerate(noise)
    ]


def main() -> None:
    """Measure what the command line asks for."""
    sizes = [int(size) for size in sys.argv[1:]]
    seconds = train_case(Case(*sizes)) if sizes else train_many_series()
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
