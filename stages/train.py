"""train: train every repeat at once and record the error of each after every epoch."""

import hashlib
import logging
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from statecast.base.command import run
from statecast.base.errors import require
from statecast.base.params import Count, CountOrZero, Positive, Section, load_section
from statecast.base.storage import read_json, write_arrays, write_frame, write_json
from statecast.data.scaling import target_scale
from statecast.model.dataset import Series, read_series
from statecast.model.lanes import Layout, Remainder
from statecast.model.network import Cell, Head, Network
from statecast.model.rebatching import Batching, grid_of
from statecast.training.optimizers import check_optimizer

log = logging.getLogger(__name__)

NEEDS_HEAD = {"binary_crossentropy": "sigmoid", "categorical_crossentropy": "softmax"}
Loss = Literal["mse", "mae", "huber", "log_cosh", "binary_crossentropy", "categorical_crossentropy"]


class Train(Section):
    """Which networks are trained, and how."""

    repeats: Count
    seed: CountOrZero
    epochs: Count
    batch_size: Count
    units: Annotated[list[Count], Field(min_length=1)]
    learning_rate: Positive
    optimizer: str | dict[str, Any]
    loss: Loss
    layout: Layout
    remainder: Remainder = "drop"
    stateful: bool = True
    timesteps: Count = 1
    cell: Cell = "lstm"
    head: Head = "linear"
    initialisation: Literal["default", "chrono"] = "default"
    last_weight: Positive = 1
    shuffle: bool = False
    history_every: Count = 1


def check_section(section: Train) -> dict[str, Any]:
    """Return the optimizer's settings; what two keys must agree in is checked here, before any work."""
    head = NEEDS_HEAD.get(section.loss)
    require(head in (None, section.head), "params.yaml: train.head", f"be {head} for {section.loss}", section.head)
    shuffled = not section.shuffle or section.layout == "sequences"
    require(shuffled, "params.yaml: train.shuffle", "be false unless train.layout is sequences", "true")
    return check_optimizer(section.optimizer)


def check_rows(series: list[Series], batching: Batching) -> None:
    """Say how many rows do not fill the grid, or that there are too few."""
    if batching.layout == "sequences":
        return
    for one in series:
        grid = grid_of([one.sizes[0]], batching)
        if grid.dropped:
            kept = one.sizes[0] - grid.dropped
            log.info("train: %s: the %d oldest rows dropped, %d train", one.unique_id, grid.dropped, kept)


def main(
    scaled: Path,
    scaler: Path,
    weights: Path,
    network: Path,
    full_history: Path,
    history: Path,
    metrics: Path,
) -> None:
    """Write the trained weights, what the networks are, the curves (all, and thinned for a plot) and the metrics."""
    section = load_section(Train, "train")
    optimizer = check_section(section)
    series = read_series(scaled)
    batching = Batching(section.batch_size, section.layout, section.remainder, section.stateful, section.timesteps)
    check_rows(series, batching)
    scale = target_scale(read_json(scaler))

    from statecast.training.history import history_frame
    from statecast.training.optimizers import build_optimizer
    from statecast.training.progress import progress_bar
    from statecast.training.runs import Setting, programs, train_series

    setting = Setting(
        Network(series[0].x.shape[1], tuple(section.units), series[0].y.shape[1], section.cell, section.head),
        batching,
        [section.seed + repeat for repeat in range(section.repeats)],
        section.epochs,
        section.loss,
        section.initialisation,
        section.last_weight,
        section.shuffle,
        section.history_every,
    )
    total = section.epochs * programs(series, together=section.layout == "sequences")
    with progress_bar(total, f"train {section.repeats} repeats") as progress:
        result = train_series(
            series,
            scale,
            setting,
            make_optimizer=lambda: build_optimizer(optimizer, section.learning_rate),
            progress=progress,
        )
    seeds = np.array(setting.seeds)
    write_arrays(result.model.arrays(), weights)
    write_json({"network": setting.network.as_json(), "trained": batching._asdict()}, network)
    names = {"parts": np.array(result.parts), "unique_id": np.unique(result.model.unique_id), "seed": seeds}
    write_arrays({"loss": result.loss, "rmse": result.rmse, "epoch": result.epochs + 1, **names}, full_history)
    write_frame(history_frame(result.rmse.mean(axis=2), result.epochs, result.parts, seeds), history)
    last = result.loss[-1]
    measured = {
        "loss": {"mean": float(last.mean()), "min": float(last.min()), "max": float(last.max())},
        **{f"{part}_rmse": float(result.rmse[-1, place].mean()) for place, part in enumerate(result.parts)},
        "training_seconds": round(result.seconds, 4),
        "microseconds_an_epoch": round(result.seconds / section.epochs * 1e6, 2),
        "compile_seconds": round(result.compile_seconds, 3),
        # measured times differ from run to run, so the file is no output of the stage, and names what it belongs to
        "weights_md5": hashlib.md5(weights.read_bytes(), usedforsecurity=False).hexdigest(),
    }
    write_json(measured, metrics)


if __name__ == "__main__":
    run(main)
