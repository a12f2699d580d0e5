"""forecast: the next values after the end of each series, with an interval."""

import logging
from typing import Any

import pandas as pd

from statecast.artifacts.frames import read_aligned, read_long
from statecast.artifacts.model import Model, read_model
from statecast.artifacts.plots import write_plot
from statecast.artifacts.scaled import read_scaled_for
from statecast.artifacts.trained import read_setting
from statecast.base.errors import require
from statecast.base.files import as_written, write_frame
from statecast.base.memory import require_memory
from statecast.base.paths import DIFFERENCED, FUTURE, MODEL
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.future import future_rows
from statecast.forecasting.next_values import (
    NextValues,
    memory_of_horizon,
    next_values,
    residuals_ahead,
)
from statecast.forecasting.rebatched import Rebatched
from statecast.network.rows import SeriesRows
from statecast.params.download import DownloadParams
from statecast.params.forecast import ForecastParams
from statecast.training.job import Job

COLUMNS = ["unique_id", "ds", "step", "forecast", "low", "high", "interval"]

log = logging.getLogger(__name__)


@stage(ForecastParams, DownloadParams, learning_rate="train.learning_rate")
def main() -> None:
    """Write ``unique_id, ds, step, forecast, low, high, interval``, and the names of the axes."""
    params = load(ForecastParams)
    model = read_model()
    features = model.inputs.features
    if features:
        names = ", ".join(features)
        log.info("forecast: none: frame.features (%s) are not known after the end", names)
    if features or params.horizon == 0:
        write_frame(pd.DataFrame(columns=COLUMNS), FUTURE)
        return
    aligned = read_aligned(read_scaled_for(model.networks.ensemble).series)
    whole = [series for series in aligned if series.key.is_whole]
    repeats = len(model.networks.ensemble.seeds)
    require_memory(memory_of_horizon(params.horizon, series=len(whole), repeats=repeats))
    lagged = model.inputs.lagged
    if lagged:
        log.info("forecast: frame.lagged (%s) stay at their last values", ", ".join(lagged))
    by_series = dict(list(read_long(DIFFERENCED, lagged).groupby("unique_id", sort=False)))
    with as_written(DIFFERENCED):
        differenced = [frames_of(series.rows, by_series) for series in whole]
    networks = refitted(model.networks, whole) if params.refit else model.networks
    frames = []
    for series, of_rows in zip(whole, differenced, strict=True):
        values = values_after(networks, model, series, of_rows, params)
        frames.append(values.as_frame(series.key.unique_id))
    called = load(DownloadParams)
    future = pd.concat(frames)
    write_plot(future, FUTURE, unit=called.unit, time=called.time, level=params.level)


def frames_of(rows: SeriesRows, by_series: dict[Any, pd.DataFrame]) -> list[pd.DataFrame]:
    """Return the frame of a series, or those of the targets of joint rows."""
    return [by_series[key.unique_id] for key in rows.forecast_keys()]


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
    networks: Rebatched,
    model: Model,
    series: AlignedSeries,
    differenced: list[pd.DataFrame],
    params: ForecastParams,
) -> NextValues:
    """Return what comes after the end of a series.

    The interval comes from the errors of the networks before a refit. The refitted networks have
    seen all rows.

    Args:
        networks: those that forecast.
        model: that of the stage rebatch.
        series: rows and true values.
        differenced: of the series, or of each target of its rows.
        params: the section.

    """
    frequency = load(DownloadParams).frequency
    futures = [future_rows(rows, params.horizon, model.inputs, frequency) for rows in differenced]
    residuals = residuals_ahead(
        model.networks, series, inputs=model.inputs, undo=model.undo, horizon=params.horizon
    )
    known = series
    if params.refit:
        known = series._replace(rows=series.rows.all_for_training())
    return next_values(
        networks,
        known,
        futures,
        residuals,
        inputs=model.inputs,
        undo=model.undo,
        level=params.level,
    )


if __name__ == "__main__":
    run(main)
