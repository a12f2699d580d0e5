"""Rows and words of a Markdown text."""

from collections.abc import Iterable, Sequence
from typing import Any


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the lines of a table and an empty one; numbers stand at the right."""
    columns = list(rows[0])
    rules = [_rule(rows[0][column]) for column in columns]
    lines = [_line(columns), f"|{'|'.join(rules)}|"]
    lines += [_line(row[column] for column in columns) for row in rows]
    return [*lines, ""]


def p_text(p: float) -> str:
    """Return a p-value for a sentence."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def p_cell(p: float) -> str:
    """Return a p-value for a table."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def mean_and_std(mean: float, std: float) -> str:
    """Return both with one decimal."""
    return f"{mean:.1f} ± {std:.1f}"


def _rule(value: object) -> str:
    return "---:" if isinstance(value, int | float) else "---"


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
