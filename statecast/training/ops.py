"""The operations of the network in TensorFlow.

Shape letters: R repeats, B lanes, F inputs, G gates x units.
"""

from collections.abc import Callable
from typing import Any

from statecast.network.numpy_ops import Ops
from statecast.training.runtime import tf

FUSED_UNITS = 20  # up to here multiply and reduce_sum beat a batched matrix product on XLA:CPU
FUSED_WIDTH = 4 * FUSED_UNITS  # columns of the kernel of an LSTM with that many units

Tensor = Any


def _product(x: Tensor, kernel: Tensor) -> Tensor:
    if kernel.shape[-1] <= FUSED_WIDTH:
        terms = x[..., None] * kernel[:, None]  # [R, B, F, G]
        return tf.reduce_sum(terms, axis=-2)
    return tf.matmul(x, kernel)


def _gated_product(x: Tensor, kernel: Tensor, mask: Tensor) -> Tensor:
    repeats, features, width = kernel.shape
    gates = mask.shape[-1]
    by_gate = tf.reshape(kernel, (repeats, features, gates, width // gates))
    masked = x[..., None] * mask  # [R, B, F, gates]
    if width <= FUSED_WIDTH:
        terms = masked[..., None] * by_gate[:, None]  # [R, B, F, gates, U]
        z = tf.reduce_sum(terms, axis=-3)
    else:
        z = tf.einsum("rbfg,rfgu->rbgu", masked, by_gate)
    return tf.reshape(z, (*z.shape[:2], width))


def _part(x: Tensor, step: Tensor, size: int) -> Tensor:
    repeats, lanes, _ = x.shape
    start = step * size
    return tf.slice(x, [0, 0, start], [repeats, lanes, size])


def _repeat(times: int, body: Callable[[Tensor, Any], Any], state: Any) -> Any:
    def take_step(step: Tensor, before: Any) -> tuple[Tensor, Any]:
        return step + 1, body(step, before)

    def is_left(step: Tensor, _: Any) -> Tensor:
        return step < times

    _, after = tf.while_loop(is_left, take_step, (0, state), maximum_iterations=times)
    return after


TENSORFLOW = Ops(
    sigmoid=tf.sigmoid,
    tanh=tf.tanh,
    softmax=tf.nn.softmax,
    clip=tf.clip_by_value,
    product=_product,
    gated_product=_gated_product,
    part=_part,
    repeat=_repeat,
)
