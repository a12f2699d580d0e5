"""Sequences of symbols whose last symbol can only be told by remembering the first."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from statecast.base.errors import require

ROW_BYTES = 300  # of a symbol: in a list, in a row of three values, in a frame
LONG = 64  # symbols of a middle part that are enough for more of them than anybody asks for


def memory_of_recall(count: int, middle_length: int) -> dict[str, int]:
    """Return what a number of recall sequences take in memory, in words, and its bytes."""
    symbols = count * (middle_length + 3)
    what = "the symbols of `middle_length` and `cues`, or `random_sequences`"
    return {what: symbols * ROW_BYTES}


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
    return [_recall(cue, middle, marker) for cue in cues]


def random_sequences(
    count: int,
    cues: Sequence[str],
    middle_symbols: Sequence[str],
    middle_length: int,
    *,
    seed: int,
    marker: str | None = None,
) -> list[list[str]]:
    """Return sequences cue, middle part, marker, cue, each with a middle part of its own.

    Args:
        count: how many.
        cues: they take turns.
        middle_symbols: what a middle part is drawn from.
        middle_length: symbols of a middle part.
        seed: of the draws.
        marker: stands before the last symbol; None: no marker.

    Raises:
        StatecastError: there are no cues, or fewer than twice as many middle parts as are wanted.

    """
    require(len(cues) > 0, "`cues`", "hold symbols for random sequences", "none")
    possible = len(set(middle_symbols)) ** min(middle_length, LONG)
    must = "be at most half of the different middle parts that there are"
    require(2 * count <= possible, "`random_sequences`", must, f"{count} of {possible}")
    middles = itertools.islice(_different_middles(middle_symbols, middle_length, seed), count)
    return [
        _recall(cue, middle, marker)
        for cue, middle in zip(itertools.cycle(cues), middles, strict=False)
    ]


def _different_middles(symbols: Sequence[str], length: int, seed: int) -> Iterator[list[str]]:
    """Yield middle parts drawn at random, none twice."""
    generator = np.random.default_rng(seed)
    drawn: set[tuple[str, ...]] = set()
    while True:
        middle = generator.choice(symbols, length).tolist()
        if tuple(middle) not in drawn:
            drawn.add(tuple(middle))
            yield middle


def _recall(cue: str, middle: Sequence[str], marker: str | None) -> list[str]:
    recall = [] if marker is None else [marker]
    return [cue, *middle, *recall, cue]


def sequence_frame(sequences: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Return ``unique_id, ds, y``; sequences and the symbols within each are numbered from 1."""
    rows = []
    for number, sequence in enumerate(sequences, 1):
        rows += [(str(number), ds, symbol) for ds, symbol in enumerate(sequence, 1)]
    return pd.DataFrame(rows, columns=["unique_id", "ds", "y"])
