"""What training costs as the network, the batch, the timesteps or the repeats grow; each row in its own process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
WANTED_SECONDS = 60  # of many series


class Case(NamedTuple):
    """What is varied; the first is the base."""

    units: int = 1
    batch_size: int = 4
    timesteps: int = 1
    repeats: int = 30
    updates: int = 5  # of an epoch


CASES = [
    Case(),
    *(Case(units=units) for units in (5, 10, 20, 50)),
    *(Case(batch_size=batch_size) for batch_size in (1, 20)),
    *(Case(timesteps=timesteps) for timesteps in (12, 100)),
    *(Case(repeats=repeats) for repeats in (300, 3000)),
    *(Case(updates=updates) for updates in (50, 500)),
    Case(units=50, repeats=300),
    Case(units=10, repeats=3000),
    Case(units=10, timesteps=100),
]
SERIES, ROWS, SERIES_REPEATS, SERIES_EPOCHS = 500, 100, 5, 1000


class Cost(NamedTuple):
    """What a row took."""

    epoch: float  # seconds, all repeats
    compiled: float  # seconds of trace and compile
    megabytes: float  # peak resident memory of the process, with Python and TensorFlow


def measure() -> tuple[list[Cost], Cost]:
    """Return the cost of each of ``CASES``, and that of many series; before TensorFlow is imported here."""
    return [_in_child([str(size) for size in case]) for case in CASES], _in_child([])


def lines(costs: list[Cost], many: Cost) -> list[str]:
    """Return the tables."""
    rows = [
        f"| {' | '.join(map(str, case))} | {_cells(cost)} | {cost.epoch / _forecasts(case) * 1e9:,.1f} |"
        for case, cost in zip(CASES, costs, strict=True)
    ]
    sizes = "units | batch size | timesteps | repeats | updates an epoch"
    head = "microseconds an epoch | compile, s | peak memory, MB"
    return [
        f"| {sizes} | {head} | nanoseconds a forecast |",
        "|" + "---:|" * 9,
        *rows,
        "",
        f"Many series: {SERIES} of {ROWS} rows, {SERIES_REPEATS} repeats each, {SERIES_EPOCHS} epochs, 1 unit,",
        "batch size 4, lookback 1, with the RMSE of every network after every epoch.",
        "",
        f"| {head} | training, s | wanted, s |",
        "|" + "---:|" * 5,
        f"| {_cells(many)} | {many.epoch * SERIES_EPOCHS:,.1f} | {WANTED_SECONDS} |",
    ]


def _cells(cost: Cost) -> str:
    return f"{cost.epoch * 1e6:,.1f} | {cost.compiled:.2f} | {cost.megabytes:,.0f}"


def _forecasts(case: Case) -> int:
    return case.repeats * case.batch_size * case.timesteps * case.updates


def _in_child(sizes: list[str]) -> Cost:
    command = [sys.executable, "-m", "benchmarks.cost", *sizes]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        answer = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed")
    epoch, compiled = json.loads(answer)
    return Cost(epoch, compiled, usage.ru_maxrss / 1024)


def train_case(case: Case) -> tuple[float, float]:
    """Return the seconds of an epoch and of the compilation; about a second of training."""
    import numpy as np

    from statecast.network.lanes import training_grid
    from statecast.network.network import Network
    from statecast.training.initial import initial_weights
    from statecast.training.job import Learning
    from statecast.training.layout import Rows, training_batches
    from statecast.training.trainer import Trainer

    count = case.batch_size * case.timesteps * case.updates
    wave = np.sin(np.arange(count + 1) / 2).astype(np.float32)
    grid = training_grid([count], case.batch_size, timesteps=case.timesteps)
    rows = Rows(wave[None, :-1, None], wave[None, 1:, None])
    network = Network(1, (case.units,))
    batches = training_batches(rows, grid, case.repeats, timesteps=case.timesteps)
    trainer = Trainer(network, Learning({"name": "adam"}, 0.001))
    initial = initial_weights(network, list(range(case.repeats)))
    work = _forecasts(case) * case.units * (4 * case.units + 50)  # roughly, in operations
    epochs = int(min(max(5e8 / work, 5), 5000))
    tries = [trainer.train(batches, initial, epochs) for _ in range(2)]
    return min(one.seconds for one in tries) / epochs, tries[0].compile_seconds


def train_many_series() -> tuple[float, float]:
    """Return the seconds of an epoch of all series and repeats, and of the compilation."""
    import numpy as np

    from statecast.network.batching import Batching
    from statecast.network.network import Network
    from statecast.network.rows import Series
    from statecast.training.job import Learning, Request, Setting
    from statecast.training.sharing import train_request

    walks = np.random.default_rng(0).normal(size=(SERIES, ROWS + 1))
    sizes = (ROWS - 20, 0, 20)  # train, validation and test
    series = [Series(str(i), np.arange(ROWS), y[:-1, None], y[1:, None], sizes) for i, y in enumerate(walks)]
    setting = Setting(
        network=Network(1, (1,)),
        trained=Batching(batch_size=4),
        seeds=list(range(SERIES_REPEATS)),
        epochs=SERIES_EPOCHS,
        learning=Learning({"name": "adam"}, 0.001),
    )
    scale = dict.fromkeys((one.unique_id for one in series), 1.0)
    run = train_request(Request(series, scale, setting))
    return run.seconds / SERIES_EPOCHS, run.compile_seconds


if __name__ == "__main__":
    given = Case(*map(int, sys.argv[1:]))
    print(json.dumps(train_case(given) if len(sys.argv) > 1 else train_many_series()))
