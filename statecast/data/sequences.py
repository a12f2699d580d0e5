"""Sequences of symbols whose last symbol can only be told by remembering the first."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

ROW_BYTES = 300  # of a symbol: in a list, in a row of three values, in a frame


def memory_of_recall(cues: int, middle_length: int) -> dict[str, int]:
    """Return what recall sequences take in memory, in words, and its bytes."""
    return {"the symbols of `middle_length` and `cues`": cues * (middle_length + 3) * ROW_BYTES}


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
        cues: a cue is the first and the last symbol of a sequence.
        middle_symbols: the middle part repeats them; it is the same in all sequences.
        middle_length: symbols of the middle part.
        marker: stands before the last symbol and says that now is the time to recall; None: no
            marker.
        seed: of random draws from the symbols, which then make the middle part; None: no draws.

    """
    if seed is None:
        middle = list(itertools.islice(itertools.cycle(middle_symbols), middle_length))
    else:
        generator = np.random.default_rng(seed)
        middle = generator.choice(middle_symbols, middle_length).tolist()
    recall = [] if marker is None else [marker]
    return [[cue, *middle, *recall, cue] for cue in cues]


def sequence_frame(sequences: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Return ``unique_id, ds, y``; sequences and the symbols within each are numbered from 1."""
    rows = []
    for number, sequence in enumerate(sequences, 1):
        rows += [(str(number), ds, symbol) for ds, symbol in enumerate(sequence, 1)]
    return pd.DataFrame(rows, columns=["unique_id", "ds", "y"])
