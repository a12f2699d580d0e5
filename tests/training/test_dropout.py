"""Dropout masks. Oracles: Keras with the same masks, and what random numbers must obey."""

from typing import Any

import numpy as np
import pytest

from statecast.network.cells import Masks
from statecast.network.lanes import training_grid
from statecast.network.network import GATES, Network
from statecast.training.dropout import mask, masks
from statecast.training.formula import plan
from statecast.training.layout import training_batches
from statecast.training.optimizers import build_optimizer
from statecast.training.runtime import keras, tf
from tests.support import keras_loop
from tests.support.engine import (
    ADAM,
    EPOCHS,
    SEEDS,
    batches_of,
    largest_difference,
    learning_by,
    of_last,
    train,
    wave_rows,
)

SLOW = pytest.mark.slow
DATA = wave_rows(8, features=2)
BLOCK = plan(Network(2, (3,)), len(SEEDS)).block
DRAWN = "statecast.training.epoch.masks"  # where the engine draws them


def masks_of(seeds: list[int], network: Network, **rates: float) -> list[Masks]:
    """Return the masks of update 7 in four lanes."""
    return masks(network, 4, tf.constant(seeds, tf.uint32), tf.constant(7), **rates)


def for_all(mask: np.ndarray) -> tf.Tensor:
    """Return a mask [B, F, gates] for any number of repeats, the axis last."""
    return tf.constant(np.stack([mask] * BLOCK, axis=-1))


def trained_by_keras(cell: str, **rates: float) -> list[np.ndarray]:
    model = keras_loop.build([3], 4, 2, seed=SEEDS[-1], cell=cell, **rates)
    model.compile(loss="mse", optimizer=build_optimizer(ADAM, 0.01), jit_compile=False)
    return keras_loop.train_on_batches(model, DATA.x[0, :, None], DATA.y[0, :, 0], EPOCHS, 4)


def trained_by_us(network: Network, **rates: float) -> list[np.ndarray]:
    return of_last(train(network, batches_of(DATA, 4), EPOCHS, learning_by(**rates)).weights)


