"""The operations in NumPy. Oracles: by hand, and the same formula in 64 bits."""

import numpy as np

from statecast.network.numpy_ops import NUMPY

FAR = np.array([-200.0, -3.0, 0.0, 3.0, 200.0], np.float32)


def test_sigmoid_is_right_and_does_not_overflow() -> None:
    with np.errstate(over="raise"):
        ours = NUMPY.sigmoid(FAR)
    expected = [0, 1 / (1 + np.exp(3)), 0.5, 1 / (1 + np.exp(-3)), 1]
    np.testing.assert_allclose(ours, expected, atol=1e-7)


def test_sigmoid_stays_in_32_bits() -> None:
    assert NUMPY.sigmoid(FAR).dtype == np.float32


def test_softmax_of_large_numbers_does_not_overflow() -> None:
    with np.errstate(over="raise"):
        ours = NUMPY.softmax(np.array([[1000.0, 1000.0, -1000.0]], np.float32))
    np.testing.assert_allclose(ours, [[0.5, 0.5, 0]])


def test_part_is_a_step_of_a_row() -> None:
    row = np.arange(6)[None, None]
    assert NUMPY.part(row, 1, 2).tolist() == [[[2, 3]]]


def test_repeat_hands_the_state_on() -> None:
    assert NUMPY.repeat(3, lambda place, state: [*state, place], []) == [0, 1, 2]


def test_gated_product_takes_the_inputs_of_each_gate() -> None:
    """One input of 2, two gates of one unit; the mask leaves the second gate alone."""
    x = np.array([[[2.0]]])
    kernel = np.array([[[3.0, 5.0]]])
    mask = np.array([[[[0.0, 1.0]]]])
    masked = NUMPY.masked(x, mask)
    assert NUMPY.gated_product(masked, kernel).tolist() == [[[0.0, 10.0]]]
