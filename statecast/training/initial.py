"""The weights that Keras gives a freshly built network, for many seeds, without building the networks."""

import random
from dataclasses import replace
from functools import lru_cache

import numpy as np

from statecast.network.network import GATES, Cell, Network
from statecast.training.runtime import keras

HIGHEST_SEED = 10**9  # of keras.src.random.make_default_seed


def initial_weights(network: Network, seeds: list[int]) -> list[np.ndarray]:
    """Return Keras's initial weights of each seed, stacked: a list in Keras's order, each [R, ...].

    Repeat r has the weights of ``Sequential([Input, LSTM(units, stateful=True) ..., Dense(outputs)])`` built right
    after ``keras.utils.set_random_seed(seeds[r])``; a highway starts from 0. Keras draws the seed of each random
    initializer from Python's generator when a layer is made, and one more for the dropout of a recurrent layer; these
    draws are repeated here.
    """
    found = _stacked(replace(network, recurrent_activation="sigmoid"), tuple(seeds))
    return [array.copy() for array in found]


@lru_cache(maxsize=8)  # a study asks for the same again and again, and 3 ms a seed are long
def _stacked(network: Network, seeds: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    repeats = [_one(network, seed) for seed in seeds]
    return tuple(np.stack(arrays) for arrays in zip(*repeats, strict=True))


def chrono_biases(network: Network, weights: list[np.ndarray], seeds: list[int], longest: int) -> list[np.ndarray]:
    """Return the weights with the biases of the gates spread over the time to be remembered.

    The forget gates get log(uniform(1, T - 1)), the input gates its negative: a unit keeps its carry for a time drawn
    evenly up to T. Tallec and Ollivier, Can recurrent neural networks warp time?, ICLR 2018.

    Args:
        network: what the weights belong to; a cell without gates keeps its weights.
        weights: from ``initial_weights``, each [R, ...].
        seeds: [R], of the draws.
        longest: T, steps of the longest sequence, at least 3.

    """
    if network.cell != "lstm":
        return weights
    changed = list(weights)
    generators = [np.random.default_rng(seed) for seed in seeds]
    for layer, units in enumerate(network.units):
        bias = weights[3 * layer + 2].copy()
        forget = np.stack([np.log(draw.uniform(1, max(longest, 3) - 1, units)) for draw in generators])
        bias[:, :units], bias[:, units : 2 * units] = -forget, forget
        changed[3 * layer + 2] = bias
    return changed


def drawn_by_gate(network: Network, weights: list[np.ndarray], seeds: list[int]) -> list[np.ndarray]:
    """Return the weights with each gate's kernels drawn on their own, wider than Keras draws all gates at once.

    So Keras did before version 2: Glorot's limit for the shape of one gate, and 1.1 times an orthogonal matrix for each
    recurrent one. The other weights stay, and a cell without gates keeps all.

    Args:
        network: what the weights belong to.
        weights: from ``initial_weights``, each [R, ...].
        seeds: [R], of the draws.

    """
    gates = GATES[network.cell]
    if gates == 1:
        return weights
    changed = list(weights)
    generators = [np.random.default_rng(seed) for seed in seeds]
    for place, units in enumerate(network.units):
        kernel = weights[3 * place]
        limit = np.sqrt(6 / (kernel.shape[1] + units))
        changed[3 * place] = np.stack([draw.uniform(-limit, limit, kernel.shape[1:]) for draw in generators])
        recurrent = [[_orthogonal(draw, units) for _ in range(gates)] for draw in generators]
        changed[3 * place + 1] = 1.1 * np.stack([np.concatenate(one, axis=1) for one in recurrent])
    return [array.astype(np.float32) for array in changed]


def _orthogonal(draw: np.random.Generator, units: int) -> np.ndarray:
    left, _, _ = np.linalg.svd(draw.normal(size=(units, units)))
    return np.asarray(left)


def _one(network: Network, seed: int) -> list[np.ndarray]:
    draws = random.Random(seed)  # noqa: S311 (not for secrets: the generator that Keras uses)
    weights: list[np.ndarray] = []
    inputs = network.features
    for units in network.units:
        weights += _layer(network.cell, inputs, units, draws)
        inputs = units
    kernel = keras.initializers.GlorotUniform(draws.randint(1, HIGHEST_SEED))((inputs, network.outputs))
    weights += [np.asarray(kernel), np.zeros(network.outputs, np.float32)]
    straight = (network.features * network.steps, network.outputs)
    return [*weights, np.zeros(straight, np.float32)] if network.highway else weights


def _layer(cell: Cell, inputs: int, units: int, draws: random.Random) -> list[np.ndarray]:
    seeds = [draws.randint(1, HIGHEST_SEED) for _ in range(1 if cell == "dense" else 3)]
    if cell == "simple_rnn":  # there the seed for dropout is drawn first, elsewhere last
        seeds = seeds[1:]
    width = GATES[cell] * units
    kernel = np.asarray(keras.initializers.GlorotUniform(seeds[0])((inputs, width)))
    if cell == "dense":
        return [kernel, np.zeros(units, np.float32)]
    recurrent_kernel = np.asarray(keras.initializers.Orthogonal(seed=seeds[1])((units, width)))
    forget_one = np.repeat(np.array([0, 1, 0, 0], np.float32), units)  # Keras's unit_forget_bias
    biases = {"lstm": forget_one, "gru": np.zeros((2, width), np.float32)}
    return [kernel, recurrent_kernel, biases.get(cell, np.zeros(width, np.float32))]
