"""train: what is to be trained, from the params and the scaled rows."""

import logging
from typing import TYPE_CHECKING

from statecast.base.errors import require, shown
from statecast.base.logs import first_of, log_each
from statecast.data.inverse import Inverse
from statecast.data.scaling import KEEP_ZERO, Scaler
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.network import Network
from statecast.network.rows import ScaledRows, SeriesRows
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


def job_of(params: TrainParams, rows: ScaledRows, scaler: Scaler, inverse: Inverse) -> Job:
    """Return what the params and the scaled rows ask for.

    Args:
        params: which networks, and how they are trained.
        rows: of all series; transformed ones know what brings their errors back.
        scaler: of the rows.
        inverse: what was done to the series before they were scaled.

    Raises:
        StatecastError: params do not suit the rows, or the training would take too much memory.

    """
    require_rows_for(params, rows)
    require_an_update_in_each(params, rows.series)
    require_targets_for(params, rows)
    require_direction_for(learning_of(params), scaler, inverse)
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
        judged = {own.key.unique_id for own in rows.series if own.count("validation")}
        must = "have validation rows in every series (frame.validation_size)"
        is_judged = all(own.key.unique_id in judged for own in rows.series)
        require(is_judged, "`patience`", must, "none")


def require_an_update_in_each(params: TrainParams, series: list[SeriesRows]) -> None:
    """Check that each of several series and folds has the training rows of an update.

    Raises:
        StatecastError: one has not.

    """
    update = params.rows_of_update()
    if len(series) == 1 or update == 1:
        return
    shortest = min(series, key=lambda own: own.count("train"))
    count = shortest.count("train")
    arguments = (
        "`batch_size`" if params.rows_per_update == 1 else "`batch_size` x `rows_per_update`"
    )
    series_and_fold = shown(str(shortest.key))
    must = f"be at most the {count} training rows of {series_and_fold} (frame.short skip: left out)"
    require(update <= count, arguments, must, update)


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
    only = "difference.lags is [1] and difference.seasonal none"
    must = f"be another unless {only}: no other sign says up or down"
    season = "" if inverse.seasonal == "none" else f", {inverse.seasonal}"
    is_step = inverse.lags == STEP and inverse.seasonal == "none"
    require(is_step, "`loss`", must, f"{learning.loss} with {list(inverse.lags)}{season}")
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


def fold_networks(job: Job, result: "Result") -> Ensemble | None:
    """Return the networks whose errors make prediction intervals; None if there are none."""
    folds = {key for key, group in job.by_network().items() if group[0].for_intervals}
    return result.ensemble.only(folds) if folds else None
