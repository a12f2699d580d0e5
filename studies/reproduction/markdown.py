"""Rows and words of a Markdown text."""

from collections.abc import Sequence
from typing import Any


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return the lines of a table and an empty one; numbers stand at the right."""
    columns = list(rows[0])
    align = ["---:" if isinstance(rows[0][column], int | float) else "---" for column in columns]
    lines = ["| " + " | ".join(columns) + " |", "|" + "|".join(align) + "|"]
    return [*lines, *("| " + " | ".join(str(row[column]) for column in columns) + " |" for row in rows), ""]


def p_text(p: float) -> str:
    """Return a p-value for a sentence."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def p_cell(p: float) -> str:
    """Return a p-value for a table."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"
