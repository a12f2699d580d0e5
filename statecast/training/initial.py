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


def _one(network: Network, seed: int) -> list[np.ndarray]:
    draws = random.Random(seed)  # noqa: S311 (not for secrets: the generator that Keras uses)
    weights: list[np.ndarray] = []
    inputs = network.features
    for units in network.units:
        kernel_seed, recurrent_seed, _ = (draws.randint(1, HIGHEST_SEED) for _ in range(3))
        kernel = keras.initializers.GlorotUniform(kernel_seed)((inputs, 4 * units))
        recurrent_kernel = keras.initializers.Orthogonal(seed=recurrent_seed)((units, 4 * units))
        forget_one = np.repeat(np.array([0, 1, 0, 0], np.float32), units)  # Keras's unit_forget_bias
        weights += [np.asarray(kernel), np.asarray(recurrent_kernel), forget_one]
        inputs = units
    kernel = keras.initializers.GlorotUniform(draws.randint(1, HIGHEST_SEED))((inputs, network.outputs))
    return [*weights, np.asarray(kernel), np.zeros(network.outputs, np.float32)]
