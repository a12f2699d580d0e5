"""The weights that Keras gives a freshly built network, for many seeds, without building the networks."""

import random

import numpy as np

from statecast.model.network import Network
from statecast.training.runtime import keras

HIGHEST_SEED = 10**9  # of keras.src.random.make_default_seed


def initial_weights(network: Network, seeds: list[int]) -> list[np.ndarray]:
    """Return Keras's initial weights of each seed, stacked: a list in Keras's order, each [R, ...].

    Repeat r has the weights of ``Sequential([Input, LSTM(units, stateful=True) ..., Dense(outputs)])`` built right
    after ``keras.utils.set_random_seed(seeds[r])``. Keras draws the seed of each random initializer from Python's
    generator when a layer is made, and one more for the dropout of a recurrent layer; these draws are repeated here.
    """
    repeats = [_one(network, seed) for seed in seeds]
    return [np.stack(arrays) for arrays in zip(*repeats, strict=True)]


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


def _one(network: Network, seed: int) -> list[np.ndarray]:
    draws = random.Random(seed)  # noqa: S311 (not for secrets: the generator that Keras uses)
    weights: list[np.ndarray] = []
    inputs = network.features
    for units in network.units:
        if network.cell == "dense":
            kernel = keras.initializers.GlorotUniform(draws.randint(1, HIGHEST_SEED))((inputs, units))
            weights += [np.asarray(kernel), np.zeros(units, np.float32)]
            inputs = units
            continue
        kernel_seed, recurrent_seed, _ = (draws.randint(1, HIGHEST_SEED) for _ in range(3))
        kernel = keras.initializers.GlorotUniform(kernel_seed)((inputs, 4 * units))
        recurrent_kernel = keras.initializers.Orthogonal(seed=recurrent_seed)((units, 4 * units))
        forget_one = np.repeat(np.array([0, 1, 0, 0], np.float32), units)  # Keras's unit_forget_bias
        weights += [np.asarray(kernel), np.asarray(recurrent_kernel), forget_one]
        inputs = units
    kernel = keras.initializers.GlorotUniform(draws.randint(1, HIGHEST_SEED))((inputs, network.outputs))
    return [*weights, np.asarray(kernel), np.zeros(network.outputs, np.float32)]
