"""scale: fit a scaler on the training rows and scale all three parts with it."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from statecast.base.errors import require
from statecast.base.identity import NETWORK, SeriesKey
from statecast.data.inputs import Inputs, value_columns
from statecast.data.magnitudes import require_scaled_magnitudes
from statecast.data.scaling import Scaler, fit_scaler, scale_frame
from statecast.params.scale import ScaleParams


class Scaled(NamedTuple):
    """The rows of each part as the network sees them, and the scaler that made them."""

    parts: dict[str, pd.DataFrame]
    scaler: Scaler

    @property
    def scales(self) -> dict[SeriesKey, float]:
        """Return how much 1 on the scale before is on the scaled one."""
        return scales_of(self.scaler)


def scaled(parts: Mapping[str, pd.DataFrame], inputs: Inputs, params: ScaleParams) -> Scaled:
    """Return the rows of each part scaled, with a scaler of the training rows.

    Args:
        parts: ``unique_id, fold, ds``, inputs and y, of train, validation and test.
        inputs: what a row is.
        params: which scaler.

    Raises:
        StatecastError: the scaler does not suit the rows.

    """
    require_scalable(parts["train"], inputs, params)
    require_trained(parts, params)
    scaler = fit_scaler(parts["train"], params.method, *params.range)
    rows = {part: scale_frame(frame, scaler) for part, frame in parts.items()}
    require_scaled_magnitudes(rows, scaler)
    return Scaled(rows, scaler)


def scales_of(scaler: Scaler) -> dict[SeriesKey, float]:
    """Return how much 1 on the scale before a scaler is on the scaled one."""
    return {key: scaler.line(key).scale for key in scaler.lines}


def require_scalable(train: pd.DataFrame, inputs: Inputs, params: ScaleParams) -> None:
    """Check that a scaler for numbers has numbers, and one for symbols has symbols alone.

    Raises:
        StatecastError: it has the other kind, inputs beside symbols, or several targets of symbols.

    """
    is_symbols = params.method == "onehot"
    numeric = all(pd.api.types.is_numeric_dtype(train[name]) for name in value_columns(train))
    single = NETWORK not in train
    require(single or not is_symbols, "`method`", "not be onehot for several targets", "onehot")
    must = "be onehot for a series of symbols"
    require(is_symbols or numeric, "`method`", must, params.method)
    others = sorted(column.name for column in inputs.columns() if column.column != "y")
    where = "`features`, `lagged` and calendar"
    require(not (is_symbols and others), where, "be [] for scale.method onehot", others)
    must = "be [] for scale.method onehot"
    require(not (is_symbols and inputs.chosen), "`lags`", must, list(inputs.chosen))


def require_trained(parts: Mapping[str, pd.DataFrame], params: ScaleParams) -> None:
    """Check that a series has training rows where the scaler is fitted to each series by itself.

    Raises:
        StatecastError: a series is held out whole.

    """
    trained = parts["train"]["unique_id"].unique()
    held_out = set(parts["test"]["unique_id"].unique()) - set(trained)
    is_one_for_all = params.method == "onehot"
    must = "be onehot where frame.test is sequences: a series held out fits no other scaler"
    require(is_one_for_all or not held_out, "`method`", must, params.method)
