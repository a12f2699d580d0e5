"""The split at the end of each series: training, validation and test rows, and folds."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Ints
from statecast.base.errors import require
from statecast.base.identity import PARTS, WHOLE
from statecast.data.groups import groups_of_series


class Split(NamedTuple):
    """Rows of the three parts, each oldest first within a series and fold."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame


def split_rows(framed: pd.DataFrame, *, validation_size: int, test_size: int) -> Split:
    """Return the parts: the last rows of each series, those before them, and the rest.

    Args:
        framed: ``unique_id, ds``, inputs and y.
        validation_size: rows before the test rows.
        test_size: rows at the end.

    Returns:
        The parts with a column ``fold``, 0 in every row.

    """
    return _parts(with_fold(framed, WHOLE), validation_size, test_size)


def split_folds(framed: pd.DataFrame, *, validation_size: int, test_size: int, folds: int) -> Split:
    """Return the parts of each series and, after them, those of its folds.

    A series trains on all rows before its last ``test_size`` and has no validation rows. Each of
    its folds validates on ``validation_size`` of these rows, the last fold on the last of them, and
    trains on the rows before.

    Args:
        framed: ``unique_id, ds``, inputs and y.
        validation_size: rows of each fold's validation, 1 or more.
        test_size: rows at the end of a series.
        folds: how many, 1 or more.

    Returns:
        The parts with a column ``fold``: 0 for the series itself, 1 ... ``folds``, the oldest
        first.

    """
    groups = groups_of_series(framed)
    order = groups.order
    from_end = (groups.sizes[groups.number] - 1) - groups.positions - test_size
    rows: dict[str, list[Ints]] = {"train": [order[from_end >= 0]], "test": [order[from_end < 0]]}
    rows["validation"] = [order[:0]]
    for fold in range(1, folds + 1):
        later = (folds - fold) * validation_size  # rows that only later folds know
        rows["train"].append(order[from_end >= later + validation_size])
        is_validation = (from_end >= later) & (from_end < later + validation_size)
        rows["validation"].append(order[is_validation])
    number = np.empty(len(framed), np.int64)
    number[order] = groups.number
    return Split(*(_by_series(framed, number, rows[part]) for part in PARTS))


def _by_series(framed: pd.DataFrame, number: Ints, rows: Sequence[Ints]) -> pd.DataFrame:
    """Return the rows of each fold with a column ``fold``, those of a series together.

    Args:
        framed: all rows [N].
        number: of the series of each of these [N].
        rows: those of the series, and then those of each fold.

    """
    fold = np.repeat(np.arange(len(rows)), [len(own) for own in rows])
    every = np.concatenate(rows)
    order = np.lexsort((fold, number[every]))  # stable: rows stay in the order of time
    taken = framed.take(every[order]).reset_index(drop=True)
    taken.insert(1, "fold", fold[order])
    return taken


def split_sequences(framed: pd.DataFrame, *, test_size: int) -> Split:
    """Return the parts where whole series are held out: the last ones are test rows.

    Args:
        framed: ``unique_id, ds``, inputs and y.
        test_size: series at the end.

    Returns:
        The parts with a column ``fold``, 0 in every row; there are no validation rows.

    Raises:
        StatecastError: no series is left to train on.

    """
    rows = with_fold(framed, WHOLE)
    names = rows["unique_id"].unique()
    must = f"be below {len(names)}, the sequences that there are"
    require(test_size < len(names), "`test_size`", must, test_size)
    is_test = rows["unique_id"].isin(names[len(names) - test_size :])
    return Split(rows[~is_test], rows.iloc[:0], rows[is_test])


def with_fold(rows: pd.DataFrame, fold: int) -> pd.DataFrame:
    """Return rows with their fold in the second column."""
    columns = rows.drop(columns="fold", errors="ignore")
    columns.insert(1, "fold", fold)
    return columns


def _parts(rows: pd.DataFrame, validation_size: int, test_size: int) -> Split:
    from_end = rows.groupby("unique_id", sort=False).cumcount(ascending=False)
    is_test = from_end < test_size
    is_validation = ~is_test & (from_end < test_size + validation_size)
    return Split(rows[~is_test & ~is_validation], rows[is_validation], rows[is_test])
