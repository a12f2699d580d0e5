"""train: train every repeat at once and record the error of each after every epoch."""

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

import statecast.training.ahead  # noqa: F401 (before the other imports: it goes on beside them)
from statecast.artifacts.frames import read_aligned
from statecast.artifacts.plots import write_plot
from statecast.artifacts.scaled import read_scaled
from statecast.artifacts.trained import TrainedNetworks, write_trained
from statecast.artifacts.undo import read_inverse, read_scaler
from statecast.base.files import frame_columns, write_json
from statecast.base.identity import FILLED
from statecast.base.paths import HISTORY, SERIES, TIMES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.flow.train import fold_networks, job_of
from statecast.forecasting.alignment import with_truth
from statecast.network.rows import ScaledRows
from statecast.params.download import DownloadParams
from statecast.params.train import TrainParams
from statecast.training.job import Job

if TYPE_CHECKING:
    from statecast.training.result import Result


@stage(TrainParams)
def main() -> None:
    """Train what params.yaml asks for and write it."""
    job = prepare()

    from statecast.training.progress import progress_bar
    from statecast.training.sharing import train_job

    epochs = job.setting.epochs * len(job.apart())
    with progress_bar(epochs, f"train {len(job.setting.seeds)} repeats") as progress:
        result = train_job(job, progress)
    write(job, result)


@stage(TrainParams)
def prepare() -> Job:
    """Return what params.yaml and the scaled rows ask for."""
    params = load(TrainParams)
    rows = read_rows()
    return job_of(params, rows, read_scaler(), read_inverse())


@stage(TrainParams)
def write(job: Job, result: "Result") -> None:
    """Write the networks and their curves, and the measured times beside them."""
    from statecast.training.history import history_frame

    seeds = job.setting.seeds
    folds = fold_networks(job, result)
    result = result.without_interval_folds(job)
    by_repeat = result.mean_rmse()  # [recorded epochs, P, R]
    trained = TrainedNetworks(result.ensemble, job.setting)
    curves = curves_of(job, result)
    write_trained(trained, curves, losses_of(result), interval_folds=folds)
    history = history_frame(by_repeat, result.epochs, result.parts, seeds)
    write_plot(history, HISTORY, unit=load(DownloadParams).unit)
    write_json(times_of(job, result), TIMES)


def read_rows() -> ScaledRows:
    """Return the scaled rows, which know what brings their errors back, and what was filled."""
    rows = read_scaled()
    inverse = read_inverse()
    if inverse.keeps_scale and FILLED not in frame_columns(SERIES):
        return rows
    return rows._replace(series=with_truth(read_aligned(rows.series), inverse))


def curves_of(job: Job, result: "Result") -> dict[str, np.ndarray]:
    """Return the curves after the epochs, and what their axes are."""
    names = list(dict.fromkeys(result.ensemble.keys))
    return {
        "loss": result.loss,
        "rmse": result.rmse,
        "epoch": result.epochs + 1,
        "best_epoch": result.best_epoch,
        "parts": np.array(result.parts),
        "unique_id": np.array([key.unique_id for key in names]),
        "fold": np.array([key.fold for key in names]),
        "seed": np.array(job.setting.seeds),
    }


def losses_of(result: "Result") -> dict[str, Any]:
    """Return figures after the last epoch."""
    last = result.loss[-1]
    best = result.best_epoch
    rmse = result.mean_rmse()[-1].mean(axis=1)  # [P]
    by_part = zip(result.parts, rmse, strict=True)
    return {
        "loss": {"mean": float(last.mean()), "min": float(last.min()), "max": float(last.max())},
        **{f"{part}_rmse": float(of_part) for part, of_part in by_part},
        "best_epoch": {
            "mean": float(best.mean()),
            "min": int(best.min()),
            "max": int(best.max()),
        },
    }


def times_of(job: Job, result: "Result") -> dict[str, Any]:
    """Return measured times, which differ from run to run, and a digest of their weights."""
    digest = hashlib.sha256(b"".join(weight.tobytes() for weight in result.ensemble.weights))
    return {
        "training_seconds": round(result.seconds, 4),
        "microseconds_an_epoch": round(result.seconds / job.setting.epochs * 1e6, 2),
        "compile_seconds": round(result.compile_seconds, 3),
        "weights_sha256": digest.hexdigest(),
    }


if __name__ == "__main__":
    run(main)
