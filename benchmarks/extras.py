"""What dropout, penalties, history and early stopping add to training; measured in a child."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
CHILD = "benchmarks.extras_child"

UNITS = 10
ROWS = 20  # of training
BATCH_SIZE = 4
REPEATS = (30, 300)
PLAIN = "plain"
DROPOUT = "recurrent dropout 0.2"
WANTED = {DROPOUT: "1.10"}  # times the plain step, at most

# early stopping
STOPPED_REPEATS = 300
EPOCHS = 1000
PATIENCE = 20
VALIDATION_ROWS = 12


class Stopping(NamedTuple):
    """What early stopping spares."""

    all_epochs: float  # seconds
    stopped: float  # seconds
    epochs: float  # until a repeat stops, mean
    last: int  # epochs until the last repeat stops


class Extras(NamedTuple):
    """What was measured."""

    steps: dict[str, list[float]]  # seconds of an epoch by what is added, for each of REPEATS
    stopping: Stopping


def measure() -> Extras:
    """Measure everything."""
    command = [sys.executable, "-m", CHILD]
    process = subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    answer = json.loads(process.stdout)
    return Extras(answer["steps"], Stopping(**answer["stopping"]))


def lines(extras: Extras) -> list[str]:
    """Return the tables."""
    plain = extras.steps[PLAIN]
    of_repeats = " | ".join(f"{repeats} repeats" for repeats in REPEATS)
    return [
        "What is added to the plain step, times its time, in turn on one core;",
        f"{UNITS} units, {ROWS} rows, batch size {BATCH_SIZE}.",
        "",
        f"| with | {of_repeats} | wanted |",
        "|---|" + "---:|" * (len(REPEATS) + 1),
        *(_line(name, seconds, plain) for name, seconds in extras.steps.items()),
        "",
        "What dropout adds is the drawing of its masks: in every update each entry is a hash of",
        "seed, update and place, so that no repeat's masks depend on those beside it.",
        "",
        f"Early stopping on all cores: {STOPPED_REPEATS} repeats, {UNITS} units, at most {EPOCHS}",
        f"epochs, patience {PATIENCE}. Blocks of repeats end one by one, each with its last one.",
        "",
        *_lines_of_stopping(extras.stopping),
    ]


def _line(name: str, seconds: list[float], plain: list[float]) -> str:
    if name == PLAIN:
        cells = [f"{one * 1e6:,.1f} µs" for one in seconds]
    else:
        cells = [f"{one / other:.2f}" for one, other in zip(seconds, plain, strict=True)]
    return f"| {name} | {' | '.join(cells)} | {WANTED.get(name, '')} |"


def _lines_of_stopping(stopping: Stopping) -> list[str]:
    ratio = stopping.stopped / stopping.all_epochs
    epochs = f"{stopping.epochs:,.0f} (last repeat: {stopping.last:,})"
    return [
        "| training | seconds | epochs of a repeat | times all epochs |",
        "|---|---:|---:|---:|",
        f"| all epochs | {stopping.all_epochs:.2f} | {EPOCHS:,} | 1 |",
        f"| patience {PATIENCE} | {stopping.stopped:.2f} | {epochs} | {ratio:.2f} |",
    ]
