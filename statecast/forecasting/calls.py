"""Forecast with trained networks at any batch size, the state in plain sight. No TensorFlow.

Shape letters: N rows, K calls, M places of a call, L lanes; the others as in ``statecast.network.network``.
"""

import numpy as np

from statecast.network.lanes import IDLE, Calls
from statecast.network.network import NUMPY, LayerState, Network, State, Weights, activate, lifted, step, zero_state


def forecast(network: Network, weights: Weights, x: np.ndarray, plan: Calls) -> np.ndarray:
    """Return the forecast of each row that the plan visits, NaN for the others.

    Args:
        network: what the weights belong to.
        weights: in Keras's order, each [R, ...].
        x: inputs of all rows [N, F].
        plan: calls from ``statecast.network.lanes``; every lane starts from the zero state.

    Returns:
        [R, N, O]

    """
    repeats, weights = len(weights[0]), lifted(weights)
    y = np.full((repeats, len(x), network.outputs), np.nan, np.float32)
    bank = zero_state(network, repeats, int(plan.lane.max(initial=0)) + 1)
    x = np.asarray(x, np.float32)
    for rows, lanes, reset in zip(*plan, strict=True):
        used = rows != IDLE
        state = _take(bank, lanes, reset)
        inputs = np.where(used[:, None], x[rows], np.float32(0))
        z, state = step(NUMPY, network, weights, inputs[None], state)
        y[:, rows[used]] = activate(NUMPY, network.head, z)[:, used]
        _put(bank, lanes[used], state, used)
    return y


def _take(bank: State, lanes: np.ndarray, reset: np.ndarray) -> State:
    keep = ~reset[:, None]
    return tuple(LayerState(*(part[:, lanes] * keep for part in layer)) for layer in bank)


def _put(bank: State, lanes: np.ndarray, state: State, used: np.ndarray) -> None:
    for layer, new in zip(bank, state, strict=True):
        for part, value in zip(layer, new, strict=True):
            part[:, lanes] = value[:, used]
