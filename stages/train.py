"""train: train every repeat at once and record the error of each after every epoch."""

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import Field

from statecast.base.errors import require
from statecast.base.files import read_json, write_arrays, write_frame, write_json
from statecast.base.stage import run
from statecast.data.scaling import target_scale
from statecast.network.batching import Batching, grid_of
from statecast.network.lanes import Layout, Remainder
from statecast.network.network import Cell, Gate, Head, Network
from statecast.network.rows import Series, read_series
from statecast.params.section import Count, CountOrZero, NotNegative, Positive, Section, Share, load_section
from statecast.training.job import Learning, Request, Setting
from statecast.training.optimizers import check_optimizer, check_schedule

if TYPE_CHECKING:
    from statecast.training.prepare import Run

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
    recurrent_activation: Gate = "sigmoid"
    head: Head = "linear"
    highway: bool = False
    initialisation: Literal["default", "chrono", "by_gate"] = "default"
    dropout: Share = 0
    recurrent_dropout: Share = 0
    kernel_l1: NotNegative = 0
    kernel_l2: NotNegative = 0
    recurrent_l1: NotNegative = 0
    recurrent_l2: NotNegative = 0
    bias_l1: NotNegative = 0
    bias_l2: NotNegative = 0
    schedule: str | dict[str, Any] | None = None
    patience: Count | None = None
    last_weight: Positive = 1
    shuffle: bool = False
    history_every: Count = 1

    @property
    def penalties(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return L1 and L2 of kernels, recurrent kernels and biases."""
        return (self.kernel_l1, self.recurrent_l1, self.bias_l1), (self.kernel_l2, self.recurrent_l2, self.bias_l2)


def check_section(section: Train, series: list[Series], steps: int) -> None:
    """Check what two keys, or a key and the rows, must agree in, before any work."""
    head = NEEDS_HEAD.get(section.loss)
    require(head in (None, section.head), "params.yaml: train.head", f"be {head} for {section.loss}", section.head)
    shuffled = not section.shuffle or section.layout == "sequences"
    require(shuffled, "params.yaml: train.shuffle", "be false unless train.layout is sequences", "true")
    without_state = section.cell == "dense"
    where = "params.yaml: train.cell"
    require(not without_state or steps == 1, where, "have a state where frame.as is timesteps", section.cell)
    drops = max(section.dropout, section.recurrent_dropout)
    require(not without_state or drops == 0, "params.yaml: train.dropout", "be 0 for the cell dense", drops)
    if section.patience is not None:
        where = "params.yaml: train.patience"
        rows = min(len(one.y[one.part("validation")]) for one in series)
        require(rows > 0, where, "have validation rows in every series (frame.validation_size, no folds)", "none")
        require(section.history_every == 1, where, "go with train.history_every 1", section.history_every)


def check_rows(series: list[Series], batching: Batching) -> None:
    """Say how many rows do not fill the grid, or that there are too few."""
    if batching.layout == "sequences":
        return
    for one in series:
        grid = grid_of([one.sizes[0]], batching)
        if grid.dropped:
            kept = one.sizes[0] - grid.dropped
            log.info("train: %s: the %d oldest rows dropped, %d train", one.unique_id, grid.dropped, kept)


def prepare(scaled: Path, scaler: Path) -> Request:
    """Return what params.yaml and the scaled rows ask for."""
    section = load_section(Train, "train")
    optimizer, schedule = check_optimizer(section.optimizer), check_schedule(section.schedule)
    series, steps = read_series(scaled), steps_of(scaled)
    check_section(section, series, steps)
    batching = Batching(section.batch_size, section.layout, section.remainder, section.stateful, section.timesteps)
    check_rows(series, batching)
    network = Network(
        series[0].x.shape[1] // steps,
        tuple(section.units),
        series[0].y.shape[1],
        section.cell,
        section.head,
        section.recurrent_activation,
        section.highway,
        steps,
    )
    learning = Learning(
        optimizer,
        section.learning_rate,
        schedule,
        section.loss,
        section.penalties,
        section.dropout,
        section.recurrent_dropout,
        section.patience,
    )
    setting = Setting(
        network,
        batching,
        [section.seed + repeat for repeat in range(section.repeats)],
        section.epochs,
        learning,
        section.initialisation,
        section.last_weight,
        section.shuffle,
        section.history_every,
    )
    scale = target_scale(read_json(scaler))
    return Request(series, {one.unique_id: scale[one.unique_id] for one in series}, setting)


def steps_of(scaled: Path) -> int:
    """Return how many steps the inputs of a row are, as the frame stage says."""
    return int(read_json(scaled / "frame.json")["steps"])


def write(
    request: Request,
    result: "Run",
    weights: Path,
    network: Path,
    full_history: Path,
    history: Path,
    metrics: Path,
) -> None:
    """Write the trained weights, what the networks are, the curves (all, and thinned for a plot) and the metrics."""
    from statecast.training.history import history_frame

    setting = request.setting
    seeds = np.array(setting.seeds)
    write_arrays(result.model.arrays(), weights)
    write_json({"network": setting.network.as_json(), "trained": setting.trained._asdict()}, network)
    names = {"parts": np.array(result.parts), "unique_id": np.unique(result.model.unique_id), "seed": seeds}
    curves = {"loss": result.loss, "rmse": result.rmse, "epoch": result.epochs + 1, "best_epoch": result.best_epoch}
    write_arrays({**curves, **names}, full_history)
    over_series = np.nanmean(result.rmse, axis=2)  # [recorded epochs, P, R]
    write_frame(history_frame(over_series, result.epochs, result.parts, seeds), history)
    last, best = result.loss[-1], result.best_epoch
    measured = {
        "loss": {"mean": float(last.mean()), "min": float(last.min()), "max": float(last.max())},
        **{f"{part}_rmse": float(over_series[-1, place].mean()) for place, part in enumerate(result.parts)},
        "best_epoch": {"mean": float(best.mean()), "min": int(best.min()), "max": int(best.max())},
        "training_seconds": round(result.seconds, 4),
        "microseconds_an_epoch": round(result.seconds / setting.epochs * 1e6, 2),
        "compile_seconds": round(result.compile_seconds, 3),
        # measured times differ from run to run, so the file is no output of the stage, and names what it belongs to
        "weights_md5": hashlib.md5(weights.read_bytes(), usedforsecurity=False).hexdigest(),
    }
    write_json(measured, metrics)


def main(
    scaled: Path,
    scaler: Path,
    weights: Path,
    network: Path,
    full_history: Path,
    history: Path,
    metrics: Path,
) -> None:
    """Train what params.yaml asks for and write it."""
    request = prepare(scaled, scaler)

    from statecast.training.progress import progress_bar
    from statecast.training.sharing import train_request

    with progress_bar(request.setting.epochs, f"train {len(request.setting.seeds)} repeats") as progress:
        result = train_request(request, progress)
    write(request, result, weights, network, full_history, history, metrics)


if __name__ == "__main__":
    run(main)
