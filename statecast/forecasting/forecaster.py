"""A network in use: rows in, forecasts out, the state in plain sight and in the caller's hands."""

import numpy as np

from statecast.base.errors import require
from statecast.network.network import (
    NUMPY,
    LayerState,
    Network,
    State,
    Weights,
    activate,
    gates,
    lifted,
    step,
    zero_state,
)


class Forecaster:
    """Networks of one shape at one batch size; ``state`` may be read, kept and set back."""

    def __init__(self, network: Network, weights: Weights, batch_size: int) -> None:
        """Start from the zero state.

        Args:
            network: what the weights belong to.
            weights: in Keras's order, each [R, ...].
            batch_size: rows of a call, M.

        """
        self.network, self.weights, self.batch_size = network, lifted(weights), batch_size
        self.state: State = zero_state(network, len(weights[0]), batch_size)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return forecasts [R, M, O] of rows x [M, F] and keep the state after them: place m goes on from place m.

        Raises StatecastError when x has another number of rows than the batch size.
        """
        what = f"have {self.batch_size} rows, the batch size it was built for"
        found = f"{len(x)}: rebatch it, params.yaml: rebatch.batch_size: {len(x)}"
        require(len(x) == self.batch_size, "a call of the network", what, found)
        inputs = np.asarray(x, np.float32)[None]
        z, self.state = step(NUMPY, self.network, self.weights, inputs, self.state)
        return np.asarray(activate(NUMPY, self.network.head, z))

    def forget_gates(self, x: np.ndarray) -> np.ndarray:
        """Return the forget gates [R, M, U] of the first layer, an LSTM, that a call with x would have."""
        kernel, recurrent_kernel, bias = self.weights[:3]
        hidden = self.state[0].hidden
        z = NUMPY.product(np.asarray(x, np.float32)[None], kernel) + NUMPY.product(hidden, recurrent_kernel)
        return np.asarray(gates(NUMPY, self.network, z + bias)[1])

    def reset(self) -> None:
        """Zero the state."""
        self.state = tuple(LayerState(*(np.zeros_like(part) for part in layer)) for layer in self.state)
