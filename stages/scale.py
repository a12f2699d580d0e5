"""scale: fit a scaler on the training rows and scale all three parts with it."""

import pandas as pd

from statecast.artifacts.frames import read_framed
from statecast.artifacts.scaled import write_scaled
from statecast.artifacts.undo import INPUTS, SCALER, read_inputs
from statecast.base.errors import require
from statecast.base.files import write_json
from statecast.base.identity import NETWORK, SeriesKey
from statecast.base.paths import FRAMED, SCALED
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.data.inputs import Inputs, value_columns
from statecast.data.magnitudes import require_scaled_magnitudes
from statecast.data.scaling import Scaler, fit_scaler, scale_frame
from statecast.params.scale import ScaleParams


@stage(ScaleParams, features="frame.features", lags="frame.lags", lagged="frame.lagged")
def main() -> None:
    """Write the scaled rows, the scaler as JSON, and what a row is."""
    params = load(ScaleParams)
    is_symbols = params.method == "onehot"
    inputs = read_inputs(FRAMED)
    parts = read_framed(inputs, symbols=is_symbols)
    require_scalable(parts["train"], inputs, params)
    require_trained(parts, params)
    scaler = fit_scaler(parts["train"], params.method, *params.range)
    scaled = {part: scale_frame(rows, scaler) for part, rows in parts.items()}
    require_scaled_magnitudes(scaled, scaler)
    write_scaled(scaled, steps=inputs.steps, scales=scales_of(scaler))
    write_json(scaler.as_json(), SCALED / SCALER)
    write_json(inputs.as_json(), SCALED / INPUTS)


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


def require_trained(parts: dict[str, pd.DataFrame], params: ScaleParams) -> None:
    """Check that a series has training rows where the scaler is fitted to each series by itself.

    Raises:
        StatecastError: a series is held out whole.

    """
    trained = parts["train"]["unique_id"].unique()
    held_out = set(parts["test"]["unique_id"].unique()) - set(trained)
    is_one_for_all = params.method == "onehot"
    must = "be onehot where frame.test is sequences: a series held out fits no other scaler"
    require(is_one_for_all or not held_out, "`method`", must, params.method)


def scales_of(scaler: Scaler) -> dict[SeriesKey, float]:
    """Return how much 1 on the scale before is on the scaled one."""
    return {key: scaler.line(key).scale for key in scaler.lines}


if __name__ == "__main__":
    run(main)
