"""The states of lanes between calls of a network.

Shape letters: R repeats, L lanes, M rows of a call, U units.
"""

import numpy as np

from statecast.base.arrays import Bools, Ints
from statecast.network.network import LayerState, Network, State, zero_state


class Bank:
    """Keep the state of every lane.

    A call takes the states of its lanes, and puts the new ones back.
    """

    def __init__(self, network: Network, repeats: int, lanes: int) -> None:
        """Start every lane from the zero state.

        Args:
            network: its layers have the states.
            repeats: R.
            lanes: L.

        """
        self._states: State = zero_state(network, repeats, lanes)  # each [R, L, U]

    def take(self, lanes: Ints, reset: Bools) -> State:
        """Return the states of some lanes; the bank keeps its own.

        Args:
            lanes: which ones [M].
            reset: whether the state of each is zero instead [M].

        Returns:
            Of each layer [R, M, U].

        """
        keep = ~reset[:, None]  # [M, 1]
        return tuple(
            LayerState(layer.hidden[:, lanes] * keep, layer.carry[:, lanes] * keep)
            for layer in self._states
        )

    def put(self, lanes: Ints, states: State) -> None:
        """Keep new states of some lanes; those of the others stay.

        Args:
            lanes: which ones, each once [M].
            states: of each layer [R, M, U].

        """
        for layer, new in zip(self._states, states, strict=True):
            layer.hidden[:, lanes] = new.hidden
            layer.carry[:, lanes] = new.carry

    def copy(self) -> "Bank":
        """Return a bank that goes on by itself from the same states."""
        other = Bank.__new__(Bank)
        other._states = tuple(
            LayerState(np.copy(layer.hidden), np.copy(layer.carry)) for layer in self._states
        )
        return other
