"""evaluate: walk forward over the test rows and compare with the baselines."""

import logging

import numpy as np
import pandas as pd

from statecast.artifacts.drawn import baselines_drawn, drawn_of, series_drawn
from statecast.artifacts.frames import read_aligned, read_baselines, read_long
from statecast.artifacts.interval_folds import read_interval_folds
from statecast.artifacts.model import Model, read_model
from statecast.artifacts.plots import write_plot
from statecast.artifacts.scaled import read_scaled_for
from statecast.artifacts.trained import read_setting
from statecast.base.arrays import Floats
from statecast.base.files import write_frame, write_json, write_parquet
from statecast.base.paths import (
    AHEAD,
    ALL_FORECASTS,
    BASELINES_PLOT,
    BY_SERIES,
    FORECASTS,
    INTERVALS,
    METRICS,
    MODEL,
    RMSE,
    SCORES,
    SERIES,
    SERIES_PLOT,
)
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.evaluation.coverage import residuals_of_folds
from statecast.evaluation.evaluate import Evaluation, evaluate
from statecast.evaluation.measures import mean_over_series
from statecast.evaluation.printouts import REPEATS, forecast_lines, repeat_lines
from statecast.evaluation.scores import headline
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.walk_forward import training_errors
from statecast.params.download import DownloadParams
from statecast.params.evaluate import EvaluateParams
from statecast.params.series import SeriesParams
from statecast.training.job import Learning

log = logging.getLogger(__name__)


@stage(
    EvaluateParams,
    remainder="train.remainder",
    batch_size="train.batch_size",
    learning_rate="train.learning_rate",
)
def main() -> None:
    """Write the metrics, all scores, every forecast, and the tables behind the plots."""
    params = load(EvaluateParams)
    model = read_model()
    series = read_aligned(read_scaled_for(model.networks.ensemble).series)
    baselines = read_baselines(series)
    evaluation = evaluate(
        model.networks,
        series,
        baselines,
        inputs=model.inputs,
        undo=model.undo,
        season_length=load(SeriesParams).season_length,
        warm_up=params.warm_up,
        level=params.level,
        horizon=params.horizon,
        decimals=params.decimals,
        earlier=residuals_before(model, series, warm_up=params.warm_up),
    )
    log_repeats(model, series, evaluation)
    log_lines(forecast_lines(of_test(evaluation.forecasts), params.decimals))
    write_json(headline(evaluation.scores), METRICS)
    write_json(evaluation.scores, SCORES)
    write_parquet(evaluation.forecasts, ALL_FORECASTS)
    write_tables(evaluation)
    write_drawn(evaluation, baselines, params.level)
    log_what_counts(read_setting(MODEL).learning)
    if model.inputs.lagged and params.horizon > 1:
        log.info("evaluate: further ahead frame.lagged stay at their last values")


def write_tables(evaluation: Evaluation) -> None:
    """Write the tables behind the plots of errors, of all series."""
    unit = load(DownloadParams).unit
    write_plot(evaluation.rmse, RMSE, unit=unit)
    write_frame(evaluation.by_series, BY_SERIES)
    write_plot(evaluation.ahead, AHEAD, unit=unit)


def write_drawn(evaluation: Evaluation, baselines: pd.DataFrame, level: float) -> None:
    """Write the tables behind the plots over time: the first series, the last rows of each.

    Args:
        evaluation: of all series.
        baselines: what the stage baseline wrote.
        level: the share that the intervals are to hold.

    """
    called = load(DownloadParams)
    names = {"unit": called.unit, "time": called.time}
    drawn = drawn_of(evaluation.by_series["unique_id"].tolist())
    series = read_long(SERIES)
    forecasts = of_test(evaluation.forecasts)
    of_repeats = drawn.rows(forecasts)
    of_baselines = drawn.rows(of_test(baselines))
    tables = {
        FORECASTS: of_repeats[["unique_id", "ds", "seed", "y", "forecast"]],
        BASELINES_PLOT: baselines_drawn(of_repeats, of_baselines),
    }
    of_test_rows = drawn.words_of(forecasts)
    for path, table in tables.items():
        write_plot(table, path, **names, drawn=of_test_rows)
    intervals = drawn.rows(evaluation.intervals)
    write_plot(intervals, INTERVALS, **names, drawn=of_test_rows, level=level)
    of_series = drawn.words_of(series)
    write_plot(series_drawn(drawn.rows(series), of_repeats), SERIES_PLOT, **names, drawn=of_series)
    if of_series:
        log.info("evaluate: charts draw %s", of_series)


def of_test(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the test rows of a table with the column ``part``."""
    return frame[frame["part"] == "test"]


def log_what_counts(learning: Learning) -> None:
    """Log which figures mean nothing."""
    if learning.is_of_direction:
        message = "evaluate: train.loss %s: directions count; RMSE and intervals mean nothing"
        log.info(message, learning.loss)


def residuals_before(
    model: Model, series: list[AlignedSeries], *, warm_up: bool
) -> dict[str, Floats] | None:
    """Return the errors of the folds for intervals, by series; None if there are none."""
    folds = read_interval_folds(model.networks.ensemble.network)
    if folds is None:
        return None
    networks = model.networks._replace(ensemble=folds)
    return residuals_of_folds(networks, series, model.undo, warm_up=warm_up)


def log_repeats(model: Model, series: list[AlignedSeries], evaluation: Evaluation) -> None:
    """Log the errors of the first repeats as the published texts print them."""
    if not log.isEnabledFor(logging.INFO):  # a study does not show them
        return
    whole = [own for own in series if own.rows.key.is_whole]
    errors = training_errors(model.networks, whole, model.undo, REPEATS)
    train = mean_over_series([np.sqrt((error**2).mean(axis=1)) for error in errors])
    log_lines(repeat_lines(train, evaluation.rmse["rmse"].to_numpy()))


def log_lines(lines: list[str]) -> None:
    """Log lines one by one."""
    for line in lines:
        log.info("%s", line)


if __name__ == "__main__":
    run(main)
