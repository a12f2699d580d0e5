"""What the verb best takes on series of one hundred to some thousand rows.

``python -m benchmarks.best_long`` writes benchmarks/results/best-long.csv, a row a series, and the
table at the end of docs/best.md. Three series come with statsmodels, one is made.
"""

import resource
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.accuracy.tables import figure, table
from benchmarks.best import DECIMALS, RESULTS, measured
from statecast.base.files import read_frame, write_frame, write_text

LONG = RESULTS.with_name("best-long.csv")
DOCUMENT = Path("docs/best.md")
SECTION = "## How long it takes\n"  # the last one of the document
HEADS = ["series", "rows", "best", "persistence", "AutoETS", "AutoTheta", "CPU s", "s", "MB"]
ERRORS = ("together", "persistence", "auto_ets", "auto_theta")
DAYS = 3650
YEAR = 365.25  # days
OF_A_WEEK = np.array([0.0, 2.0, 3.0, 3.0, 2.0, 6.0, 8.0])
KEPT = 0.7  # of an error on the day after
MEGABYTE = 1024  # units of ru_maxrss


class LongSeries(NamedTuple):
    """A series and what it is called."""

    name: str
    frame: pd.DataFrame  # ds, y


def main() -> None:
    """Measure all series, and write what was measured after each."""
    rows: list[dict[str, Any]] = []
    alone = ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1)
    with tempfile.TemporaryDirectory() as temporary, alone as pool:
        for own in series():
            path = Path(temporary) / "series.csv"
            write_frame(own.frame, path)
            row = pool.submit(measured_with_memory, path).result()
            rows.append({"series": own.name, **row})
            write_frame(pd.DataFrame(rows).round(DECIMALS), LONG)
            print(pd.DataFrame(rows).iloc[-1].to_dict(), flush=True)
    text = DOCUMENT.read_text(encoding="utf-8")
    write_text(with_table(text, lines_of(read_frame(LONG))), DOCUMENT)


def measured_with_memory(path: Path) -> dict[str, Any]:
    """Return what was measured of a file, and the most memory that this process had."""
    row = measured(path)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**row, "mb": most // MEGABYTE}


def series() -> Iterator[LongSeries]:
    """Yield the series, the shortest first."""
    datasets = import_module("statsmodels.datasets")  # has no types

    flow = datasets.nile.load_pandas().data
    yield LongSeries("flow of the Nile, yearly", _frame(_firsts(flow["year"]), flow["volume"]))
    wide = datasets.elnino.load_pandas().data.set_index("YEAR")
    months = pd.date_range(f"{int(wide.index[0])}-01-01", periods=wide.size, freq="MS")
    sea = _frame(months, wide.to_numpy(float).ravel())
    yield LongSeries("sea temperature of El Niño, monthly", sea)
    air = datasets.co2.load_pandas().data["co2"]
    yield LongSeries("carbon dioxide, weekly", _frame(air.index, air))
    days = pd.date_range("2015-01-01", periods=DAYS)
    yield LongSeries("made, daily", _frame(days, made(DAYS)))


def made(days: int) -> np.ndarray:
    """Return values with a trend, a season of a week and one of a year, and errors that last."""
    generator = np.random.default_rng(0)
    errors = np.zeros(days)
    for day in range(1, days):
        errors[day] = KEPT * errors[day - 1] + generator.normal()
    place = np.arange(days)
    of_the_year = np.sin(2 * np.pi * place / YEAR)
    of_the_week = OF_A_WEEK[place % len(OF_A_WEEK)] * (1 + 0.2 * of_the_year)
    return 200 + 0.01 * place + 20 * of_the_year + of_the_week + 3 * errors


def lines_of(rows: pd.DataFrame) -> list[str]:
    """Return the table of what was measured."""
    return table(HEADS, [_cells(row) for _, row in rows.iterrows()])


def with_table(text: str, lines: Sequence[str]) -> str:
    """Return a document with other lines for the table at its end."""
    before, heading, section = text.partition(SECTION)
    words = section.partition("\n| ")[0]
    return before + heading + words + "\n" + "\n".join(lines) + "\n"


def _cells(row: "pd.Series[Any]") -> list[str]:
    errors = [f"{row[name]:.4g}" for name in ERRORS]
    spent = [figure(row[name], 0) for name in ("processor_seconds", "seconds", "mb")]
    return [row["series"], f"{row['rows']:,}", *errors, *spent]


def _frame(ds: "pd.Index[Any] | pd.Series[Any]", y: Any) -> pd.DataFrame:
    days = pd.DatetimeIndex(ds).strftime("%Y-%m-%d")
    return pd.DataFrame({"ds": days, "y": np.asarray(y, float)})


def _firsts(years: "pd.Series[Any]") -> pd.DatetimeIndex:
    """Return the first day of each year."""
    return pd.DatetimeIndex([f"{int(year)}-01-01" for year in years])


if __name__ == "__main__":
    main()
