"""Cells, optimizers, penalties, dropout, early stopping. Oracle: Keras itself, from the same initial weights."""

from typing import Any

import numpy as np
import pytest

from statecast.forecasting.calls import forecast
from statecast.network.lanes import Calls, training_grid
from statecast.network.network import GATES, Masks, Network, lifted
from statecast.training.dropout import mask, masks
from statecast.training.export import keras_model
from statecast.training.initial import initial_weights
from statecast.training.job import Learning
from statecast.training.layout import Part, later_grid, training_batches, watched_rows
from statecast.training.optimizers import ELEMENTWISE, build_optimizer, check_optimizer, check_schedule, with_steps
from statecast.training.runtime import keras, tf
from statecast.training.trainer import Trained, Trainer
from tests import keras_loop
from tests.test_engine import SEEDS, rows

EPOCHS = 30
DATA = rows(8, features=2)
BATCHES = training_batches(DATA, training_grid([8], 4), len(SEEDS))
ADAM = check_optimizer("adam")

SLOW = pytest.mark.slow
Arguments = dict[str, Any]
PENALTIES = {
    "kernel_regularizer": keras.regularizers.L1L2(0.01, 0.02),
    "recurrent_regularizer": keras.regularizers.L1L2(0.03, 0.04),
    "bias_regularizer": keras.regularizers.L1L2(0.05, 0.06),
}
L1_L2 = ((0.01, 0.03, 0.05), (0.02, 0.04, 0.06))


def ours(network: Network, learning: Learning) -> list[np.ndarray]:
    """Return the trained weights of the last seed."""
    trained = Trainer(network, learning).train(BATCHES, initial_weights(network, SEEDS), EPOCHS)
    return [array[-1] for array in trained.weights]


def theirs(network: Network, optimizer: Any, loss: str = "mse", **arguments: Any) -> list[np.ndarray]:
    """Return what Keras trains from the last seed, batch by batch."""
    units = list(network.units)
    model = keras_loop.build(units, 4, 2, seed=SEEDS[-1], cell=network.cell, head=network.head, **arguments)
    model.compile(loss=loss, optimizer=optimizer, jit_compile=False)
    return keras_loop.train_on_batches(model, DATA.x[0, :, None], DATA.y[0, :, 0], EPOCHS, 4)


def difference(mine: list[np.ndarray], others: list[np.ndarray]) -> float:
    return max(float(np.abs(one - other).max()) for one, other in zip(mine, others, strict=True))


@pytest.mark.parametrize(
    ("network", "loss", "penalised"),
    [
        (Network(2, (3, 2), cell="gru"), "mae", True),
        pytest.param(Network(2, (2,), cell="simple_rnn", head="tanh"), "huber", True, marks=SLOW),
        pytest.param(Network(2, (2, 2), cell="simple_rnn", head="relu"), "mse", False, marks=SLOW),
        pytest.param(Network(2, (3, 2, 2)), "log_cosh", True, marks=SLOW),
        (Network(2, (2,), recurrent_activation="hard_sigmoid"), "mse", False),
        pytest.param(Network(2, (2,), cell="gru", recurrent_activation="hard_sigmoid"), "mse", False, marks=SLOW),
    ],
    ids=lambda case: (
        f"{case.cell}-{case.units}-{case.recurrent_activation}" if isinstance(case, Network) else str(case)
    ),
)
def test_cells_layers_and_penalties_equal_keras(network: Network, loss: str, penalised: bool) -> None:
    arguments: Arguments = PENALTIES if penalised else {}
    if network.recurrent_activation == "hard_sigmoid":
        arguments = {"recurrent_activation": keras_loop.hard_sigmoid}
    learning = Learning(ADAM, 0.01, loss=loss, penalties=L1_L2 if penalised else ((0, 0, 0), (0, 0, 0)))
    other = theirs(network, build_optimizer(ADAM, 0.01), loss, **arguments)
    assert difference(ours(network, learning), other) < 1e-5


@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [
        ({"name": "adamw", "weight_decay": 0.1}, "cosine_decay"),
        ({"name": "adam", "amsgrad": True, "clipvalue": 0.01}, {"name": "exponential_decay", "decay_rate": 0.5}),
        pytest.param({"name": "sgd", "momentum": 0.9, "nesterov": True}, None, marks=SLOW),
        pytest.param(
            {"name": "rmsprop", "centered": True}, {"name": "polynomial_decay", "decay_steps": 20}, marks=SLOW
        ),
    ],
    ids=str,
)
def test_optimizers_and_schedules_equal_keras(optimizer: str | Arguments, schedule: str | Arguments | None) -> None:
    network, settings = Network(2, (2,)), check_optimizer(optimizer)
    steps = with_steps(check_schedule(schedule), 2 * EPOCHS)
    other = theirs(network, build_optimizer(settings, 0.01, steps))
    assert difference(ours(network, Learning(settings, 0.01, steps)), other) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn"])
