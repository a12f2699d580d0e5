"""The operations in which NumPy and TensorFlow differ, and those of NumPy.

NumPy has the repeat axis first. Where it stands in TensorFlow, only its operations know.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from statecast.network.network import Array


class Ops(NamedTuple):
    """The operations that the equations are written in."""

    sigmoid: Callable[[Array], Array]
    tanh: Callable[[Array], Array]
    softmax: Callable[[Array], Array]
    clip: Callable[[Array, float, float], Array]
    product: Callable[[Array, Array], Array]  # [R, B, F] and [R, F, G] to [R, B, G]
    masked: Callable[[Array, Array], Array]  # x and mask [R, B, F, gates or 1] to their product
    gated_product: Callable[[Array, Array], Array]  # what is masked, and [R, F, G] to [R, B, G]
    by_gate: Callable[[Array, int], list[Array]]  # sums [R, B, G] to those of each gate [R, B, U]
    bias: Callable[[Array, int], Array]  # biases [R, n, G], which of the n: [R, 1, G]
    part: Callable[[Array, Any, int], Array]  # x [R, B, T x F], step, F: [R, B, F]
    repeat: Callable[[int, Callable[[Array, Any], Any], Any], Any]  # body(step, state), T times


def _sigmoid(x: np.ndarray) -> np.ndarray:
    half = np.float32(0.5)  # with a Python number, older versions of NumPy compute in float64
    return np.asarray(half * np.tanh(half * x) + half)


def _softmax(x: np.ndarray) -> np.ndarray:
    largest = x.max(axis=-1, keepdims=True)
    powers = np.exp(x - largest)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _masked(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.asarray(x[..., None] * mask)


def _gated_product(masked: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    repeats, features, width = kernel.shape
    gates = masked.shape[-1]
    by_gate = kernel.reshape(repeats, features, gates, width // gates)
    z = np.einsum("rbfg,rfgu->rbgu", masked, by_gate)
    return z.reshape(*z.shape[:2], width)


def _by_gate(z: np.ndarray, gates: int) -> list[np.ndarray]:
    width = z.shape[-1] // gates
    return [z[..., gate * width : (gate + 1) * width] for gate in range(gates)]


def _bias(biases: np.ndarray, index: int) -> np.ndarray:
    return biases[:, index : index + 1]


def _part(x: np.ndarray, step: int, size: int) -> np.ndarray:
    start = step * size
    return x[..., start : start + size]


def _repeat(times: int, body: Callable[[int, Any], Any], state: Any) -> Any:
    for step in range(times):
        state = body(step, state)
    return state


NUMPY = Ops(
    sigmoid=_sigmoid,
    tanh=np.tanh,
    softmax=_softmax,
    clip=np.clip,
    product=np.matmul,
    masked=_masked,
    gated_product=_gated_product,
    by_gate=_by_gate,
    bias=_bias,
    part=_part,
    repeat=_repeat,
)
