"""forecast: the next values after the end of each series, with an interval."""

import logging
from collections.abc import Sequence
from functools import partial

import pandas as pd

from statecast.artifacts.drawn import drawn_of, future_drawn
from statecast.artifacts.frames import read_aligned, read_long
from statecast.artifacts.model import Model, read_model
from statecast.artifacts.plots import write_plot
from statecast.artifacts.scaled import read_scaled_for
from statecast.artifacts.trained import read_setting
from statecast.base.errors import require
from statecast.base.files import as_written, write_frame
from statecast.base.memory import require_memory
from statecast.base.paths import DIFFERENCED, FUTURE, FUTURE_PLOT, MODEL, SERIES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.future import future_rows
from statecast.forecasting.next_values import (
    NextValues,
    future_table,
    memory_of_horizon,
    next_values,
    residuals_ahead,
)
from statecast.forecasting.rebatched import Rebatched
from statecast.params.download import DownloadParams
from statecast.params.forecast import ForecastParams
from statecast.training.job import Job

COLUMNS = ["unique_id", "ds", "step", "forecast", "low", "high", "interval"]

log = logging.getLogger(__name__)


@stage(ForecastParams, DownloadParams, learning_rate="train.learning_rate")
def main() -> None:
    """Write ``unique_id, ds, step, forecast, low, high, interval``, and the names of the axes.

    The end of the first series stands before it in the table behind the plot.
    """
    params = load(ForecastParams)
    model = read_model()
    features = model.inputs.features
    if features:
        names = ", ".join(features)
        log.info("forecast: none: frame.features (%s) are not known after the end", names)
    if features or params.horizon == 0:
        for path in (FUTURE, FUTURE_PLOT):
            write_frame(pd.DataFrame(columns=COLUMNS), path)
        return
    aligned = read_aligned(read_scaled_for(model.networks.ensemble).series)
    whole = [series for series in aligned if series.key.is_whole]
    repeats = len(model.networks.ensemble.seeds)
    require_memory(memory_of_horizon(params.horizon, series=len(whole), repeats=repeats))
    lagged = model.inputs.lagged
    if lagged:
        log.info("forecast: frame.lagged (%s) stay at their last values", ", ".join(lagged))
    values = values_after(model, whole, differenced_of(whole, lagged), params)
    unique_ids = [series.key.unique_id for series in whole]
    write_future(future_table(unique_ids, values), unique_ids, params)


def write_future(future: pd.DataFrame, names: Sequence[str], params: ForecastParams) -> None:
    """Write the forecasts of all series, and the table behind the plot of the first ones."""
    called = load(DownloadParams)
    drawn = drawn_of(names)
    table = future_drawn(drawn.rows(read_long(SERIES)), drawn.rows(future), params.horizon)
    write_labelled = partial(write_plot, unit=called.unit, time=called.time, level=params.level)
    write_labelled(future, FUTURE)
    write_labelled(table, FUTURE_PLOT, drawn=drawn.words)
    if drawn.words:
        log.info("forecast: the chart draws %s", drawn.words)


def differenced_of(series: list[AlignedSeries], lagged: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the series, and of the targets of joint rows, before they were framed.

    Raises:
        StatecastError: the file is missing or damaged, or lacks a series.

    """
    frame = read_long(DIFFERENCED, lagged)
    wanted = {key.unique_id for own in series for key in own.rows.forecast_keys()}
    with as_written(DIFFERENCED):
        rows = frame[frame["unique_id"].isin(wanted)]
        missing = wanted - set(rows["unique_id"])
        require(not missing, "the series", f"be {len(wanted)}, those of the networks", "fewer")
    return rows


def refitted(networks: Rebatched, whole: list[AlignedSeries]) -> Rebatched:
    """Return networks trained in the same way on all rows of each series.

    Raises:
        StatecastError: the training stopped by validation rows, which are training rows now.

    """
    from statecast.training.sharing import train_job

    setting = read_setting(MODEL)
    can_refit = setting.learning.patience is None
    must = "be false with train.patience: no rows are left to stop by"
    require(can_refit, "`refit`", must, "true")
    different = {series.rows.key: series.rows for series in whole}  # targets share theirs
    rows = [rows.all_for_training() for rows in different.values()]
    return networks._replace(ensemble=train_job(Job(rows, setting)).ensemble)


def values_after(
    model: Model,
    series: list[AlignedSeries],
    differenced: pd.DataFrame,
    params: ForecastParams,
) -> list[NextValues]:
    """Return what comes after the end of each series.

    The interval comes from the errors of the networks before a refit on the validation and test
    rows. The refitted networks have seen all rows.

    Args:
        model: that of the stage rebatch.
        series: rows and true values of each.
        differenced: all of them, before they were framed.
        params: the section.

    """
    frequency = load(DownloadParams).frequency
    futures = future_rows(differenced, params.horizon, model.inputs, frequency)
    residuals = residuals_ahead(
        model.networks, series, inputs=model.inputs, undo=model.undo, horizon=params.horizon
    )
    networks, known = model.networks, series
    if params.refit:
        networks = refitted(model.networks, series)
        known = [own._replace(rows=own.rows.all_for_training()) for own in series]
    return next_values(
        networks,
        known,
        futures,
        residuals,
        inputs=model.inputs,
        undo=model.undo,
        horizon=params.horizon,
        level=params.level,
    )


if __name__ == "__main__":
    run(main)
