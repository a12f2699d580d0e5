"""The inputs of a row of several targets, which are forecast together by one network.

Shape letters: N rows, F inputs of a row of one target, J inputs of a joint row.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from statecast.data.inputs import Inputs


class Place(NamedTuple):
    """Where an input of a joint row comes from."""

    target: int
    column: int  # among the inputs of that target's row


def joint_places(inputs: Inputs, targets: int) -> list[Place]:
    """Return where each input of a joint row comes from, in the order of ``Inputs.columns``.

    A lag of y is there once for each target. All else is the same in the rows of all targets, and
    is there once.

    Args:
        inputs: of the row of one target.
        targets: how many.

    """
    places = []
    for column, own in enumerate(inputs.columns()):
        owners = range(targets) if own.column == "y" else [0]
        places += [Place(target, column) for target in owners]
    return places


def joint_inputs(x: Sequence[Floats], places: Sequence[Place]) -> Floats:
    """Return the inputs [N, J] of joint rows from those of each target, each [N, F]."""
    return np.stack([x[target][:, column] for target, column in places], axis=1)
