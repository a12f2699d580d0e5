"""How well symbols are recalled, and what a network says comes next."""

from typing import Any

import numpy as np
import pandas as pd

from statecast.evaluation.measures import summary
from statecast.forecasting.forecaster import Forecaster
from statecast.network.network import Network, Weights
from statecast.network.rows import Series

Recalled = tuple[np.ndarray, np.ndarray]  # expected [N] and predicted [R, N], places in the alphabet


def recall_measures(sequences: list[Recalled]) -> dict[str, Any]:
    """Return accuracy over all transitions and on the last of each sequence, and the shares of repeats without error.

    Accuracies are summaries over repeats; chance on the last transition is 1 / number of sequences.
    """
    right = [predicted == expected for expected, predicted in sequences]
    every = np.concatenate(right, axis=1)
    last = np.stack([one[:, -1] for one in right], axis=1)
    return {
        "accuracy": summary(every.mean(axis=1)),
        "accuracy_last": summary(last.mean(axis=1)),
        "share_all_right": float(every.all(axis=1).mean()),
        "share_last_right": float(last.all(axis=1).mean()),
    }


def what_comes_next(network: Network, weights: Weights, given: np.ndarray, steps: int) -> np.ndarray:
    """Return the symbols [R, steps] that networks go on with, each fed its own output back.

    Args:
        network: inputs and outputs are one-hot over one alphabet.
        weights: in Keras's order, each [R, ...].
        given: the known symbols, one-hot [N, A], from the first.
        steps: how many symbols follow.

    """
    found = []
    for repeat in range(len(weights[0])):
        forecaster = Forecaster(network, [array[repeat : repeat + 1] for array in weights], 1)
        for row in given:
            outputs = forecaster(row[None])
        symbols = []
        for _ in range(steps):
            symbols.append(int(outputs[0, 0].argmax()))
            outputs = forecaster(np.eye(given.shape[1])[symbols[-1:]])
        found.append(symbols)
    return np.array(found)


def memory_trace(network: Network, weights: Weights, one: Series) -> pd.DataFrame:
    """Return ``unique_id, ds, unit, forget, carry`` of the first layer of one repeat, at each row of a sequence.

    Args:
        network: of LSTM layers.
        weights: of one repeat, each [1, ...].
        one: the sequence.

    """
    forecaster = Forecaster(network, weights, 1)
    frames = []
    for ds, row in zip(one.ds, one.x, strict=True):
        forget = forecaster.forget_gates(row[None])[0, 0]
        forecaster(row[None])
        carry = forecaster.state[0].carry[0, 0]
        units = np.arange(1, len(carry) + 1)
        frames.append(
            pd.DataFrame({"unique_id": one.unique_id, "ds": ds, "unit": units, "forget": forget, "carry": carry})
        )
    return pd.concat(frames)
