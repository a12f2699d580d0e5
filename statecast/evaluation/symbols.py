"""How well symbols are recalled, and what a network says comes next.

Shape letters: R repeats, N transitions of a sequence, A symbols of the alphabet.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Bools, Floats, Ints
from statecast.evaluation.measures import spread
from statecast.evaluation.scores import Scores
from statecast.forecasting.forecaster import Forecaster
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.walk_forward import walk_forward
from statecast.network.network import Network, Weights
from statecast.network.rows import SeriesRows

TRACE_COLUMNS = ["unique_id", "ds", "unit", "forget", "carry"]


class Recalled(NamedTuple):
    """What comes next in a sequence, and what each network says; a symbol is its number."""

    expected: Ints  # [N]
    predicted: Ints  # [R, N]

    def is_right(self) -> Bools:
        """Return whether each prediction is right [R, N]."""
        return self.predicted == self.expected


class Accuracy(NamedTuple):
    """The share of right predictions of each repeat."""

    every: Floats  # [R], over all transitions
    last: Floats  # [R], over the last ones of the sequences


def recalled_by(networks: Rebatched, sequence: SeriesRows) -> Recalled:
    """Return the expected and the predicted symbols of a sequence's test rows.

    Raises:
        StatecastError: as ``walk_forward``.

    """
    outputs = walk_forward(networks, sequence, "test")  # [R, N, A]
    expected = sequence.y[sequence.part("test")]
    return Recalled(expected.argmax(axis=1), outputs.argmax(axis=2))


def accuracy_of(recalled: Sequence[Recalled]) -> Accuracy:
    """Return the accuracy of each repeat over some sequences."""
    is_right = [sequence.is_right() for sequence in recalled]
    every = np.concatenate(is_right, axis=1)  # [R, transitions of all sequences]
    last = np.stack([sequence[:, -1] for sequence in is_right], axis=1)  # [R, sequences]
    return Accuracy(every.mean(axis=1), last.mean(axis=1))


def recall_scores(recalled: Sequence[Recalled]) -> Scores:
    """Return how often symbols are recalled.

    Returns:
        The spread over repeats of the accuracy over all transitions and on the last of each
        sequence, where chance is 1 / number of sequences. The shares of repeats without an error on
        either.

    """
    accuracy = accuracy_of(recalled)
    return {
        "accuracy": spread(accuracy.every),
        "accuracy_last": spread(accuracy.last),
        "share_all_right": float((accuracy.every == 1).mean()),
        "share_last_right": float((accuracy.last == 1).mean()),
    }


def recall_headline(scores: Scores) -> Scores:
    """Return the figures that people sort experiments by."""
    return {
        "accuracy": {"mean": scores["accuracy"]["mean"]},
        "accuracy_last": {"mean": scores["accuracy_last"]["mean"]},
        "share_all_right": scores["share_all_right"],
        "share_last_right": scores["share_last_right"],
    }


def what_comes_next(network: Network, weights: Weights, given: Floats, steps: int) -> Ints:
    """Return the symbols [R, steps] that networks go on with; each is fed its own outputs.

    Args:
        network: inputs and outputs are one-hot over one alphabet.
        weights: in Keras's order, each [R, ...].
        given: the known symbols, one-hot [N, A], from the first.
        steps: how many symbols follow.

    """
    repeats = len(weights[0])
    by_repeat = [
        _goes_on(network, [weight[[repeat]] for weight in weights], given, steps)
        for repeat in range(repeats)
    ]
    return np.array(by_repeat)


def memory_trace(network: Network, weights: Weights, sequence: SeriesRows) -> pd.DataFrame:
    """Return the forget gates and carries of the first layer of one repeat along a sequence.

    Args:
        network: of LSTM layers.
        weights: of one repeat, each [1, ...].
        sequence: its rows.

    Returns:
        ``unique_id, ds, unit, forget, carry``

    """
    forecaster = Forecaster(network, weights, 1)
    frames = []
    for ds, row in zip(sequence.ds, sequence.x, strict=True):
        forget = forecaster.forget_gates(row[None])[0, 0]
        forecaster(row[None])
        carry = forecaster.state[0].carry[0, 0]
        units = np.arange(1, len(carry) + 1)
        columns = {
            "unique_id": sequence.key.unique_id,
            "ds": ds,
            "unit": units,
            "forget": forget,
            "carry": carry,
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames)


def _goes_on(network: Network, weights: Weights, given: Floats, steps: int) -> list[int]:
    """Return the symbols that one network goes on with."""
    forecaster = Forecaster(network, weights, 1)
    for row in given:
        outputs = forecaster(row[None])  # [1, 1, A]
    one_hot = np.eye(given.shape[1])
    symbols: list[int] = []
    for _ in range(steps):
        symbol = int(outputs[0, 0].argmax())
        symbols.append(symbol)
        outputs = forecaster(one_hot[[symbol]])
    return symbols
