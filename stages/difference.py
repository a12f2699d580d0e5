"""difference: transform each series and take its lag differences."""

import numpy as np
import pandas as pd

from statecast.artifacts.frames import read_long
from statecast.base.errors import require, shown
from statecast.base.files import write_frame, write_json
from statecast.base.paths import DIFFERENCED, INVERSE, SERIES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.data.groups import groups_of_series
from statecast.data.inverse import Inverse, forward
from statecast.data.series import require_rows, without_short
from statecast.data.transforms import power_of, require_positive
from statecast.params.difference import DifferenceParams
from statecast.params.download import DownloadParams
from statecast.params.frame import FrameParams

NEEDED_FOR = "`lags`, `lookback`, `validation_size`, `test_size` and `least_train`"


@stage(DifferenceParams, FrameParams)
def main() -> None:
    """Write ``unique_id, ds, y`` and the features, and what undoes the changes of y.

    Series that are too short for a later stage are left out here, so that no later one knows them.
    """
    params = load(DifferenceParams)
    of_frame = load(FrameParams)
    lost = params.rows_lost()
    is_untouched = lost == 0 and params.transform == "none"
    frame = read_long(SERIES, symbols=is_untouched)
    if of_frame.short == "skip":
        frame = without_short(frame, lost + of_frame.rows_needed(), NEEDED_FOR)
    require_rows(frame, lost + 1, "`lags` take the others")
    if is_untouched:
        write_frame(frame, DIFFERENCED)
        write_json(Inverse((), "none", {}).as_json(), INVERSE)
        return
    require_numbers(frame, params)
    inverse = inverse_of(frame, params, of_frame.held_out())
    write_frame(differenced(frame, inverse), DIFFERENCED)
    write_json(inverse.as_json(), INVERSE)


def require_numbers(frame: pd.DataFrame, params: DifferenceParams) -> None:
    """Check that y has numbers, because it is to be differenced or transformed.

    Raises:
        StatecastError: y has symbols, and a key asks to change them.

    """
    has_symbols = load(DownloadParams).values == "symbols"  # which may be digits
    is_number = pd.api.types.is_numeric_dtype(frame["y"]) and not has_symbols
    key = "lags" if params.lags else "transform"
    must = "be left out ([], none) for a series of symbols"
    require(is_number, f"`{key}`", must, getattr(params, key))


def inverse_of(frame: pd.DataFrame, params: DifferenceParams, held_out: int) -> Inverse:
    """Return what is done to each series.

    A power comes from training rows alone: those before the last ``held_out`` rows.
    """
    power: dict[str, float] = {}
    if params.transform == "none":
        return Inverse(tuple(params.lags), params.transform, power)
    groups = groups_of_series(frame)
    y = frame["y"].to_numpy(float)[groups.order]
    ds = frame["ds"].to_numpy()[groups.order]
    names = frame["unique_id"].to_numpy()[groups.first_rows]
    for name, rows in zip(names, groups.slices(), strict=True):
        where = f"series {shown(name)}"
        require_positive(y[rows], params.transform, where, ds[rows])
        if params.transform == "boxcox":
            training = y[rows][: max(0, len(y[rows]) - held_out)]
            power[name] = power_of(training, where)
    return Inverse(tuple(params.lags), params.transform, power)


def differenced(frame: pd.DataFrame, inverse: Inverse) -> pd.DataFrame:
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


if __name__ == "__main__":
    run(main)
