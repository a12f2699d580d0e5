"""Dropout masks that follow from a repeat's seed and the number of the update alone.

A counter is hashed. TensorFlow's generators cost more than the training step, and they would give a
repeat other masks when it trains beside others. The hash is a multiply-xorshift of 32 bits; its
constants are those of C. Wellons, hash-prospector, "lowbias32".
Shape letters: R repeats, B lanes, F inputs, U units.
"""

import math
from typing import Any

import numpy as np

from statecast.network.cells import Masks
from statecast.network.network import GATES, Network
from statecast.training.runtime import tf

GOLDEN = 0x9E3779B9  # 2^32 / golden ratio, odd: neighbouring counters land far apart
ROUNDS = ((16, 0x7FEB352D), (15, 0x846CA68B))  # shift and factor of the hash
LAST_SHIFT = 16
WORD = 2**32

Tensor = Any


def mask(seeds: Tensor, update: Tensor, salt: int, rate: float, shape: tuple[int, ...]) -> Tensor:
    """Return a mask [*shape, R] of 0 and 1 / (1 - rate).

    Args:
        seeds: of the repeats [R], uint32.
        update: number of the update since the start of training.
        salt: tells the masks of one update apart.
        rate: share of zeros, from 0 to below 1.
        shape: of one repeat's mask.

    """
    counter = tf.cast(update, tf.uint32) * _word(GOLDEN) + _word(salt)
    key = _mixed(seeds + _mixed(counter))  # [R]
    entries = np.arange(math.prod(shape), dtype=np.uint64)
    offsets = tf.constant(entries * GOLDEN % WORD, tf.uint32)  # of the entries of a mask
    bits = _mixed(key + offsets[:, None])  # [entries, R]
    threshold = _word(round(rate * WORD))
    kept = 1 / (1 - rate)
    flat = tf.where(bits >= threshold, kept, 0.0)
    return tf.reshape(flat, (*shape, -1))


def masks(
    network: Network,
    lanes: int,
    seeds: Tensor,
    update: Tensor,
    *,
    dropout: float,
    recurrent_dropout: float,
) -> list[Masks]:
    """Return the masks of each layer for one update, as Keras draws them, each [B, F, gates, R].

    With recurrent dropout each gate has masks of its own; without it all gates share one.

    Args:
        network: what is trained.
        lanes: B.
        seeds: of the repeats [R], uint32.
        update: number of the update since the start of training.
        dropout: share of a layer's inputs that are zeroed.
        recurrent_dropout: share of its state that is zeroed.

    """
    gates = GATES[network.cell] if recurrent_dropout else 1

    def drawn(salt: int, rate: float, width: int) -> Tensor | None:
        if not rate:
            return None
        return mask(seeds, update, salt, rate, (lanes, width, gates))

    layers = []
    inputs = network.features
    for layer, units in enumerate(network.units):
        of_inputs = drawn(2 * layer, dropout, inputs)
        of_state = drawn(2 * layer + 1, recurrent_dropout, units)
        layers.append(Masks(of_inputs, of_state))
        inputs = units
    return layers


def _word(number: int) -> Tensor:
    return tf.constant(number, tf.uint32)


def _mixed(bits: Tensor) -> Tensor:
    for shift, factor in ROUNDS:
        bits = _xor_shifted(bits, shift) * _word(factor)
    return _xor_shifted(bits, LAST_SHIFT)


def _xor_shifted(bits: Tensor, shift: int) -> Tensor:
    shifted = tf.bitwise.right_shift(bits, _word(shift))
    return tf.bitwise.bitwise_xor(bits, shifted)
