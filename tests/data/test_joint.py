"""Joint rows of several targets. Oracle: the order of their inputs, written out by hand."""

import numpy as np
import pytest

from statecast.data.inputs import Inputs
from statecast.data.joint import joint_inputs, joint_places


def names(inputs: Inputs, targets: int) -> list[str]:
    """Return the inputs of a joint row, those of target 0 and 1 as a and b."""
    own = [column.name for column in inputs.columns()]
    return [f"{own[column]} {'ab'[target]}" for target, column in joint_places(inputs, targets)]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (Inputs(2), ["lag_2 a", "lag_2 b", "lag_1 a", "lag_1 b"]),
        (
            Inputs(1, ("p",), ("month",)),
            ["lag_1 a", "lag_1 b", "p_lag_0 a", "month_sin_lag_0 a", "month_cos_lag_0 a"],
        ),
        (
            Inputs(2, ("p",), as_timesteps=True),
            ["lag_2 a", "lag_2 b", "p_lag_1 a", "lag_1 a", "lag_1 b", "p_lag_0 a"],
        ),
    ],
)
def test_lags_are_there_once_a_target_and_all_else_once(
    inputs: Inputs, expected: list[str]
) -> None:
    assert names(inputs, 2) == expected


def test_a_single_target_has_the_inputs_of_its_rows() -> None:
    inputs = Inputs(2, ("p",), ("month",))
    assert [place.column for place in joint_places(inputs, 1)] == [0, 1, 2, 3, 4, 5]


def test_values_come_from_the_rows_of_their_target() -> None:
    a = np.array([[1.0, 2], [3, 4]])
    joint = joint_inputs([a, 10 * a], joint_places(Inputs(2), 2))
    assert joint.tolist() == [[1, 10, 2, 20], [3, 30, 4, 40]]
