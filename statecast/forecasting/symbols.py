"""How a sequence of symbols goes on: each network is fed its own symbols back.

Shape letters: R repeats, N rows, L lookback, A symbols of the alphabet, K known symbols.
"""

import numpy as np

from statecast.base.arrays import Floats, Ints
from statecast.base.errors import require
from statecast.forecasting.bank import Bank
from statecast.forecasting.calls import advance
from statecast.forecasting.rebatched import Rebatched
from statecast.network.lanes import IDLE, Walk
from statecast.network.network import lifted
from statecast.network.rows import SeriesRows


def inputs_of(sequence: SeriesRows) -> Floats:
    """Return the symbols that each row is given, one-hot [N, L, A], the oldest first."""
    rows, symbols = sequence.y.shape
    return sequence.x.reshape(rows, -1, symbols)


def whole_sequence(sequence: SeriesRows) -> Floats:
    """Return all symbols of a sequence, one-hot [L + N, A]: the inputs of row 0, then each y."""
    return np.concatenate([inputs_of(sequence)[0], sequence.y])


def what_comes_next(
    networks: Rebatched, sequence: SeriesRows, steps: int, known: int | None = None
) -> Ints:
    """Return the symbols [R, steps] that networks go on with; each is fed its own symbols.

    A row goes on from the state that walk-forward gives it, the rows after the last one too.

    Args:
        networks: trained and rebatched; inputs and outputs are one-hot over one alphabet.
        sequence: its rows.
        steps: how many symbols follow.
        known: symbols given, from the first, L or more; None or more than there are: all.

    Raises:
        StatecastError: fewer symbols are known than a row takes, or the first row that is to
            forecast was left out in training.

    """
    given = whole_sequence(sequence)[:known]  # [K, A]
    lookback = inputs_of(sequence).shape[1]
    require(len(given) >= lookback, "`known`", f"be at least {lookback}, `lookback`", known)
    first = len(given) - lookback  # the row that says the first symbol that is not known
    walk = networks.walk(_with_later_rows(sequence, steps))
    must = "be later than the rows left out in training"
    require(steps == 0 or walk.lane[first] != IDLE, "`known`", must, known)

    weights = lifted(networks.ensemble.weights_of(sequence.key))
    network = networks.ensemble.network
    repeats = len(weights[0])
    bank = Bank(network, repeats, int(walk.lane.max(initial=0)) + 1)
    one_hot = np.eye(given.shape[1], dtype=np.float32)
    symbols = np.zeros((repeats, len(given) + steps), int)
    symbols[:, : len(given)] = given.argmax(axis=1)
    for row in _rows_in_lanes(walk, first + steps):
        after = row + lookback  # the place of the symbol that the row says
        x = one_hot[symbols[:, row:after]].reshape(repeats, 1, -1)
        outputs = advance(network, weights, x, bank, walk.lane[[row]], walk.reset[[row]])
        if row >= first:
            symbols[:, after] = outputs[:, 0].argmax(axis=1)
    return symbols[:, len(given) :]


def _with_later_rows(sequence: SeriesRows, count: int) -> SeriesRows:
    """Return a sequence with rows after its end, of which nothing is known."""
    train, validation, test = sequence.sizes
    unknown = np.full((count, sequence.y.shape[1]), np.nan)
    return sequence._replace(
        y=np.concatenate([sequence.y, unknown]),
        sizes=(train, validation, test + count),
        test_is_train=False,
    )


def _rows_in_lanes(walk: Walk, stop: int) -> list[int]:
    """Return the rows before ``stop`` that no lane leaves out."""
    in_lane = np.flatnonzero(walk.lane[:stop] != IDLE)
    return [int(row) for row in in_lane]
