"""The split at the end of each series: training, validation and test rows, and folds."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from statecast.base.errors import require
from statecast.base.identity import WHOLE


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
    splits: list[Split] = []
    for _, series in framed.groupby("unique_id", sort=False):
        whole = split_rows(series, validation_size=0, test_size=test_size)
        splits.append(whole)
        splits += _folds(whole.train, validation_size, folds)
    return Split(*(pd.concat(part, ignore_index=True) for part in zip(*splits, strict=True)))


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


def _folds(rows: pd.DataFrame, validation_size: int, folds: int) -> Iterator[Split]:
    for fold in range(1, folds + 1):
        later = (folds - fold) * validation_size  # rows that only later folds know
        known = rows.iloc[: len(rows) - later]
        yield _parts(with_fold(known, fold), validation_size, test_size=0)


def _parts(rows: pd.DataFrame, validation_size: int, test_size: int) -> Split:
    from_end = rows.groupby("unique_id", sort=False).cumcount(ascending=False)
    is_test = from_end < test_size
    is_validation = ~is_test & (from_end < test_size + validation_size)
    return Split(rows[~is_test & ~is_validation], rows[is_validation], rows[is_test])