def test_every_optimizer_with_every_cell_equals_keras(name: str, cell: Any) -> None:
    network, settings = Network(2, (3, 2), cell=cell), check_optimizer(name)
    rate = 0.01 if name != "adadelta" else 1.0
    assert difference(ours(network, Learning(settings, rate)), theirs(network, build_optimizer(settings, rate))) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("units", [(3,), (3, 2), (3, 2, 2)])
@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "log_cosh"])
@pytest.mark.parametrize("penalised", [True, False])
def test_every_loss_and_penalty_with_one_to_three_layers_equals_keras(
    units: tuple[int, ...], loss: str, penalised: bool
) -> None:
    network = Network(2, units)
    other = theirs(network, build_optimizer(ADAM, 0.01), loss, **(PENALTIES if penalised else {}))
    learning = Learning(ADAM, 0.01, loss=loss, penalties=L1_L2 if penalised else ((0, 0, 0), (0, 0, 0)))
    assert difference(ours(network, learning), other) < 1e-5


@pytest.mark.parametrize("argument", ["clipnorm", pytest.param("global_clipnorm", marks=SLOW)])
def test_clipping_by_norm_takes_the_norm_of_each_repeat(argument: str) -> None:
    """Keras clips one network alone; the engine clips it while another repeat, of larger gradients, trains beside."""
    network, settings = Network(2, (2,)), check_optimizer({"name": "sgd", argument: 0.05})
    model = keras_loop.build([2], 4, 2, seed=SEEDS[-1])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.1, **{argument: 0.05}), jit_compile=False)
    other = keras_loop.train_on_batches(model, DATA.x[0, :, None], DATA.y[0, :, 0], EPOCHS, 4)
    assert difference(ours(network, Learning(settings, 0.1)), other) < 1e-5


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn"])
def test_initial_weights_of_every_cell_are_those_of_keras(cell: Any) -> None:
    mine = initial_weights(Network(2, (3, 2), cell=cell), SEEDS)
    for repeat, seed in enumerate(SEEDS):
        model = keras_loop.build([3, 2], 2, 2, seed=seed, cell=cell, dropout=0.1)
        for array, other in zip(mine, model.get_weights(), strict=True):
            np.testing.assert_array_equal(array[repeat], other)


def test_lookback_as_timesteps_with_a_highway_equals_keras() -> None:
    """Rows of four steps of one feature, the state carried from row to row, and a linear path beside the network."""
    data, network = rows(8, features=4), Network(1, (3, 2), steps=4, highway=True)
    batches = training_batches(data, training_grid([8], 4), len(SEEDS))
    initial = initial_weights(network, SEEDS)
    trained = Trainer(network, Learning(ADAM, 0.01)).train(batches, initial, EPOCHS)
    model = keras_model(network, 4)
    model.set_weights([array[-1] for array in initial])
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01), jit_compile=False)
    other = keras_loop.train_on_batches(model, data.x[0, :, :, None], data.y[0, :, 0], EPOCHS, 4)
    assert difference([array[-1] for array in trained.weights], other) < 1e-5
    assert np.abs(trained.weights[-1]).min() > 0.01
    keras_loop.reset(model)
    forecasts = keras_loop.predict(model, data.x[0, :, :, None], 4)
    grid = training_grid([8], 4)
    lane = np.broadcast_to(np.arange(4), grid.rows.shape)
    mine = forecast(network, trained.weights, data.x[0], Calls(grid.rows, lane, grid.reset))
    np.testing.assert_allclose(mine[-1, :, 0], forecasts, atol=1e-5)


