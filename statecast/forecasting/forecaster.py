"""Networks in use: rows go in, forecasts come out, and the caller may read and set the state."""

import numpy as np

from statecast.base.arrays import Floats, Singles
from statecast.base.errors import require
from statecast.network.activations import activate
from statecast.network.cells import lstm_gates
from statecast.network.network import LayerState, Network, State, Weights, lifted, zero_state
from statecast.network.numpy_ops import NUMPY
from statecast.network.step import step, through_layers


class Forecaster:
    """Networks of one shape at one batch size; ``state`` may be read, kept and set back."""

    def __init__(self, network: Network, weights: Weights, batch_size: int) -> None:
        """Start from the zero state.

        Args:
            network: what the weights belong to.
            weights: in Keras's order, each [R, ...].
            batch_size: rows of a call, M.

        """
        self.network = network
        self.weights = lifted(weights)
        self.batch_size = batch_size
        self.state: State = zero_state(network, len(weights[0]), batch_size)

    def __call__(self, x: Floats) -> Singles:
        """Return forecasts and keep the state; each place of a call goes on from its own state.

        Args:
            x: inputs [M, T x F].

        Returns:
            [R, M, O]

        Raises:
            StatecastError: x has another number of rows than the batch size.

        """
        count = len(x)
        must = f"have {self.batch_size} rows, the batch size it was built for"
        got = f"{count}: rebatch it, params.yaml: rebatch.batch_size: {count}"
        require(count == self.batch_size, "a call of the network", must, got)
        z, self.state = step(NUMPY, self.network, self.weights, _batch(x), self.state)
        outputs = activate(NUMPY, self.network.head, z)
        return np.asarray(outputs)

    def forget_gates(self, x: Floats) -> Singles:
        """Return the forget gates of the first layer at the last step of rows; the state stays.

        Args:
            x: inputs [M, T x F]; the layer is an LSTM.

        Returns:
            [R, M, U]

        """
        *earlier, last = np.split(_batch(x), self.network.steps, axis=2)  # each [1, M, F]
        state = self.state
        for inputs in earlier:
            state = through_layers(NUMPY, self.network, self.weights, inputs, state)
        kernel, recurrent_kernel, bias = self.weights[:3]
        z = NUMPY.product(last, kernel) + bias
        z = z + NUMPY.product(state[0].hidden, recurrent_kernel)
        return np.asarray(lstm_gates(NUMPY, self.network, z).forget)

    def reset(self) -> None:
        """Zero the state."""
        self.state = tuple(
            LayerState(np.zeros_like(layer.hidden), np.zeros_like(layer.carry))
            for layer in self.state
        )


def _batch(x: Floats) -> Singles:
    """Return rows [M, T x F] as [1, M, T x F], which all repeats share."""
    return np.asarray(x, np.float32)[None]
