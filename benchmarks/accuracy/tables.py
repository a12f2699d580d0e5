"""Tables of docs/accuracy.md."""

from collections.abc import Iterable, Sequence

import pandas as pd


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table; figures are on the right."""
    bars = "|".join(["---", *["---:"] * (len(heads) - 1)])
    return [f"| {' | '.join(heads)} |", f"|{bars}|", *(f"| {' | '.join(row)} |" for row in rows)]


def figure(value: float, digits: int) -> str:
    """Return a number in words; nothing where there is none."""
    return "" if pd.isna(value) else f"{value:.{digits}f}"
