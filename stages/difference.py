"""difference: transform each series and take its lag differences."""

import pandas as pd

from statecast.artifacts.frames import read_long
from statecast.base.errors import require, shown
from statecast.base.files import write_frame, write_json
from statecast.base.paths import DIFFERENCED, INVERSE, SERIES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.data.inverse import Inverse, forward
from statecast.data.series import require_rows
from statecast.data.transforms import power_of, require_positive
from statecast.params.difference import DifferenceParams
from statecast.params.download import DownloadParams
from statecast.params.frame import FrameParams


@stage(DifferenceParams)
def main() -> None:
    """Write ``unique_id, ds, y`` and the features, and what undoes the changes of y."""
    params = load(DifferenceParams)
    lost = params.rows_lost()
    is_untouched = lost == 0 and params.transform == "none"
    frame = read_long(SERIES, symbols=is_untouched)
    require_rows(frame, lost + 1, "`lags` take the others")
    if is_untouched:
        write_frame(frame, DIFFERENCED)
        write_json(Inverse((), "none", {}).as_json(), INVERSE)
        return
    require_numbers(frame, params)
    inverse = inverse_of(frame, params, load(FrameParams).held_out())
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
    for name, rows in frame.groupby("unique_id", sort=False):
        y = rows["y"].to_numpy(float)
        where = f"series {shown(name)}"
        require_positive(y, params.transform, where, rows["ds"].tolist())
        if params.transform == "boxcox":
            training = y[: max(0, len(y) - held_out)]
            power[str(name)] = power_of(training, where)
    return Inverse(tuple(params.lags), params.transform, power)


def differenced(frame: pd.DataFrame, inverse: Inverse) -> pd.DataFrame:
    """Return the frame with y transformed and differenced, without rows that have no difference."""
    parts = []
    for name, rows in frame.groupby("unique_id", sort=False):
        y = forward(rows["y"].to_numpy(float), inverse, str(name))
        parts.append(rows.iloc[sum(inverse.lags) :].assign(y=y))
    return pd.concat(parts)


if __name__ == "__main__":
    run(main)
