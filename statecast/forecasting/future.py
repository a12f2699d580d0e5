"""Rows after the end of series: their times, and what is known of their inputs.

Shape letter: H rows after the end of a series.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require
from statecast.base.identity import NETWORK, WHOLE, SeriesKey
from statecast.data.features import with_features
from statecast.data.inputs import Inputs, add_inputs
from statecast.data.joint import joint_inputs, joint_places
from statecast.data.scaling import Scaler, scale_frame
from statecast.data.splits import with_fold
from statecast.data.steps import Step, step_of
from statecast.data.times import as_text, written_times
from statecast.network.rows import SeriesRows

LAST_YEAR = 9999  # a date has four digits for it


def next_times(known: pd.DataFrame, count: int, frequency: str | None = None) -> pd.DataFrame:
    """Return the times after the last one of each series as text.

    Args:
        known: ``unique_id, ds``, of each series in the order of time; the times are text: integers,
            or dates as the stage download writes them.
        count: how many times of each series.
        frequency: a pandas offset alias of the dates; None: inferred.

    Returns:
        ``unique_id, ds``, series by series.

    Raises:
        StatecastError: the times are on no regular grid, or go on for longer than the calendar.

    """
    times = written_times(known["ds"]).reset_index(drop=True)
    by_times: dict[bytes, pd.Series] = {}  # series often have the same times
    names = []
    later = []
    for name, places in known.groupby("unique_id", sort=False).indices.items():
        own = times.iloc[places]
        content = own.to_numpy().tobytes()
        if content not in by_times:
            by_times[content] = _later(own, count, frequency)
        names += [name] * count
        later.append(by_times[content])
    text = as_text(pd.concat([times, *later], ignore_index=True))
    return pd.DataFrame({"unique_id": names, "ds": text.iloc[len(times) :].astype(str).tolist()})


def _later(known: pd.Series, count: int, frequency: str | None) -> pd.Series:
    """Return the times after the last one of a series."""
    step = step_of(known, frequency)
    last = known.iloc[-1]
    if step is None:
        must = f"be regular to say which come next, got last {as_text(known).iloc[-1]}"
        raise StatecastError(f"the times of a series must {must}")
    return _steps_after(last, count, step)


def _steps_after(last: Any, count: int, step: Step) -> pd.Series:
    """Return the times 1, 2 ... ``count`` steps after the last one."""
    try:
        later = pd.Series([last + ahead * step for ahead in range(1, count + 1)])
        fits = isinstance(step, int) or later.iloc[-1].year <= LAST_YEAR
    except (OverflowError, pd.errors.OutOfBoundsDatetime):
        fits = False
    require(fits, "`horizon`", "be within the calendar", f"{count} steps after {last}")
    return later


def future_rows(
    differenced: pd.DataFrame,
    horizon: int,
    inputs: Inputs,
    frequency: str | None = None,
    features: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the rows after the end of each series; y and unknown lags are NaN.

    Args:
        differenced: ``unique_id, ds, y`` and the covariates, of each series in the order of time.
        horizon: how many rows of each series, H.
        inputs: what a row is.
        frequency: a pandas offset alias of the dates; None: inferred.
        features: from ``features_ahead``, where the inputs have features; those of targets go by
            the name of their network.

    Returns:
        ``unique_id, ds``, the inputs, ``y``, series by series

    Raises:
        StatecastError: the times are on no regular grid, or a value of a feature is missing.

    """
    unknown = next_times(differenced, horizon, frequency)
    if inputs.features:
        unknown = _with_features(unknown, differenced, features, inputs)
    unknown = unknown.assign(y=np.nan)
    known = differenced[["unique_id", "ds", "y", *inputs.covariates]]
    framed = add_inputs(pd.concat([known, unknown], ignore_index=True), inputs)
    return framed.tail(len(unknown)).reset_index(drop=True)


def _with_features(
    unknown: pd.DataFrame, differenced: pd.DataFrame, features: pd.DataFrame | None, inputs: Inputs
) -> pd.DataFrame:
    """Return times after the ends of series with the features at them."""
    if NETWORK not in differenced:
        return with_features(unknown, features, inputs.features)
    names = unknown["unique_id"]
    network_of = dict(zip(differenced["unique_id"], differenced[NETWORK], strict=True))
    of_networks = unknown.assign(unique_id=names.map(network_of))
    target = names.ne(names.shift()).cumsum()  # the targets of a network have the same times
    parts = [
        with_features(rows, features, inputs.features) for _, rows in of_networks.groupby(target)
    ]
    return pd.concat(parts).assign(unique_id=names)


def with_future(
    series: Mapping[SeriesKey, SeriesRows], futures: pd.DataFrame, inputs: Inputs, scaler: Scaler
) -> dict[SeriesKey, SeriesRows]:
    """Return series with the rows after their ends, which join their test parts.

    Args:
        series: the scaled rows, by their key.
        futures: from ``future_rows``, not scaled, of each series, or of each target of joint rows.
        inputs: which columns are inputs.
        scaler: of the series.

    """
    scaled = scale_frame(with_fold(futures, WHOLE), scaler)
    x = scaled[[column.name for column in inputs.columns()]].to_numpy(float)
    y = scaled["y"].to_numpy(float)
    ds = scaled["ds"].to_numpy()
    places = scaled.groupby("unique_id", sort=False).indices
    longer = {}
    for key, own in series.items():
        later = [places[target.unique_id] for target in own.forecast_keys()]
        of_targets = joint_inputs([x[rows] for rows in later], joint_places(inputs, len(later)))
        train, validation, test = own.sizes
        longer[key] = own._replace(
            ds=np.concatenate([own.ds, ds[later[0]]]),
            x=np.concatenate([own.x, of_targets]),
            y=np.concatenate([own.y, np.stack([y[rows] for rows in later], axis=1)]),
            sizes=(train, validation, test + len(of_targets)),
            test_is_train=False,
        )
    return longer
