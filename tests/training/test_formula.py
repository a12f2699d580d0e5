"""The formulas and their choice. Oracles: the same step in NumPy, each other, and by hand."""

from typing import Any, get_args

import numpy as np
import pytest

from statecast.network.activations import activate
from statecast.network.cells import Masks
from statecast.network.lanes import training_grid
from statecast.network.network import (
    GATES,
    Activation,
    Head,
    LayerState,
    Network,
    State,
    lifted,
    weight_shapes,
    zero_state,
)
from statecast.network.numpy_ops import NUMPY
from statecast.network.step import step
from statecast.training.formula import TABLE, VECTOR, Blocks, Formula, Plan, lifted_shapes, plan
from statecast.training.initial import initial_weights
from statecast.training.layout import WatchedPart, training_batches, watched_rows
from statecast.training.optimizers import check_optimizer
from statecast.training.repeats_first import FUSED_WIDTH, RepeatsFirst
from statecast.training.repeats_last import RepeatsLast
from statecast.training.trainer import Trained, Trainer
from tests.support.engine import largest_difference, learning_by, wave_rows

REPEATS = 2
LANES = 3
SIZES = [2, FUSED_WIDTH // 4 + 1]  # of repeats first, products are fused below, matrix ones above
FORMULAS = ["last", "first"]


def formula_of(name: str, network: Network) -> Formula:
    return RepeatsLast(lifted_shapes(network)) if name == "last" else RepeatsFirst()


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).normal(0, 0.5, shape).astype(np.float32)


def random_weights(network: Network) -> list[np.ndarray]:
    return lifted([random(REPEATS, *shape) for _, shape in weight_shapes(network)])


def random_state(network: Network) -> State:
    shapes = [(REPEATS, LANES, units) for units in network.units]
    return tuple(LayerState(random(*shape), random(*shape) / 2) for shape in shapes)


def arranged(name: str, array: np.ndarray) -> np.ndarray:
    """Return an array [R, ...] with its axes where the formula has them."""
    if name == "first":
        return array
    repeats, first, second, *others = range(array.ndim)
    return array.transpose(second, first, *others, repeats)


def back(name: str, array: Any) -> np.ndarray:
    """Undo ``arranged``."""
    return np.transpose(array) if name == "last" else np.asarray(array)


def laid_out(formula: Formula, mask: np.ndarray | None) -> Any:
    """Return a mask [R, B, F, gates] as the step takes it."""
    return None if mask is None else formula.mask(np.moveaxis(mask, 0, -1))


