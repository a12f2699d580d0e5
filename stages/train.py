"""train: train every repeat at once and record the error of each after every epoch."""

import hashlib
import logging
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from statecast.base.command import run
from statecast.base.params import Count, CountOrZero, Positive, Section, load_section
from statecast.base.storage import read_json, write_arrays, write_frame, write_json
from statecast.model.dataset import Series, read_series
from statecast.model.lanes import Grid, training_grid
from statecast.model.network import Network
from statecast.training.optimizers import check_optimizer

log = logging.getLogger(__name__)


class Train(Section):
    """Which networks are trained, and how."""

    repeats: Count
    seed: CountOrZero
    epochs: Count
    batch_size: Count
    units: Annotated[list[Count], Field(min_length=1)]
    learning_rate: Positive
    optimizer: str | dict[str, Any]
    loss: Literal["mse", "mae", "huber", "log_cosh"]
    layout: Literal["interleaved"]


def grids_of(series: list[Series], section: Train) -> dict[str, Grid]:
    """Return the training grid of each series, and say how many rows do not fill it."""
    grids = {}
    for one in series:
        grid = training_grid([one.sizes[0]], section.batch_size, section.layout)
        grids[one.unique_id] = grid
        if grid.dropped:
            kept = one.sizes[0] - grid.dropped
            log.info("train: %s: the %d oldest rows dropped, %d train", one.unique_id, grid.dropped, kept)
    return grids


def main(
    scaled: Path,
    scaler_path: Path,
    weights: Path,
    network_path: Path,
    full_history: Path,
    history: Path,
    metrics: Path,
) -> None:
    """Write the trained weights, what the networks are, the curves (all, and thinned for a plot) and the metrics."""
    section = load_section(Train, "train")
    settings = check_optimizer(section.optimizer)
    series = read_series(scaled)
    grids = grids_of(series, section)
    scaler = read_json(scaler_path)
    scale = {name: fitted["scale"][-1] for name, fitted in scaler["series"].items()}

    from statecast.model.trained import model_arrays
    from statecast.training.history import history_frame
    from statecast.training.optimizers import build_optimizer
    from statecast.training.progress import progress_bar
    from statecast.training.runs import Setting, train_series

    seeds = [section.seed + repeat for repeat in range(section.repeats)]
    network = Network(series[0].x.shape[1], tuple(section.units))
    setting = Setting(network, seeds, section.epochs, section.batch_size, section.layout, section.loss)
    programs = len({one.sizes for one in series})
    with progress_bar(section.epochs * programs, f"train {len(seeds)} repeats") as progress:
        result = train_series(
            series,
            grids,
            scale,
            setting,
            make_optimizer=lambda: build_optimizer(settings, section.learning_rate),
            progress=progress,
        )
    write_arrays(model_arrays(result.model), weights)
    rows = {name: {"rows": int((grid.rows >= 0).sum()), "dropped": grid.dropped} for name, grid in grids.items()}
    trained = {"batch_size": section.batch_size, "layout": section.layout, "series": rows}
    write_json({"network": network.as_json(), "trained": trained}, network_path)
    names = {"parts": np.array(result.parts), "unique_id": np.array(list(grids)), "seed": np.array(seeds)}
    write_arrays({"loss": result.loss, "rmse": result.rmse, **names}, full_history)
    write_frame(history_frame(result.rmse.mean(axis=2), result.parts, np.array(seeds)), history)
    final = {f"{part}_rmse": float(result.rmse[-1, place].mean()) for place, part in enumerate(result.parts)}
    measured = {
        "loss": {
            "mean": float(result.loss[-1].mean()),
            "min": float(result.loss[-1].min()),
            "max": float(result.loss[-1].max()),
        },
        **final,
        "training_seconds": round(result.seconds, 4),
        "microseconds_an_epoch": round(result.seconds / section.epochs * 1e6, 2),
        "compile_seconds": round(result.compile_seconds, 3),
        # measured times differ from run to run, so the file is no output of the stage, and names what it belongs to
        "weights_md5": hashlib.md5(weights.read_bytes(), usedforsecurity=False).hexdigest(),
    }
    write_json(measured, metrics)


if __name__ == "__main__":
    run(main)
