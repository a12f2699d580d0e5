"""How well symbols are recalled, and what a memory holds along the way.

Shape letters: R repeats, N transitions of a sequence, A symbols of the alphabet.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Bools, Floats, Ints
from statecast.evaluation.measures import spread
from statecast.evaluation.scores import Scores
from statecast.forecasting.bank import Bank
from statecast.forecasting.forecaster import Forecaster
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.walk_forward import walk_forward
from statecast.network.lanes import IDLE
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


def recalled_by(networks: Rebatched, sequence: SeriesRows, part: str = "test") -> Recalled:
    """Return the expected and the predicted symbols of the rows of a sequence's part.

    Raises:
        StatecastError: as ``walk_forward``.

    """
    [outputs] = walk_forward(networks, [sequence], part)  # [R, N, A]
    expected = sequence.y[sequence.part(part)]
    return Recalled(expected.argmax(axis=1), outputs.argmax(axis=2))


def accuracy_of(recalled: Sequence[Recalled]) -> Accuracy:
    """Return the accuracy of each repeat over some sequences."""
    is_right = [sequence.is_right() for sequence in recalled]
    every = np.concatenate(is_right, axis=1)  # [R, transitions of all sequences]
    last = np.stack([sequence[:, -1] for sequence in is_right], axis=1)  # [R, sequences]
    return Accuracy(every.mean(axis=1), last.mean(axis=1))


def trained_beside(series: Sequence[SeriesRows]) -> list[SeriesRows]:
    """Return the sequences that were trained on if others were held out whole; else none."""
    trained = [rows for rows in series if rows.count("train")]
    return trained if len(trained) < len(series) else []


def recall_scores(recalled: Sequence[Recalled], trained: Sequence[Recalled] = ()) -> Scores:
    """Return how often symbols are recalled.

    Args:
        recalled: of the test rows.
        trained: of the sequences that were trained on, where ``recalled`` has none of them.

    Returns:
        The spread over repeats of the accuracy over all transitions and on the last of each
        sequence, where chance is 1 / number of cues. The shares of repeats without an error on
        either. All of it for ``trained`` too, where there are such.

    """
    scores = _scores(recalled)
    return {**scores, "trained": _scores(trained)} if trained else scores


def _scores(recalled: Sequence[Recalled]) -> Scores:
    accuracy = accuracy_of(recalled)
    return {
        "accuracy": spread(accuracy.every),
        "accuracy_last": spread(accuracy.last),
        "share_all_right": float((accuracy.every == 1).mean()),
        "share_last_right": float((accuracy.last == 1).mean()),
    }


def recall_headline(scores: Scores) -> Scores:
    """Return the figures that people sort experiments by."""
    headline = _headline(scores)
    return (
        {**headline, "trained": _headline(scores["trained"])} if "trained" in scores else headline
    )


def _headline(scores: Scores) -> Scores:
    return {
        "accuracy": {"mean": scores["accuracy"]["mean"]},
        "accuracy_last": {"mean": scores["accuracy_last"]["mean"]},
        "share_all_right": scores["share_all_right"],
        "share_last_right": scores["share_last_right"],
    }


def memory_trace(networks: Rebatched, sequence: SeriesRows, repeat: int) -> pd.DataFrame:
    """Return the forget gates and carries of the first layer of one repeat along a sequence.

    Args:
        networks: of LSTM layers.
        sequence: its rows.
        repeat: which one, counted from 0.

    Returns:
        ``unique_id, ds, unit, forget, carry``: the gates at the last step of each row, and the
        carries after it. A row that was left out in training has none.

    """
    ensemble = networks.ensemble
    weights = [weight[[repeat]] for weight in ensemble.weights_of(sequence.key)]
    forecaster = Forecaster(ensemble.network, weights, 1)
    walk = networks.walk(sequence)
    bank = Bank(ensemble.network, 1, int(walk.lane.max(initial=0)) + 1)
    frames = []
    for row in np.flatnonzero(walk.lane != IDLE).tolist():
        lane = walk.lane[[row]]
        inputs = sequence.x[[row]]
        forecaster.state = bank.take(lane, walk.reset[[row]])
        forget = forecaster.forget_gates(inputs)[0, 0]
        forecaster(inputs)
        bank.put(lane, forecaster.state)
        carry = forecaster.state[0].carry[0, 0]
        columns = {
            "unique_id": sequence.key.unique_id,
            "ds": sequence.ds[row],
            "unit": np.arange(1, len(carry) + 1),
            "forget": forget,
            "carry": carry,
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames)
