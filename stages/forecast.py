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
from statecast.base.paths import DIFFERENCED, FUTURE, FUTURE_PLOT, MODEL, SERIES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.data.inputs import Inputs
from statecast.flow.forecast import Known, paths_after
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.next_values import NextValues, future_table
from statecast.params.download import DownloadParams
from statecast.params.forecast import ForecastParams

COLUMNS = ["unique_id", "ds", "step", "forecast", "low", "high", "interval"]

log = logging.getLogger(__name__)


@stage(ForecastParams, DownloadParams, learning_rate="train.learning_rate")
def main() -> None:
    """Write ``unique_id, ds, step, forecast, low, high, interval``, and the names of the axes.

    The end of the first series stands before it in the table behind the plot.
    """
    params = load(ForecastParams)
    model = read_model()
    require_features_for(params, model.inputs)
    unknown = model.inputs.features if params.features is None else ()
    if unknown:
        log.info(
            "forecast: none: frame.features (%s) are not known after the end; forecast.features "
            "may say them",
            ", ".join(unknown),
        )
    if unknown or params.horizon == 0:
        for path in (FUTURE, FUTURE_PLOT):
            write_frame(pd.DataFrame(columns=COLUMNS), path)
        return
    known = read_known(model)
    known.require_memory(params.horizon, intervals=True)
    lagged = model.inputs.lagged
    if lagged:
        log.info("forecast: frame.lagged (%s) stay at their last values", ", ".join(lagged))
    unique_ids = [series.key.unique_id for series in known.series]
    values = values_after(known, params)
    write_future(future_table(unique_ids, values), unique_ids, params)


def require_features_for(params: ForecastParams, inputs: Inputs) -> None:
    """Check that there are features where their values after the end are given.

    Raises:
        StatecastError: there are none.

    """
    fits = params.features is None or bool(inputs.features)
    require(fits, "`features`", "be null where frame.features has no columns", params.features)


def read_known(model: Model) -> Known:
    """Return the networks with the series up to their ends.

    Raises:
        StatecastError: a file is missing or damaged.

    """
    aligned = read_aligned(read_scaled_for(model.networks.ensemble).series)
    whole = [series for series in aligned if series.key.is_whole]
    differenced = differenced_of(whole, model.inputs.covariates)
    return Known(model.networks, model.inputs, model.undo, whole, differenced)


def values_after(known: Known, params: ForecastParams) -> list[NextValues]:
    """Return what comes after the end of each series."""
    residuals = known.residuals(params.horizon)
    forecasting = known.refitted(read_setting(MODEL)) if params.refit else known
    frequency = load(DownloadParams).frequency
    paths = paths_after(forecasting, params.horizon, frequency, read_features(params, known.inputs))
    pairs = zip(paths, residuals, strict=True)
    return [path.values(errors, params.level) for path, errors in pairs]


def read_features(params: ForecastParams, inputs: Inputs) -> pd.DataFrame | None:
    """Return the values of the features after the end; None where there are no features."""
    if params.features is None:
        return None
    from statecast.flow.download import features_of, source_of  # rarely needed

    return features_of(source_of(params.features), load(DownloadParams), list(inputs.features))


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


def differenced_of(series: list[AlignedSeries], covariates: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the series, and of the targets of joint rows, before they were framed.

    Raises:
        StatecastError: the file is missing or damaged, or lacks a series.

    """
    frame = read_long(DIFFERENCED, covariates)
    wanted = {key.unique_id for own in series for key in own.rows.forecast_keys()}
    with as_written(DIFFERENCED):
        rows = frame[frame["unique_id"].isin(wanted)]
        missing = wanted - set(rows["unique_id"])
        require(not missing, "the series", f"be {len(wanted)}, those of the networks", "fewer")
    return rows


if __name__ == "__main__":
    run(main)
