"""train: train every repeat at once and record the error of each after every epoch."""

import hashlib
import logging
from typing import TYPE_CHECKING, Any

import numpy as np

from statecast.artifacts.frames import read_aligned
from statecast.artifacts.plots import write_plot
from statecast.artifacts.scaled import read_scaled
from statecast.artifacts.trained import TrainedNetworks, write_trained
from statecast.artifacts.undo import read_inverse, read_scaler
from statecast.base.errors import require
from statecast.base.files import write_json
from statecast.base.logs import first_of, log_each
from statecast.base.paths import HISTORY, TIMES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.data.inverse import Inverse
from statecast.data.scaling import KEEP_ZERO, Scaler
from statecast.forecasting.alignment import with_transforms
from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.network.rows import ScaledRows, SeriesRows
from statecast.params.download import DownloadParams
from statecast.params.train import TrainParams
from statecast.training.footprint import Sizes, require_affordable
from statecast.training.job import Job, Learning, Setting
from statecast.training.optimizers import check_optimizer, check_schedule

if TYPE_CHECKING:
    from statecast.training.result import Result

ROUNDING = 1e-9  # of a scaled value
LOSSES_OF_SHARES = ("binary_crossentropy", "categorical_crossentropy")
STEP = (1,)  # lags of the difference to the value before

log = logging.getLogger(__name__)


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
    require_rows_for(params, rows)
    require_targets_for(params, rows)
    require_direction_for(learning_of(params), read_scaler(), read_inverse())
    asked = Sizes(
        network_of(params, rows),
        batching_of(params),
        params.repeats,
        params.epochs,
        params.history_every,
    )
    folds = interval_folds_of(params, rows.series)
    require_affordable(asked, rows.series + folds)
    log_left_out(rows.series, batching_of(params))
    return Job(rows.series + folds, setting_of(params, rows))


@stage(TrainParams)
def write(job: Job, result: "Result") -> None:
    """Write the networks and their curves, and the measured times beside them."""
    from statecast.training.history import history_frame

    seeds = job.setting.seeds
    folds = {key for key, group in job.by_network().items() if group[0].for_intervals}
    fold_networks = result.ensemble.only(folds) if folds else None
    result = result.without_interval_folds(job)
    by_repeat = result.mean_rmse()  # [recorded epochs, P, R]
    trained = TrainedNetworks(result.ensemble, job.setting)
    curves = curves_of(job, result)
    write_trained(trained, curves, losses_of(result), interval_folds=fold_networks)
    history = history_frame(by_repeat, result.epochs, result.parts, seeds)
    write_plot(history, HISTORY, unit=load(DownloadParams).unit)
    write_json(times_of(job, result), TIMES)


def read_rows() -> ScaledRows:
    """Return the scaled rows, which know of a transform what brings their errors back."""
    rows = read_scaled()
    inverse = read_inverse()
    if inverse.transform == "none":
        return rows
    return rows._replace(series=with_transforms(read_aligned(rows.series), inverse))


def network_of(params: TrainParams, rows: ScaledRows) -> Network:
    """Return what a network for these rows is."""
    return Network(
        features=rows.features,
        units=tuple(params.units),
        outputs=rows.outputs,
        cell=params.cell,
        head=params.head,
        recurrent_activation=params.recurrent_activation,
        activation=params.activation,
        highway=params.highway,
        steps=rows.steps,
    )


def learning_of(params: TrainParams) -> Learning:
    """Return how weights are learned."""
    return Learning(
        optimizer=check_optimizer(params.optimizer),
        learning_rate=params.learning_rate,
        schedule=check_schedule(params.schedule),
        loss=params.loss,
        penalties=params.penalties,
        dropout=params.dropout,
        recurrent_dropout=params.recurrent_dropout,
        patience=params.patience,
    )


def setting_of(params: TrainParams, rows: ScaledRows) -> Setting:
    """Return how networks for these rows are trained."""
    return Setting(
        network=network_of(params, rows),
        batching=batching_of(params),
        seeds=params.seeds,
        epochs=params.epochs,
        learning=learning_of(params),
        initialisation=params.initialisation,
        last_weight=params.last_weight,
        shuffle=params.shuffle,
        history_every=params.history_every,
    )


def batching_of(params: TrainParams) -> Batching:
    """Return the batches of the training."""
    return Batching(
        params.batch_size,
        params.layout,
        params.remainder,
        stateful=params.stateful,
        rows_per_update=params.rows_per_update,
        network=params.network,
    )


