"""difference: transform each series and take its lag differences."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import require, shown
from statecast.data.groups import groups_of_series
from statecast.data.inverse import Inverse, forward
from statecast.data.seasonal import SEASONS, seasonal_factors, without_season
from statecast.data.series import require_rows, without_short
from statecast.data.transforms import estimate_powers, require_positive, require_several
from statecast.params.difference import DifferenceParams
from statecast.params.frame import FrameParams

OF_PARTS = "`lags`, `lookback`, `validation_size`, `test_size`"  # what a series needs rows for


class Differenced(NamedTuple):
    """Series after their differences, and what undoes the changes of y."""

    frame: pd.DataFrame  # unique_id, ds, y and the other columns
    inverse: Inverse


def is_untouched(params: DifferenceParams) -> bool:
    """Return whether y stays as it is, so that it may be symbols."""
    changed = params.transform != "none" or params.seasonal != "none"
    return params.rows_lost() == 0 and not changed


def differenced(
    series: pd.DataFrame,
    params: DifferenceParams,
    of_frame: FrameParams,
    *,
    season_length: int,
    rows_of_update: int = 1,
    symbols: bool = False,
) -> Differenced:
    """Return series transformed and differenced, and what undoes that.

    Series that are too short for a later stage are left out here, so that no later one knows them.

    Args:
        series: ``unique_id, ds, y`` and other columns.
        params: what is done to y.
        of_frame: how many rows later stages need.
        season_length: rows in a season.
        rows_of_update: training rows that an update of a series' network takes.
        symbols: whether y has symbols, which may be digits.

    Raises:
        StatecastError: a series is too short, y has symbols, or a value has no transform.

    """
    frame = long_enough(series, params, of_frame, season_length, rows_of_update)
    if is_untouched(params):
        return Differenced(frame, Inverse((), "none", {}))
    require_numbers(frame, params, symbols=symbols)
    inverse = inverse_of(frame, params, of_frame.held_out(), season_length)
    return Differenced(applied(frame, inverse), inverse)


def long_enough(
    series: pd.DataFrame,
    params: DifferenceParams,
    of_frame: FrameParams,
    season_length: int = 0,
    rows_of_update: int = 1,
) -> pd.DataFrame:
    """Return the series that are not left out.

    Args:
        series: ``unique_id, ds, y`` and other columns.
        params: what is done to y.
        of_frame: how many rows later stages need.
        season_length: rows in a season whose factors are to be fitted; 0: they are known.
        rows_of_update: training rows that an update of a series' network takes.

    Raises:
        StatecastError: one has too few rows for the differences.

    """
    lost = params.rows_lost()
    frame = series
    if of_frame.short == "skip":
        least = lost + of_frame.rows_needed(rows_of_update)
        needed_for = _needed_for(of_frame, rows_of_update)
        fitted = SEASONS * season_length + of_frame.held_out()
        if params.seasonal != "none" and fitted > least:
            least = fitted
            needed_for = "two seasons before those held out: `seasonal`"
        frame = without_short(frame, least, needed_for)
    require_rows(frame, lost + 1, "`lags` take the others")
    return frame


def _needed_for(of_frame: FrameParams, rows_of_update: int) -> str:
    """Return what the rows of a series are needed for, in words."""
    is_update = rows_of_update > of_frame.least_train
    return f"{OF_PARTS} and {'an update of `batch_size` lanes' if is_update else '`least_train`'}"


def require_numbers(frame: pd.DataFrame, params: DifferenceParams, *, symbols: bool) -> None:
    """Check that y has numbers, because it is to be differenced or transformed.

    Raises:
        StatecastError: y has symbols, and a key asks to change them.

    """
    is_number = pd.api.types.is_numeric_dtype(frame["y"]) and not symbols
    first = "transform" if params.transform != "none" else "seasonal"
    key = "lags" if params.lags else first
    must = "be left out ([], none) for a series of symbols"
    require(is_number, f"`{key}`", must, getattr(params, key))


def inverse_of(
    frame: pd.DataFrame, params: DifferenceParams, held_out: int, season_length: int
) -> Inverse:
    """Return what is done to each series.

    Factors and a power come from training rows alone: those before the last ``held_out`` rows.
    """
    plain = Inverse(tuple(params.lags), params.transform, {})
    if params.transform == "none" and params.seasonal == "none":
        return plain
    if params.seasonal != "none":
        must = "be 2 or more rows where difference.seasonal takes a season out"
        require(season_length > 1, "params.yaml: series.season_length", must, season_length)
    factors: dict[str, list[float]] = {}
    trainings: dict[str, Floats] = {}
    groups = groups_of_series(frame)
    y = frame["y"].to_numpy(float)[groups.order]
    ds = frame["ds"].to_numpy()[groups.order]
    names = frame["unique_id"].to_numpy()[groups.first_rows]
    for name, rows in zip(names, groups.slices(), strict=True):
        where = f"series {shown(name)}"
        require_positive(y[rows], params.transform, where, ds[rows])
        training = y[rows][: max(0, len(y[rows]) - held_out)]
        if params.seasonal != "none":
            own = seasonal_factors(training, season_length, params.seasonal, where)
            training = without_season(training, own, params.seasonal)
            factors[name] = own
        if params.transform == "boxcox":
            require_several(training, where)
            trainings[name] = training
    return plain._replace(
        power=powers_of(trainings), seasonal=params.seasonal, factors=factors or None
    )


def powers_of(trainings: Mapping[str, Floats]) -> dict[str, float]:
    """Return the power of Box-Cox that suits the training values of each series."""
    if not trainings:
        return {}
    sizes = [len(training) for training in trainings.values()]
    starts = np.cumsum([0, *sizes[:-1]])
    powers = estimate_powers(np.concatenate(list(trainings.values())), starts)
    return dict(zip(trainings, powers.tolist(), strict=True))


def applied(frame: pd.DataFrame, inverse: Inverse) -> pd.DataFrame:
    """Return the frame with y transformed and differenced, without rows that have no difference."""
    groups = groups_of_series(frame)
    y = frame["y"].to_numpy(float)[groups.order]
    names = frame["unique_id"].to_numpy()[groups.first_rows]
    parts = [
        forward(y[rows], inverse, name) for name, rows in zip(names, groups.slices(), strict=True)
    ]
    has_difference = groups.positions >= sum(inverse.lags)
    rows = frame.take(groups.order[has_difference])
    return rows.assign(y=np.concatenate(parts))
