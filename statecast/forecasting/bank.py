"""The states of lanes between calls of networks.

Shape letters: P networks (the repeats of one series or of several), L lanes, M rows of a call, U
units.
"""

from collections.abc import Iterator

import numpy as np

from statecast.base.arrays import Bools, Ints
from statecast.network.network import LayerState, Network, State, zero_state


class Bank:
    """Keep the state of every lane.

    A call takes the states of its lanes, and puts the new ones back.
    """

    def __init__(self, network: Network, networks: int, lanes: int) -> None:
        """Start every lane from the zero state.

        Args:
            network: its layers have the states.
            networks: P.
            lanes: L.

        """
        self._states: State = zero_state(network, networks, lanes)  # each [P, L, U]
        self._networks = np.arange(networks)[:, None]  # [P, 1]

    def take(self, lanes: Ints, reset: Bools) -> State:
        """Return the states of some lanes; the bank keeps its own.

        Args:
            lanes: which ones, of all networks [M] or of each [P, M].
            reset: whether the state of each is zero instead, in the same shape.

        Returns:
            Of each layer [P, M, U].

        """
        keep = ~reset[..., None]
        return tuple(
            LayerState(
                layer.hidden[self._networks, lanes] * keep,
                layer.carry[self._networks, lanes] * keep,
            )
            for layer in self._states
        )

    def put(self, lanes: Ints, states: State) -> None:
        """Keep new states of some lanes; those of the others stay.

        Args:
            lanes: as in ``take``; of a network each lane once.
            states: of each layer [P, M, U].

        """
        for layer, new in zip(self._states, states, strict=True):
            layer.hidden[self._networks, lanes] = new.hidden
            layer.carry[self._networks, lanes] = new.carry

    def states(self, networks: slice, lanes: int) -> State:
        """Return a copy of the states of the first lanes of some networks, each [n, lanes, U]."""
        return tuple(
            LayerState(
                layer.hidden[networks, :lanes].copy(),
                layer.carry[networks, :lanes].copy(),
            )
            for layer in self._states
        )

    def copy_to(self, other: "Bank", networks: Ints, first_lane: Ints) -> None:
        """Copy all lanes of some networks into another bank, side by side.

        Args:
            other: a bank of the same networks with more lanes.
            networks: which ones [n].
            first_lane: where the lanes of each begin in the other bank [n].

        """
        into = first_lane[:, None] + np.arange(self._states[0].hidden.shape[1])  # [n, L]
        pairs = zip(self._arrays(), other._arrays(), strict=True)
        for own, others in pairs:
            others[networks[:, None], into] = own[networks]

    def _arrays(self) -> Iterator[np.ndarray]:
        for layer in self._states:
            yield layer.hidden
            yield layer.carry
