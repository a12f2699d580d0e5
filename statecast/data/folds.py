"""The names of the folds of a series: each is a series of its own, with a training and a validation part."""

import re

FOLD = re.compile(r"(.*) fold ([1-9]\d*)", re.DOTALL)


def fold_name(unique_id: str, fold: int) -> str:
    """Return the unique_id of a fold of a series, counted from 1, the oldest first."""
    return f"{unique_id} fold {fold}"


def fold_of(unique_id: str) -> tuple[str, int | None]:
    """Return the series that a unique_id belongs to, and which fold of it; None: the series itself."""
    found = FOLD.fullmatch(unique_id)
    return (found[1], int(found[2])) if found else (unique_id, None)