@pytest.mark.parametrize(
    "cell", [pytest.param("lstm", marks=SLOW), "gru", pytest.param("simple_rnn", marks=SLOW)]
)
def test_dropout_equals_keras_with_the_same_masks(
    cell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    gates = GATES[cell]

    def drawn(width: int) -> list[np.ndarray]:
        """Return a mask [B, width] of 0 and 2 for each gate."""
        return [rng.integers(0, 2, (4, width)).astype(np.float32) * 2 for _ in range(gates)]

    of_inputs = drawn(2)
    of_state = drawn(3)
    stacked = [for_all(np.stack(part, axis=-1)) for part in (of_inputs, of_state)]
    monkeypatch.setattr(DRAWN, lambda *_, **__: [Masks(*stacked)])
    rates = {"dropout": 0.5, "recurrent_dropout": 0.5}
    ours = trained_by_us(Network(2, (3,), cell=cell), **rates)

    keras_cell = getattr(keras.layers, keras_loop.CELLS[cell].__name__ + "Cell")
    by_name = {"get_dropout_mask": of_inputs, "get_recurrent_dropout_mask": of_state}
    for name, part in by_name.items():
        value = part if gates > 1 else part[0]
        monkeypatch.setattr(keras_cell, name, lambda *_, value=value: value)
    assert largest_difference(ours, trained_by_keras(cell, **rates)) < 1e-5


@pytest.mark.slow
def test_dropout_of_inputs_alone_equals_keras_with_one_mask_for_all_gates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = np.random.default_rng(0).integers(0, 2, (4, 2)).astype(np.float32) * 2
    given = [Masks(for_all(drawn[..., None]), None)]
    monkeypatch.setattr(DRAWN, lambda *_, **__: given)
    ours = trained_by_us(Network(2, (3,)), dropout=0.5)
    monkeypatch.setattr(keras.layers.LSTMCell, "get_dropout_mask", lambda *_: drawn)
    assert largest_difference(ours, trained_by_keras("lstm", dropout=0.5)) < 1e-5


@pytest.mark.parametrize(
    ("stateful", "rows_per_update", "steps"),
    [
        (False, 1, 1),  # lanes are reset between updates
        pytest.param(True, 2, 1, marks=SLOW),
        pytest.param(True, 1, 2, marks=SLOW),
    ],
)
def test_masks_of_ones_change_nothing(stateful: bool, rows_per_update: int, steps: int) -> None:
    """At a rate near zero every mask is 1."""
    network = Network(2 // steps, (3,), steps=steps)
    grid = training_grid([8], 2, stateful=stateful, rows_per_update=rows_per_update)
    batches = training_batches(DATA, [grid], len(SEEDS), rows_per_update=rows_per_update)
    plain = train(network, batches, EPOCHS, learning_by())
    masked = train(network, batches, EPOCHS, learning_by(recurrent_dropout=1e-12))
    assert largest_difference(masked.weights, plain.weights) < 1e-5


def test_dropout_of_inputs_alone_draws_one_mask_for_all_gates() -> None:
    (layer,) = masks_of([1], Network(2, (3,)), dropout=0.5, recurrent_dropout=0)
    assert layer.inputs.shape == (4, 2, 1, 1)
    assert layer.recurrent is None


def test_recurrent_dropout_draws_a_mask_for_each_gate() -> None:
    (layer,) = masks_of([1], Network(2, (3,)), dropout=0, recurrent_dropout=0.5)
    assert layer.inputs is None
    assert layer.recurrent.shape == (4, 3, 4, 1)


RATE = 0.3
UPDATES = 5


@pytest.fixture(scope="module")
def zeros() -> np.ndarray:
    """Return where the masks of 200 seeds are zero, [updates, seeds, 10, 20]."""
    seeds = tf.constant(np.arange(200), tf.uint32)
    drawn = [mask(seeds, tf.constant(update), 1, RATE, (10, 20)) for update in range(UPDATES)]
    return np.moveaxis(np.stack(drawn) == 0, -1, 1).astype(float)


def test_share_of_zeros_is_the_rate_within_five_standard_errors(zeros: np.ndarray) -> None:
    assert abs(zeros.mean() - RATE) < 5 * np.sqrt(RATE * (1 - RATE) / zeros.size)


def test_what_is_kept_is_scaled_up() -> None:
    drawn = mask(tf.constant([1], tf.uint32), tf.constant(0), 1, RATE, (10, 20))
    np.testing.assert_allclose(np.unique(drawn), [0, 1 / (1 - RATE)], rtol=1e-6)


@pytest.mark.parametrize("axis", range(4), ids=["updates", "seeds", "rows", "columns"])
def test_neighbours_are_not_correlated(zeros: np.ndarray, axis: int) -> None:
    centred = zeros - zeros.mean()
    correlation = (centred * np.roll(centred, 1, axis)).mean() / centred.var()
    assert abs(correlation) < 5 / np.sqrt(zeros.size)


def test_shares_of_the_seeds_spread_as_independent_draws_do(zeros: np.ndarray) -> None:
    of_seed = zeros.mean(axis=(0, 2, 3))
    expected = np.sqrt(RATE * (1 - RATE) / (UPDATES * 200))
    assert of_seed.std() == pytest.approx(expected, rel=0.3)


def test_dropout_of_a_repeat_does_not_depend_on_its_neighbours() -> None:
    network = Network(2, (3, 2), cell="gru")
    rates = {"dropout": 0.5, "recurrent_dropout": 0.2}
    both = masks_of([5, 9], network, **rates)
    alone = masks_of([9], network, **rates)
    for beside, single in zip(both, alone, strict=True):
        np.testing.assert_array_equal(beside.inputs[..., 1:], single.inputs)
        np.testing.assert_array_equal(beside.recurrent[..., 1:], single.recurrent)


def test_repeats_have_masks_of_their_own() -> None:
    (layer,) = masks_of([5, 9], Network(2, (3,)), dropout=0.5, recurrent_dropout=0.2)
    assert not np.array_equal(layer.inputs[..., 0], layer.inputs[..., 1])


def test_layers_have_masks_of_their_own() -> None:
    below, above = masks_of([5], Network(3, (3, 3)), dropout=0.5, recurrent_dropout=0.5)
    assert not np.array_equal(below.inputs, above.inputs)
    assert not np.array_equal(below.recurrent, above.recurrent)