def interval_folds_of(params: TrainParams, series: list[SeriesRows]) -> list[SeriesRows]:
    """Return the folds whose errors make prediction intervals.

    There are none where validation rows make the intervals, where a network has several outputs,
    or where the rows of a fold are too few to train on.
    """
    count = params.interval_folds
    judged = any(rows.count("validation") or rows.test_is_train for rows in series)
    is_joint = series[0].y.shape[1] > 1 or series[0].targets
    if count == 0 or judged or is_joint:
        return []
    folds = [fold for rows in series for fold in rows.interval_folds(count)]
    fewest_train = min(fold.count("train") for fold in folds)
    fewest_left = min(fold.count("validation") for fold in folds)
    is_shared = params.network == "all"  # then lanes without a row rest
    update = 1 if is_shared else params.batch_size * params.rows_per_update
    if fewest_left == 0 or fewest_train < update:
        log.info("train: no intervals, too few rows for train.interval_folds")
        return []
    return folds


def require_rows_for(params: TrainParams, rows: ScaledRows) -> None:
    """Check that the keys suit the rows.

    Raises:
        StatecastError: a key does not.

    """
    recurrent = params.cell != "dense"
    must = "have a state where frame.as is timesteps"
    require(recurrent or rows.steps == 1, "`cell`", must, params.cell)
    held_out = [series.key for series in rows.series if not series.count("train")]
    must = "be all where frame.test is sequences: it forecasts series that are held out"
    require(params.network == "all" or not held_out, "`network`", must, params.network)
    if params.patience is not None:
        fewest = min(series.count("validation") for series in rows.series)
        must = "have validation rows in every series (frame.validation_size, no folds)"
        require(fewest > 0, "`patience`", must, "none")


def require_targets_for(params: TrainParams, rows: ScaledRows) -> None:
    """Check that head and loss suit the values that are to be forecast.

    Raises:
        StatecastError: one does not.

    """
    must = "be another for a single output, of which softmax always makes 1"
    require(params.head != "softmax" or rows.outputs > 1, "`head`", must, "softmax")
    several = bool(rows.series[0].targets)
    must = "be another for several targets: what softmax makes of them adds up to 1"
    require(params.head != "softmax" or not several, "`head`", must, "softmax")
    if params.loss not in LOSSES_OF_SHARES:
        return
    targets = [series.y[series.part("train")] for series in rows.series if series.count("train")]
    lowest = min(float(y.min()) for y in targets)
    highest = max(float(y.max()) for y in targets)
    shares = lowest >= -ROUNDING and highest <= 1 + ROUNDING
    must = "be another unless targets are from 0 to 1 (scale.range [0, 1], scale.method onehot)"
    got = f"{params.loss} of targets from {lowest:g} to {highest:g}"
    require(shares, "`loss`", must, got)


def require_direction_for(learning: Learning, scaler: Scaler, inverse: Inverse) -> None:
    """Check that the sign of a target is the direction of its series, if it is to be learned.

    Raises:
        StatecastError: the sign is another one, or the training would stop by errors of size.

    """
    if not learning.is_of_direction:
        return
    must = f"be another unless scale.method is {' or '.join(KEEP_ZERO)}, which keep 0 at 0"
    require(scaler.keeps_zero, "`loss`", must, f"{learning.loss} with {scaler.method}")
    must = "be another unless difference.lags is [1]: no other sign says up or down"
    is_step = inverse.lags == STEP
    require(is_step, "`loss`", must, f"{learning.loss} with {list(inverse.lags)}")
    must = "be null for a loss of direction: it stops by RMSE"
    require(learning.patience is None, "`patience`", must, learning.patience)


def log_left_out(series: list[SeriesRows], batching: Batching) -> None:
    """Log how many rows do not fill a batch.

    Raises:
        StatecastError: no row does.

    """
    if batching.is_shared:
        return
    lines = []
    keys = []
    most = 0
    for rows in series:
        train = rows.count("train")
        left_out = batching.grid([train]).left_out
        if left_out:
            in_words = f"the {left_out} oldest rows left out, {train - left_out} train"
            lines.append(f"train: {rows.key}: {in_words}")
            keys.append(rows.key)
            most = max(most, left_out)
    of_how_many = f"of {len(keys)} of {len(series)} series and folds"
    in_all = f"train: {of_how_many} the oldest rows left out, {most} at most: {first_of(keys)}"
    log_each(log, logging.INFO, lines, in_all)


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
