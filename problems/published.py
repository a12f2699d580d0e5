"""What the published code for copied weights computes, beside what it is said to print.

``python -m problems.published`` trains it 30 times and writes the table into
problems/counting/README.md. Source: J. Brownlee, How to use Different Batch Sizes when Training and
Predicting with LSTMs (2017), "Solution 3".
"""

import sys
from pathlib import Path

import numpy as np

from problems.tables import between, row
from statecast.base.arrays import Floats
from statecast.base.errors import StatecastError
from statecast.base.files import write_text
from statecast.base.identity import SeriesKey
from statecast.forecasting.forecaster import Forecaster
from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.training.job import Job, Learning, Setting
from statecast.training.optimizers import check_optimizer

README = Path("problems/counting/README.md")
START = "<!-- published -->"
END = "<!-- end of published -->"

LENGTH = 10
BATCH_SIZE = 3
UNITS = 10
EPOCHS = 1000
REPEATS = 30
NETWORK = Network(features=1, units=(UNITS,))

SEQUENCE = np.arange(LENGTH) / LENGTH
INPUTS = SEQUENCE[1:]  # the code takes the later value of each pair as the input
TARGETS = SEQUENCE[:-1]  # and the earlier one as what is to be predicted


def main() -> None:
    """Write the table into the README of the problem."""
    try:
        readme = README.read_text(encoding="utf-8")
        lines = table(predictions(networks_of(EPOCHS, REPEATS)))
        write_text(between(readme, START, END, lines, str(README)), README)
    except StatecastError as error:
        sys.exit(f"error: {error}")


def networks_of(epochs: int, repeats: int) -> list[np.ndarray]:
    """Return the weights that the code trains with batch size 3, each [R, ...]."""
    from statecast.training.sharing import train_job

    count = len(INPUTS)
    rows = SeriesRows(
        SeriesKey("counting"), np.arange(count), INPUTS[:, None], TARGETS[:, None], (count, 0, 0)
    )
    learning = Learning(check_optimizer("adam"), learning_rate=0.001)
    batching = Batching(BATCH_SIZE, "interleaved", "drop")
    setting = Setting(NETWORK, batching, list(range(repeats)), epochs, learning)
    return train_job(Job([rows], setting)).ensemble.weights


def predictions(weights: list[np.ndarray]) -> Floats:
    """Return the predictions [R, 9] with batch size 1, the state carried from row to row."""
    network = Forecaster(NETWORK, weights, batch_size=1)
    return np.stack([network(value[None, None])[:, 0, 0] for value in INPUTS], axis=1)


def table(predicted: Floats) -> list[str]:
    """Return the lines of a Markdown table: what is expected, printed and computed."""
    right = np.round(predicted, 1) == np.round(TARGETS, 1)
    head = ["expected", "published printout", "computed, seed 0", "mean", "std", "share right"]
    lines = [row(head), "|" + "---:|" * len(head)]
    for place, target in enumerate(TARGETS):
        computed = predicted[:, place]
        shown = [f"{figure:.1f}" for figure in (target, target, computed[0])]
        spread = [computed.mean(), computed.std(ddof=1), right[:, place].mean()]
        lines.append(row([*shown, *(f"{figure:.2f}" for figure in spread)]))
    rmse = np.sqrt(np.mean((predicted - TARGETS) ** 2, axis=1))
    together = right.all(axis=1)
    summary = (
        f"RMSE {rmse.mean():.3f}, standard deviation {rmse.std(ddof=1):.3f}; all nine right in"
        f" {together.sum()} of {len(predicted)} repeats."
    )
    return [*lines, "", summary]


if __name__ == "__main__":
    main()
