"""Sequences of symbols whose last symbol can only be told by remembering the first."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def recall_sequences(
    cues: Sequence[str],
    middle_symbols: Sequence[str],
    middle_length: int,
    *,
    marker: str | None = None,
    seed: int | None = None,
) -> list[list[str]]:
    """Return for each cue the sequence cue, middle part, marker, cue.

    Args:
        cues: first and last symbol of each sequence.
        middle_symbols: the middle part, the same in all sequences, repeats these.
        middle_length: symbols of the middle part.
        marker: stands before the last symbol and says that now is the time to recall; None: no marker.
        seed: draws the middle part from the symbols at random instead.

    """
    middle = [middle_symbols[place % len(middle_symbols)] for place in range(middle_length)]
    if seed is not None:
        middle = np.random.default_rng(seed).choice(middle_symbols, middle_length).tolist()
    return [[cue, *middle, *([marker] if marker else []), cue] for cue in cues]


def sequence_frame(sequences: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Return ``unique_id, ds, y``: sequences are numbered from 1, symbols from 1 within each."""
    rows = [
        (str(number), place, symbol)
        for number, sequence in enumerate(sequences, 1)
        for place, symbol in enumerate(sequence, 1)
    ]
    return pd.DataFrame(rows, columns=["unique_id", "ds", "y"])
