"""difference: transform each series and take its lag differences."""

from pathlib import Path

import pandas as pd

from statecast.base.errors import require
from statecast.base.files import read_frame, write_frame, write_json
from statecast.base.stage import run
from statecast.data.inverse import Inverse, forward, inverse_content
from statecast.data.series import require_rows
from statecast.data.transforms import Transform, power_of, require_positive
from statecast.params.frame import Frame
from statecast.params.section import Count, Section, load_section


class Difference(Section):
    """What evens out the variance, and the lags of the differences, taken one after the other; [] takes none."""

    lags: list[Count]
    transform: Transform = "none"


def inverse_of(frame: pd.DataFrame, section: Difference, held_out: int) -> Inverse:
    """Return what is done to each series; a power comes from the rows before the ``held_out`` last ones alone."""
    power: dict[str, float] = {}
    for name, part in frame.groupby("unique_id", sort=False):
        y, where = part["y"].to_numpy(float), f"series {name!r}"
        require_positive(y, section.transform, where, part["ds"].tolist())
        if section.transform == "boxcox":
            power[str(name)] = power_of(y[: max(0, len(y) - held_out)], where)
    return inverse_content(section.lags, section.transform, power)


def main(series: Path, differenced: Path, inverse_path: Path) -> None:
    """Write ``differenced`` (``unique_id,ds,y`` and the features) and ``inverse_path``, what is needed to undo it."""
    section = load_section(Difference, "difference")
    first = sum(section.lags)
    untouched = first == 0 and section.transform == "none"
    frame = read_frame(series, symbols=untouched)
    require_rows(frame, first + 1, "params.yaml: difference.lags take the others")
    if untouched:
        write_frame(frame, differenced)
        write_json(inverse_content(section.lags), inverse_path)
        return
    is_number = pd.api.types.is_numeric_dtype(frame["y"])
    key, found = ("lags", section.lags) if first else ("transform", section.transform)
    require(is_number, f"params.yaml: difference.{key}", "be left out ([], none) for a series of symbols", found)
    inverse = inverse_of(frame, section, load_section(Frame, "frame").held_out())
    parts = [
        part.iloc[first:].assign(y=forward(part["y"].to_numpy(float), inverse, str(name)))
        for name, part in frame.groupby("unique_id", sort=False)
    ]
    write_frame(pd.concat(parts), differenced)
    write_json(inverse, inverse_path)


if __name__ == "__main__":
    run(main)
