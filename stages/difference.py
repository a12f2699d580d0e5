"""difference: take lag differences of each series."""

from pathlib import Path

import pandas as pd

from statecast.base.command import run
from statecast.base.errors import require
from statecast.base.params import Count, Section, load_section
from statecast.base.storage import read_frame, write_frame, write_json
from statecast.data.differencing import difference
from statecast.data.series import require_rows


class Difference(Section):
    """Lags of the differences, taken one after the other; [] leaves the series alone."""

    lags: list[Count]


def main(series: Path, differenced: Path, inverse: Path) -> None:
    """Write ``differenced`` (``unique_id,ds,y``) and ``inverse``, what is needed to undo it."""
    section = load_section(Difference, "difference")
    first = sum(section.lags)
    frame = read_frame(series, symbols=first == 0)
    require_rows(frame, first + 1, "params.yaml: difference.lags take the others")
    if first == 0:
        write_frame(frame, differenced)
        write_json({"lags": section.lags}, inverse)
        return
    is_number = pd.api.types.is_numeric_dtype(frame["y"])
    require(is_number, "params.yaml: difference.lags", "be [] for a series of symbols", section.lags)
    parts = [
        part.iloc[first:].assign(y=difference(part["y"].to_numpy(float), section.lags))
        for _, part in frame.groupby("unique_id", sort=False)
    ]
    write_frame(pd.concat(parts), differenced)
    write_json({"lags": section.lags}, inverse)


if __name__ == "__main__":
    run(main)
