"""Rows after the end of a series: their times, and what is known of their inputs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require
from statecast.data.inputs import Inputs, add_inputs
from statecast.data.joint import joint_inputs, joint_places
from statecast.data.scaling import Scaler, scale_frame
from statecast.data.splits import with_fold
from statecast.data.steps import Step, step_of
from statecast.data.times import as_text, written_times
from statecast.network.rows import SeriesRows

LAST_YEAR = 9999  # a date has four digits for it


def next_times(ds: pd.Series, count: int, frequency: str | None = None) -> list[str]:
    """Return the times after the last one as text.

    Args:
        ds: times of one series as text: integers, or dates as the stage download writes them.
        count: how many.
        frequency: a pandas offset alias of the dates; None: inferred.

    Raises:
        StatecastError: the times are on no regular grid, or go on for longer than the calendar.

    """
    known = written_times(ds)
    step = step_of(known, frequency)
    if step is None:
        must = f"be regular to say which come next, got last {ds.iloc[-1]}"
        raise StatecastError(f"the times of a series must {must}")
    later = _later(known.iloc[-1], count, step)
    text = as_text(pd.concat([known, later], ignore_index=True))
    return [str(time) for time in text.iloc[len(known) :]]


def _later(last: Any, count: int, step: Step) -> pd.Series:
    """Return the times 1, 2 ... ``count`` steps after the last one."""
    try:
        later = pd.Series([last + ahead * step for ahead in range(1, count + 1)])
        fits = isinstance(step, int) or later.iloc[-1].year <= LAST_YEAR
    except (OverflowError, pd.errors.OutOfBoundsDatetime):
        fits = False
    require(fits, "`horizon`", "be within the calendar", f"{count} steps after {last}")
    return later


def future_rows(
    differenced: pd.DataFrame, horizon: int, inputs: Inputs, frequency: str | None = None
) -> pd.DataFrame:
    """Return the rows after the end of one series; y and unknown lags are NaN.

    Args:
        differenced: ``unique_id, ds, y`` and the lagged columns of one series.
        horizon: how many rows.
        inputs: what a row is; no features, because they are not known after the end.
        frequency: a pandas offset alias of the dates; None: inferred.

    Returns:
        ``unique_id, ds``, the inputs, ``y``

    Raises:
        StatecastError: the times are on no regular grid.

    """
    name = differenced["unique_id"].iloc[0]
    later = next_times(differenced["ds"], horizon, frequency)
    unknown = pd.DataFrame({"unique_id": name, "ds": later, "y": np.nan})
    known = differenced[["unique_id", "ds", "y", *inputs.lagged]]
    framed = add_inputs(pd.concat([known, unknown], ignore_index=True), inputs)
    return framed.tail(horizon).reset_index(drop=True)


def with_future(
    series: SeriesRows, futures: Sequence[pd.DataFrame], inputs: Inputs, scaler: Scaler
) -> SeriesRows:
    """Return a series with the rows after its end, which join its test part.

    Args:
        series: the scaled rows.
        futures: from ``future_rows``, not scaled: of the series, or of each target of joint rows.
        inputs: which columns are inputs.
        scaler: of the series.

    """
    names = [column.name for column in inputs.columns()]
    fold = series.key.fold
    scaled = [scale_frame(with_fold(future, fold), scaler) for future in futures]
    places = joint_places(inputs, len(scaled))
    x = joint_inputs([rows[names].to_numpy(float) for rows in scaled], places)
    y = np.stack([rows["y"].to_numpy(float) for rows in scaled], axis=1)
    train, validation, test = series.sizes
    return series._replace(
        ds=np.concatenate([series.ds, scaled[0]["ds"].to_numpy()]),
        x=np.concatenate([series.x, x]),
        y=np.concatenate([series.y, y]),
        sizes=(train, validation, test + len(x)),
        test_is_train=False,
    )
