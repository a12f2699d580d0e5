"""The weights that Keras gives a new network, for many seeds, without building the networks.

Shape letters: R repeats, F inputs, U units, G gates x units.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from statecast.network.network import GATES, WEIGHTS_OF_A_LAYER, Network
from statecast.training.runtime import keras

HIGHEST_SEED = 10**9  # of keras.src.random.make_default_seed
WIDER = 1.1  # gain of an orthogonal matrix before Keras 2
SHORTEST = 3  # steps of a sequence that chrono can spread gates over
KEPT = 8  # networks with seeds: a study asks for the same ones often, and a seed takes 3 ms
DRAWS_KEPT = 500  # of single weights: networks of other sizes share some, as their seeds are equal
MOST_KEPT = 2000  # numbers of a weight that is kept

Weights = list[np.ndarray]


def initial_weights(network: Network, seeds: Sequence[int]) -> Weights:
    """Return Keras's initial weights of each seed, stacked: in Keras's order, each [R, ...].

    Repeat r has the weights of ``Sequential([Input, LSTM(units, stateful=True) ...,
    Dense(outputs)])``, built right after ``keras.utils.set_random_seed(seeds[r])``; a highway
    starts from 0. Keras draws the seed of each random initializer from Python's generator when a
    layer is made, and one more for the dropout of a recurrent layer. These draws are repeated here.
    """
    any_gates = replace(network, recurrent_activation="sigmoid")  # no draw depends on it
    return [weight.copy() for weight in _stacked(any_gates, tuple(seeds))]


@lru_cache(maxsize=KEPT)
def _stacked(network: Network, seeds: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    by_seed = [_of_seed(network, seed) for seed in seeds]
    by_weight = zip(*by_seed, strict=True)
    return tuple(np.stack(repeats) for repeats in by_weight)


def chrono_biases(
    network: Network, weights: Weights, seeds: Sequence[int], longest: int
) -> Weights:
    """Return the weights with the biases of the gates spread over the time to be remembered.

    The forget gates get log(uniform(1, T - 1)), the input gates its negative: a unit keeps its
    carry for a time drawn evenly up to T. Tallec and Ollivier, Can recurrent neural networks warp
    time?, ICLR 2018.

    Args:
        network: what the weights belong to; a cell without gates keeps its weights.
        weights: from ``initial_weights``, each [R, ...].
        seeds: of the draws [R].
        longest: T, steps of the longest sequence.

    """
    if network.cell != "lstm":
        return weights
    changed = list(weights)
    generators = [np.random.default_rng(seed) for seed in seeds]
    latest = max(longest, SHORTEST) - 1
    for layer, units in enumerate(network.units):
        index = WEIGHTS_OF_A_LAYER["lstm"] * layer + 2
        times = np.stack([generator.uniform(1, latest, units) for generator in generators])
        forget = np.log(times)  # [R, U]
        bias = weights[index].copy()  # [R, 4 U]: input, forget, candidate, output
        bias[:, :units] = -forget
        bias[:, units : 2 * units] = forget
        changed[index] = bias
    return changed


def drawn_by_gate(network: Network, weights: Weights, seeds: Sequence[int]) -> Weights:
    """Return the weights with the kernels of each gate drawn on their own.

    Keras did so before version 2: Glorot's limit for the shape of one gate, and 1.1 times an
    orthogonal matrix for the recurrent kernel of each gate. That is wider than drawing all gates at
    once. The other weights stay, and a cell without gates keeps all of its weights.

    Args:
        network: what the weights belong to.
        weights: from ``initial_weights``, each [R, ...].
        seeds: of the draws [R].

    """
    gates = GATES[network.cell]
    if gates == 1:
        return weights
    changed = list(weights)
    generators = [np.random.default_rng(seed) for seed in seeds]
    for layer, units in enumerate(network.units):
        index = WEIGHTS_OF_A_LAYER[network.cell] * layer
        _, inputs, width = weights[index].shape  # [R, F, G]
        limit = np.sqrt(6 / (inputs + units))
        kernels = [generator.uniform(-limit, limit, (inputs, width)) for generator in generators]
        recurrent = [_orthogonal_gates(generator, units, gates) for generator in generators]
        changed[index] = np.stack(kernels)
        changed[index + 1] = np.stack(recurrent)
    return [weight.astype(np.float32) for weight in changed]


def _orthogonal_gates(generator: np.random.Generator, units: int, gates: int) -> np.ndarray:
    """Return recurrent kernels [U, G], each gate's orthogonal."""
    by_gate = []
    for _ in range(gates):
        left, _, _ = np.linalg.svd(generator.normal(size=(units, units)))
        by_gate.append(WIDER * left)
    return np.concatenate(by_gate, axis=1)


def _of_seed(network: Network, seed: int) -> Weights:
    """Return the weights of one repeat."""
    draws = random.Random(seed)  # noqa: S311 (not for secrets: the generator that Keras uses)
    weights: Weights = []
    inputs = network.features
    for units in network.units:
        weights += _layer(network, inputs, units, draws)
        inputs = units
    weights.append(
        _drawn("GlorotUniform", draws.randint(1, HIGHEST_SEED), (inputs, network.outputs))
    )
    weights.append(np.zeros(network.outputs, np.float32))
    if network.highway:
        straight = (network.steps * network.features, network.outputs)
        weights.append(np.zeros(straight, np.float32))
    return weights


def _layer(network: Network, inputs: int, units: int, draws: random.Random) -> Weights:
    """Return kernel, recurrent kernel (but of a dense layer) and bias."""
    cell = network.cell
    width = GATES[cell] * units
    seeds = [draws.randint(1, HIGHEST_SEED) for _ in range(1 if cell == "dense" else 3)]
    if cell == "simple_rnn":  # here the seed for dropout is drawn first, in other cells last
        seeds = seeds[1:]
    kernel = _drawn("GlorotUniform", seeds[0], (inputs, width))
    if cell == "dense":
        return [kernel, np.zeros(units, np.float32)]
    recurrent_kernel = _drawn("Orthogonal", seeds[1], (units, width))
    return [kernel, recurrent_kernel, _bias(network, units)]


def _drawn(initializer: str, seed: int, shape: tuple[int, int]) -> np.ndarray:
    """Return a weight of Keras's initializer of some name, read-only: one that is small is kept."""
    is_small = shape[0] * shape[1] <= MOST_KEPT
    return (_kept_draw if is_small else _draw)(initializer, seed, shape)


def _draw(initializer: str, seed: int, shape: tuple[int, int]) -> np.ndarray:
    draw = getattr(keras.initializers, initializer)(seed=seed)
    # whatever floatx a user of Keras has set
    weight = np.asarray(draw(shape, dtype="float32"))
    weight.flags.writeable = False
    return weight


_kept_draw = lru_cache(DRAWS_KEPT)(_draw)


def _bias(network: Network, units: int) -> np.ndarray:
    if network.cell == "lstm":
        forget_one = np.array([0, 1, 0, 0], np.float32)  # Keras's unit_forget_bias
        return np.repeat(forget_one, units)
    width = GATES[network.cell] * units
    return np.zeros((2, width) if network.cell == "gru" else width, np.float32)
