"""Measure everything in one run and write benchmarks/results.md. make bench."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import cost, pipeline, study
from benchmarks.machine import machine
from statecast.base.files import write_text
from statecast.network.rows import read_series

if TYPE_CHECKING:
    from benchmarks import training
    from statecast.training.layout import Rows

RESULTS = Path(__file__).parent / "results.md"


def shampoo_rows(batch_size: int) -> "tuple[Rows, Rows]":
    """Return the scaled training rows that fill the batches, and the test rows."""
    from statecast.training.layout import Rows

    one = read_series(Path("data/scaled"))[0]
    train, test = one.part("train"), one.part("test")
    kept = slice(train.start + (train.stop - train.start) % batch_size, train.stop)
    x, y = one.x.astype(np.float32), one.y.astype(np.float32)
    return Rows(x[None, kept], y[None, kept]), Rows(x[None, test], y[None, test])


def training_lines(speed: "training.Speed") -> list[str]:
    """Return the table of the training."""
    rows = [
        ("Keras, one `fit` call an epoch", speed.loop, 1.0),
        ("engine, no history", speed.engine, speed.loop / speed.engine),
        ("engine, train and test RMSE every epoch", speed.engine_with_history, speed.loop / speed.engine_with_history),
    ]
    return [
        "| way | microseconds an epoch of 30 repeats | times faster |",
        "|---|---:|---:|",
        *(f"| {name} | {seconds * 1e6:,.1f} | {ratio:,.0f} |" for name, seconds, ratio in rows),
    ]


def pipeline_lines(wall: pipeline.Wall, loop: float) -> list[str]:
    """Return the tables of the pipeline."""
    used = sum(stage.seconds for stage in wall.stages if stage.name in ("train", "rebatch", "evaluate"))
    train = next(stage.seconds for stage in wall.stages if stage.name == "train")
    parts = [
        ("`dvc repro`, all stages", wall.repro),
        ("`dvc exp run -S train.epochs=1001`, 30 repeats", wall.experiment),
        ("- DVC itself", wall.experiment - used),
        ("- rebatch and evaluate", used - train),
        ("- train: start, imports (mostly TensorFlow), initial weights", train - wall.compiled - wall.trained),
        ("- train: trace and compile", wall.compiled),
        ("- train: training with history", wall.trained),
        ("the same experiment by the Keras loop (1001 epochs at the measured cost)", loop * 1001),
    ]
    return [
        "| part | seconds |",
        "|---|---:|",
        *(f"| {name} | {seconds:,.2f} |" for name, seconds in parts),
        "",
        "| stage | seconds | peak memory, MB |",
        "|---|---:|---:|",
        *(f"| {stage.name} | {stage.seconds:.2f} | {stage.megabytes:,.0f} |" for stage in wall.stages),
    ]


def main() -> None:
    """Measure, print and write."""
    wall = pipeline.measure()  # before TensorFlow is here: a child's peak memory counts its parent's at the fork
    costs, many = cost.measure()
    studies = study.measure()

    from benchmarks import floor, training

    rows = shampoo_rows(training.BATCH_SIZE)
    speed = training.measure(*rows)
    lines = [
        "# Measured speed",
        "",
        "Written by `make bench`, one run on one machine. Shampoo, 20 training rows, 30 repeats, batch size 4, 1 unit.",
        "",
        machine(),
        "",
        "## Training",
        "",
        *training_lines(speed),
        "",
        "## Floor",
        "",
        "Microseconds an epoch of 30 repeats at batch size 4: the engine, and the same training as plain C++ (one",
        "thread, the repeats in vector registers, `benchmarks/kernel.cpp`), in turn.",
        "",
        *floor.lines(floor.measure(rows[0])),
        "",
        "## Cost",
        "",
        "Adam, one layer; each row a process of its own, so that the peak memory holds Python and TensorFlow too.",
        "",
        *cost.lines(costs, many),
        "",
        "## Pipeline",
        "",
        *pipeline_lines(wall, speed.loop),
        "",
        "## Studies",
        "",
        *study.lines(studies, speed.loop),
        "",
    ]
    write_text("\n".join(lines), RESULTS)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