def stepped(
    name: str, network: Network, x: np.ndarray, state: State, masks: list[Masks]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return outputs [R, B, O] of a step, and all arrays of the next state [R, B, U]."""
    formula = formula_of(name, network)
    z, after = step(
        formula.ops,
        network,
        formula.each(formula.packed(random_weights(network))),
        arranged(name, x),
        tuple(LayerState(*(arranged(name, part) for part in layer)) for layer in state),
        [Masks(*(laid_out(formula, part) for part in layer)) for layer in masks],
    )
    outputs = np.moveaxis(formula.outputs(z).numpy(), -1, 0)
    return outputs, [back(name, part) for layer in after for part in layer]


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("units", SIZES)
@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn", "dense"])
def test_step_is_that_of_numpy(name: str, cell: Any, units: int) -> None:
    network = Network(3, (units, 2), cell=cell, highway=True)
    state = random_state(network)
    x = random(1, LANES, 3)
    expected, after = step(NUMPY, network, random_weights(network), x, state)
    z, parts = stepped(name, network, x, state, [])
    np.testing.assert_allclose(z, expected, atol=1e-5)
    for mine, other in zip(parts, (part for layer in after for part in layer), strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-5)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("units", SIZES)
@pytest.mark.parametrize("gates", [1, 4])
def test_step_with_masks_is_that_of_numpy(name: str, units: int, gates: int) -> None:
    network = Network(3, (units,))
    state = random_state(network)
    inputs = (random(REPEATS, LANES, 3, gates) > 0).astype(np.float32)
    recurrent = (random(REPEATS, LANES, units, GATES["lstm"]) > 0).astype(np.float32)
    masks = [Masks(inputs, recurrent)]
    x = random(1, LANES, 3)
    expected, _ = step(NUMPY, network, random_weights(network), x, state, masks)
    z, _ = stepped(name, network, x, state, masks)
    np.testing.assert_allclose(z, expected, atol=1e-5)


@pytest.mark.parametrize("name", FORMULAS)
def test_steps_of_a_row_are_those_of_numpy(name: str) -> None:
    network = Network(2, (3,), steps=3, highway=True)
    state = random_state(network)
    x = random(1, LANES, 6)
    expected, _ = step(NUMPY, network, random_weights(network), x, state)
    z, _ = stepped(name, network, x, state, [])
    np.testing.assert_allclose(z, expected, atol=1e-5)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("activation", sorted({*get_args(Head), *get_args(Activation)}))
def test_activations_are_those_of_numpy(name: str, activation: Any) -> None:
    z = random(REPEATS, LANES, 4)
    ops = formula_of(name, Network(1, (1,))).ops
    ours = back(name, activate(ops, activation, arranged(name, z)))
    np.testing.assert_allclose(ours, activate(NUMPY, activation, z), atol=1e-6)


@pytest.mark.parametrize("name", FORMULAS)
def test_unpacked_weights_are_what_was_packed(name: str) -> None:
    network = Network(3, (4, 2), cell="gru")
    formula = formula_of(name, network)
    weights = random_weights(network)
    packed = formula.packed(weights)
    for mine, other in zip(formula.unpacked(packed), weights, strict=True):
        np.testing.assert_array_equal(mine, other)
    joined = formula.joined(formula.each(packed))
    for mine, other in zip(joined, packed, strict=True):
        np.testing.assert_array_equal(mine, other)


@pytest.mark.parametrize("name", FORMULAS)
def test_lanes_are_zeroed_where_asked(name: str) -> None:
    network = Network(1, (2,))
    formula = formula_of(name, network)
    state = formula.zeros(network, LANES, REPEATS)
    ones = tuple(LayerState(part.hidden + 1, part.carry + 1) for part in state)
    reset = np.array([[0, 1], [1, 0], [0, 0]], np.float32)  # [B, R]
    (layer,) = formula.zeroed(ones, reset)
    hidden = back(name, layer.hidden)  # [R, B, U]
    np.testing.assert_array_equal(hidden, 1 - np.stack([reset.T] * 2, axis=-1))
    assert hidden.shape == zero_state(network, REPEATS, LANES)[0].hidden.shape


def trained(monkeypatch: pytest.MonkeyPatch, name: str, block: int, **rates: Any) -> Trained:
    """Train 3 networks with rows of their own, of 8, 6 and 8 rows, by a formula in blocks."""
    network = Network(1, (3, 2), cell="gru", highway=True)
    monkeypatch.setattr(
        "statecast.training.trainer.plan", lambda *_, **__: Plan(formula_of(name, network), block)
    )
    rows = [wave_rows(8)] * 3
    own = rows[0]._replace(
        x=np.concatenate([part.x * place for place, part in enumerate(rows, 1)]),
        y=np.concatenate([part.y for part in rows]),
    )
    grids = [training_grid([count], 2) for count in (8, 6, 8)]
    watched = watched_rows([WatchedPart(own, grids, np.ones((3, 8), np.float32))], 1)
    trainer = Trainer(network, learning_by(check_optimizer("nadam"), **rates))
    initial = initial_weights(network, [3, 4, 5])
    batches = training_batches(own, grids, 1)
    return trainer.train(batches, initial, 12, watched=watched, seeds=[3, 4, 5])


@pytest.mark.slow
@pytest.mark.parametrize(
    "rates",
    [
        {"dropout": 0.2, "recurrent_dropout": 0.3},
        {"penalties": ((0.01, 0.02, 0.03), (0.03, 0.02, 0.01)), "patience": 3},
    ],
    ids=["dropout", "penalties and stopping"],
)
def test_both_formulas_and_all_blocks_train_the_same(
    monkeypatch: pytest.MonkeyPatch, rates: dict[str, Any]
) -> None:
    whole = trained(monkeypatch, "last", 4, **rates)
    for name, block in (("last", 2), ("first", 2)):
        other = trained(monkeypatch, name, block, **rates)
        assert largest_difference(other.weights, whole.weights) < 1e-5, (name, block)
        np.testing.assert_allclose(other.rmse, whole.rmse, atol=1e-5)
        assert other.best_epoch.tolist() == whole.best_epoch.tolist()


@pytest.mark.parametrize("repeats", [1, 30, 32, 33, 300, 7140])
@pytest.mark.parametrize("units", [1, 10, 50])
def test_blocks_hold_all_repeats_and_none_is_empty(units: int, repeats: int) -> None:
    blocks = Blocks(repeats, plan(Network(1, (units,)), repeats).block)
    members = np.concatenate([blocks.members(block) for block in range(blocks.count)])
    assert sorted(set(members.tolist())) == list(range(repeats))
    assert (blocks.count - 1) * blocks.size < repeats


def test_blocks_with_repeats_last_fill_vectors() -> None:
    assert all(size % VECTOR == 0 for row in TABLE for size in (row.last, row.of_many))
    assert plan(Network(1, (1,)), 30).block == VECTOR


def test_few_repeats_of_a_small_network_are_not_filled_up_to_a_vector() -> None:
    assert plan(Network(1, (1,)), 2).block == 2


def test_many_repeats_of_a_small_network_have_larger_blocks() -> None:
    network = Network(1, (1,))
    assert plan(network, 300).block == 64
    assert plan(network, 3000).block == 128


def test_wide_networks_take_matrix_products() -> None:
    assert isinstance(plan(Network(1, (50,)), 30).formula, RepeatsFirst)


def test_parts_of_blocks_are_joined_without_what_fills_the_last() -> None:
    blocks = Blocks(5, 2)
    parts = [blocks.members(block)[None] for block in range(blocks.count)]
    assert blocks.joined(parts).tolist() == [[0, 1, 2, 3, 4]]
