"""Dropout masks that depend on the seed of a repeat and the number of the update, and on nothing else.

A counter is hashed instead of drawn from TensorFlow's generators: those cost more than the training step, and would
give a repeat other masks when it trains beside others. The hash is a multiply-xorshift of 32 bits (constants: C.
Wellons, hash-prospector, "lowbias32").
"""

import math
from typing import Any

import numpy as np

from statecast.network.network import GATES, Masks, Network
from statecast.training.runtime import tf

Tensor = Any
GOLDEN = 0x9E3779B9  # 2^32 / golden ratio, odd: neighbouring counters land far apart


def _mix(bits: Tensor) -> Tensor:
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        bits = tf.bitwise.bitwise_xor(bits, tf.bitwise.right_shift(bits, tf.constant(shift, tf.uint32)))
        bits *= tf.constant(factor, tf.uint32)
    return tf.bitwise.bitwise_xor(bits, tf.bitwise.right_shift(bits, tf.constant(16, tf.uint32)))


def mask(seeds: Tensor, update: Tensor, salt: int, rate: float, shape: tuple[int, ...]) -> Tensor:
    """Return a mask [R, *shape] of 0 and 1 / (1 - rate).

    Args:
        seeds: of the repeats [R], uint32.
        update: number of the update since the start of training.
        salt: tells masks of one update apart.
        rate: share of zeros, 0 to 1.
        shape: of one repeat's mask.

    """
    when = tf.cast(update, tf.uint32) * tf.constant(GOLDEN, tf.uint32) + tf.constant(salt, tf.uint32)
    key = _mix(seeds + _mix(when))
    place = np.arange(math.prod(shape), dtype=np.uint64) * GOLDEN % 2**32
    bits = _mix(key[:, None] + tf.constant(place, tf.uint32))
    kept = bits >= tf.constant(round(rate * 2**32), tf.uint32)
    return tf.reshape(tf.where(kept, 1 / (1 - rate), 0.0), (-1, *shape))


def masks(
    network: Network, lanes: int, seeds: Tensor, update: Tensor, *, dropout: float, recurrent_dropout: float
) -> list[Masks]:
    """Return the masks of each layer for one update, as Keras draws them.

    With recurrent dropout each gate has masks of its own, without it all gates share one.
    """
    found, inputs, gates = [], network.features, GATES[network.cell] if recurrent_dropout else 1
    for layer, units in enumerate(network.units):
        kinds = enumerate(((dropout, inputs), (recurrent_dropout, units)))
        drawn = [
            mask(seeds, update, layer * 2 + kind, rate, (lanes, width, gates)) if rate else None
            for kind, (rate, width) in kinds
        ]
        found.append(Masks(*drawn))
        inputs = units
    return found