@pytest.mark.parametrize("cell", [pytest.param("lstm", marks=SLOW), "gru", pytest.param("simple_rnn", marks=SLOW)])
def test_dropout_equals_keras_with_the_same_masks(cell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(2, (3,), cell=cell)
    rng, count = np.random.default_rng(0), GATES[cell]
    drawn = [[rng.integers(0, 2, (4, width)).astype(np.float32) * 2 for _ in range(count)] for width in (2, 3)]
    given = [Masks(*(tf.constant(np.stack(part, axis=-1)[None]) for part in drawn))]
    monkeypatch.setattr("statecast.training.epoch.masks", lambda *_, **__: given)
    mine = ours(network, Learning(ADAM, 0.01, dropout=0.5, recurrent_dropout=0.5))
    layer = keras_loop.CELLS[cell].__name__ + "Cell"
    keras_masks = [part if count > 1 else part[0] for part in drawn]
    for name, value in zip(("get_dropout_mask", "get_recurrent_dropout_mask"), keras_masks, strict=True):
        monkeypatch.setattr(getattr(keras.layers, layer), name, lambda *_, value=value: value)
    other = theirs(network, build_optimizer(ADAM, 0.01), dropout=0.5, recurrent_dropout=0.5)
    assert difference(mine, other) < 1e-5


def test_dropout_of_inputs_alone_equals_keras_with_one_mask_for_all_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = np.random.default_rng(0).integers(0, 2, (4, 2)).astype(np.float32) * 2
    given = [Masks(tf.constant(drawn[None, ..., None]), None)]
    monkeypatch.setattr("statecast.training.epoch.masks", lambda *_, **__: given)
    mine = ours(Network(2, (3,)), Learning(ADAM, 0.01, dropout=0.5))
    monkeypatch.setattr(keras.layers.LSTMCell, "get_dropout_mask", lambda *_: drawn)
    other = theirs(Network(2, (3,)), build_optimizer(ADAM, 0.01), dropout=0.5)
    assert difference(mine, other) < 1e-5
    real = masks(Network(2, (3,)), 4, tf.constant([1], tf.uint32), tf.constant(0), dropout=0.5, recurrent_dropout=0)
    assert real[0].inputs.shape == (1, 4, 2, 1)


def test_dropout_masks_are_random_in_every_way() -> None:
    """Share of zeros within five standard errors; no correlation along places, repeats or updates."""
    rate, seeds = 0.3, tf.constant(np.arange(200), tf.uint32)
    drawn = np.stack([mask(seeds, tf.constant(update), 1, rate, (10, 20)).numpy() for update in range(5)])
    zeros = (drawn == 0).astype(float)
    assert abs(zeros.mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / zeros.size)
    np.testing.assert_allclose(np.unique(drawn), [0, 1 / (1 - rate)], rtol=1e-6)
    centred = zeros - zeros.mean()
    for axis in range(4):
        neighbours = (centred * np.roll(centred, 1, axis)).mean() / centred.var()
        assert abs(neighbours) < 5 / np.sqrt(zeros.size), axis
    each = zeros.mean(axis=(0, 2, 3))  # of a seed
    assert each.std() == pytest.approx(np.sqrt(rate * (1 - rate) / (5 * 200)), rel=0.3)


def test_dropout_of_a_repeat_does_not_depend_on_its_neighbours() -> None:
    network = Network(2, (3, 2), cell="gru")
    both, alone = (
        masks(network, 4, tf.constant(seeds, tf.uint32), tf.constant(7), dropout=0.5, recurrent_dropout=0.2)
        for seeds in ([5, 9], [9])
    )
    for one, other in zip(both, alone, strict=True):
        for part, single in zip((one.inputs, one.recurrent), (other.inputs, other.recurrent), strict=True):
            assert part is not None
            assert single is not None
            np.testing.assert_array_equal(part[1:], single)
    assert not np.array_equal(both[0].inputs[0], both[0].inputs[1])  # type: ignore[index]


def watch_validation(network: Network, learning: Learning, epochs: int) -> Trained:
    later = rows(5, features=2)
    part = Part(later._replace(y=-later.y), later_grid([5], 4, "interleaved"), np.ones((1, 5), np.float32))
    trainer = Trainer(network, learning)
    return trainer.train(BATCHES, initial_weights(network, SEEDS), epochs, watched=watched_rows([part], len(SEEDS)))


def test_early_stopping_keeps_what_the_curves_of_a_full_training_say() -> None:
    """By hand: the rule of Keras's callback applied to the curve of each repeat of a training without it."""
    network, patience = Network(2, (3,)), 7
    full = watch_validation(network, Learning(ADAM, 0.02), 60)
    stopped = watch_validation(network, Learning(ADAM, 0.02, patience=patience), 60)
    for repeat in range(len(SEEDS)):
        curve = full.rmse[:, 0, repeat]
        best = 0
        for epoch in range(60):
            best = epoch if curve[epoch] < curve[best] else best
            if epoch - best >= patience:
                break
        assert epoch < 59
        assert stopped.best_epoch[repeat] == best + 1
        np.testing.assert_array_equal(stopped.rmse[: epoch + 1, 0, repeat], curve[: epoch + 1])
        np.testing.assert_allclose(stopped.rmse[epoch + 1 :, 0, repeat], curve[best], rtol=1e-6)
        again = watch_validation(network, Learning(ADAM, 0.02), best + 1)
        for array, other in zip(stopped.weights, again.weights, strict=True):
            np.testing.assert_array_equal(array[repeat], other[repeat])


def test_lifted_weights_have_three_axes() -> None:
    assert {array.ndim for array in lifted(initial_weights(Network(2, (3,), cell="gru", highway=True), SEEDS))} == {3}


@pytest.mark.parametrize("cell", ["gru", "simple_rnn"])
def test_export_of_other_cells_forecasts_the_same(cell: Any) -> None:
    network = Network(1, (3, 2), cell=cell, steps=2, highway=True)
    weights = initial_weights(network, SEEDS)
    weights[-1] += 0.5
    model = keras_model(network, 2)
    model.set_weights([array[0] for array in weights])
    x = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    calls = Calls(np.arange(6).reshape(3, 2), np.tile([0, 1], (3, 1)), np.zeros((3, 2), bool))
    others = keras_loop.predict(model, x[:, :, None], 2)
    np.testing.assert_allclose(forecast(network, weights, x, calls)[0, :, 0], others, atol=1e-5)
