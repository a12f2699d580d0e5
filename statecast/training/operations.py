"""What all formulas take from TensorFlow alike."""

from collections.abc import Callable
from typing import Any

from statecast.training.runtime import tf

Tensor = Any


def repeat(times: int, body: Callable[[Tensor, Any], Any], state: Any) -> Any:
    """Return the state after ``body(step, state)`` for each step, in a loop that XLA compiles."""

    def take_step(step: Tensor, before: Any) -> tuple[Tensor, Any]:
        return step + 1, body(step, before)

    def is_left(step: Tensor, _: Any) -> Tensor:
        return step < times

    _, after = tf.while_loop(is_left, take_step, (0, state), maximum_iterations=times)
    return after


def softmax_of(axis: int) -> Callable[[Tensor], Tensor]:
    """Return the softmax over an axis that is not the last one.

    tf.nn.softmax moves the axis, which XLA cannot do in the gradient of a loop.
    """

    def softmax(z: Tensor) -> Tensor:
        largest = tf.reduce_max(z, axis=axis, keepdims=True)
        powers = tf.exp(z - tf.stop_gradient(largest))
        return powers / tf.reduce_sum(powers, axis=axis, keepdims=True)

    return softmax
