"""Training of all repeats at once. Oracle: Keras itself, one network and one batch at a time."""

from typing import Any

import numpy as np
import pytest

from statecast.forecasting.calls import Calls
from statecast.forecasting.together import forecast
from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.export import keras_model
from statecast.training.initial import initial_weights
from statecast.training.job import NO_PENALTIES
from statecast.training.layout import Rows, training_batches
from statecast.training.optimizers import build_optimizer, check_optimizer
from statecast.training.runtime import keras
from tests.support import keras_loop
from tests.support.engine import (
    ADAM,
    EPOCHS,
    LAST,
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
PENALTIES = {
    "kernel_regularizer": keras.regularizers.L1L2(0.01, 0.02),
    "recurrent_regularizer": keras.regularizers.L1L2(0.03, 0.04),
    "bias_regularizer": keras.regularizers.L1L2(0.05, 0.06),
}
L1_L2 = ((0.01, 0.03, 0.05), (0.02, 0.04, 0.06))


@pytest.fixture(autouse=True)
def repeats_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the formula with the repeat axis last; ``test_formula`` compares it with the other."""
    monkeypatch.setattr(*LAST)


def fitted_by_keras(
    rows: Rows, units: list[int], batch_size: int, optimizer: str, loss: str
) -> list[np.ndarray]:
    """Return what Keras trains from the last seed; all seeds would take too long."""
    first = rows.y.shape[1] % batch_size
    features = rows.x.shape[-1]
    model = keras_loop.build(units, batch_size, features, seed=SEEDS[-1])
    model.compile(loss=loss, optimizer=build_optimizer(check_optimizer(optimizer), 0.01))
    x = rows.x[0, first:, None]
    y = rows.y[0, first:, 0]
    return keras_loop.fit(model, x, y, EPOCHS, batch_size)


def fitted_by_us(
    rows: Rows, units: list[int], batch_size: int, optimizer: str, loss: str
) -> list[np.ndarray]:
    network = Network(rows.x.shape[-1], tuple(units))
    learning = learning_by(check_optimizer(optimizer), loss=loss)
    return of_last(train(network, batches_of(rows, batch_size), EPOCHS, learning).weights)


@pytest.mark.parametrize(
    ("units", "batch_size"),
    [
        ([3], 4),
        pytest.param([1], 1, marks=SLOW),
        pytest.param([1], 4, marks=SLOW),
        pytest.param([3], 2, marks=SLOW),
    ],
)
def test_trained_weights_equal_those_of_a_keras_fit_loop(units: list[int], batch_size: int) -> None:
    case = (wave_rows(10), units, batch_size, "adam", "mse")
    assert largest_difference(fitted_by_us(*case), fitted_by_keras(*case)) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("units", "optimizer", "loss"),
    [([3, 2], "rmsprop", "mae"), ([2], "sgd", "huber"), ([2], "nadam", "mse")],
)
def test_layers_optimizers_and_losses_equal_a_keras_fit_loop(
    units: list[int], optimizer: str, loss: str
) -> None:
    case = (wave_rows(8, features=2), units, 4, optimizer, loss)
    assert largest_difference(fitted_by_us(*case), fitted_by_keras(*case)) < 1e-5


def trained_by_keras(network: Network, loss: str, **arguments: Any) -> list[np.ndarray]:
    """Return what Keras trains from the last seed, batch by batch."""
    model = keras_loop.build(
        list(network.units),
        4,
        network.features,
        seed=SEEDS[-1],
        cell=network.cell,
        head=network.head,
        **arguments,
    )
    model.compile(loss=loss, optimizer=build_optimizer(ADAM, 0.01), jit_compile=False)
    return keras_loop.train_on_batches(model, DATA.x[0, :, None], DATA.y[0, :, 0], EPOCHS, 4)


def trained_by_us(network: Network, loss: str, *, penalised: bool) -> list[np.ndarray]:
    penalties = L1_L2 if penalised else NO_PENALTIES
    learning = learning_by(loss=loss, penalties=penalties)
    return of_last(train(network, batches_of(DATA, 4), EPOCHS, learning).weights)


@pytest.mark.parametrize(
    ("network", "loss", "penalised"),
    [
        (Network(2, (3, 2), cell="gru"), "mae", True),
        pytest.param(Network(2, (2,), cell="simple_rnn", head="tanh"), "huber", True, marks=SLOW),
        pytest.param(Network(2, (2, 2), cell="simple_rnn", head="relu"), "mse", False, marks=SLOW),
    ],
    ids=["gru", "simple_rnn-tanh", "simple_rnn-relu"],
)
def test_cells_layers_and_penalties_equal_keras(
    network: Network, loss: str, penalised: bool
) -> None:
    theirs = trained_by_keras(network, loss, **(PENALTIES if penalised else {}))
    ours = trained_by_us(network, loss, penalised=penalised)
    assert largest_difference(ours, theirs) < 1e-5


@pytest.mark.parametrize(
    ("loss", "weights"),
    [
        ("direction_by_size", np.abs(DATA.y[0, :, 0])),
        pytest.param("direction", np.ones_like(DATA.y[0, :, 0]), marks=SLOW),
    ],
)
def test_directions_are_learned_as_keras_learns_signs(loss: str, weights: np.ndarray) -> None:
    network = Network(2, (2,))
    model = keras_loop.build([2], 4, 2, seed=SEEDS[-1])
    crossentropy = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(loss=crossentropy, optimizer=build_optimizer(ADAM, 0.01), jit_compile=False)
    x = DATA.x[0, :, None]
    is_up = (DATA.y[0, :, 0] > 0).astype(np.float32)
    theirs = keras_loop.train_on_batches(model, x, is_up, EPOCHS, 4, weights=weights)
    ours = trained_by_us(network, loss, penalised=False)
    assert largest_difference(ours, theirs) < 1e-5


@pytest.mark.parametrize("cell", ["lstm", pytest.param("gru", marks=SLOW)])
def test_hard_sigmoid_of_the_gates_equals_keras(cell: Any) -> None:
    network = Network(2, (2,), cell=cell, recurrent_activation="hard_sigmoid")
    theirs = trained_by_keras(network, "mse", recurrent_activation=keras_loop.hard_sigmoid)
    assert largest_difference(trained_by_us(network, "mse", penalised=False), theirs) < 1e-5


@pytest.mark.parametrize(
    ("cell", "activation"),
    [
        ("lstm", "relu"),
        pytest.param("gru", "softsign", marks=SLOW),
        pytest.param("simple_rnn", "sigmoid", marks=SLOW),
        pytest.param("lstm", "linear", marks=SLOW),
    ],
)
def test_activation_of_the_cell_equals_keras(cell: Any, activation: Any) -> None:
    network = Network(2, (2,), cell=cell, activation=activation)
    theirs = trained_by_keras(network, "mse", activation=activation)
    assert largest_difference(trained_by_us(network, "mse", penalised=False), theirs) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("units", "loss", "penalised"),
    [
        (units, loss, (row + column) % 2 == 0)
        for row, units in enumerate([(3,), (3, 2), (3, 2, 2)])
        for column, loss in enumerate(["mse", "mae", "huber", "log_cosh"])
    ],
)
def test_every_loss_with_one_to_three_layers_equals_keras(
    units: tuple[int, ...], loss: str, penalised: bool
) -> None:
    """Every loss and every number of layers is trained with penalties and without."""
    network = Network(2, units)
    theirs = trained_by_keras(network, loss, **(PENALTIES if penalised else {}))
    ours = trained_by_us(network, loss, penalised=penalised)
    assert largest_difference(ours, theirs) < 1e-5


@pytest.mark.slow
def test_gradient_through_the_rows_of_an_update_equals_a_keras_sequence() -> None:
    """Two sequences of five rows in two lanes, one update a pass, the last row of each weighted."""
    data = wave_rows(10)
    grid = training_grid([5, 5], 2, "sequences", rows_per_update=5, network="all")
    weights = np.array([[1, 1, 1, 1, 3] * 2], np.float32)
    batches = training_batches(data, [grid], len(SEEDS), rows_per_update=5, row_weights=weights)
    network = Network(1, (3,), head="sigmoid")
    ours = train(network, batches, EPOCHS, learning_by(loss="binary_crossentropy")).weights
    model = keras_loop.build([3], 2, seed=SEEDS[-1], timesteps=5, head="sigmoid", every_step=True)
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.01))
    x = data.x.reshape(2, 5, 1)
    y = data.y.reshape(2, 5, 1)
    for _ in range(EPOCHS):
        model.train_on_batch(x, y, sample_weight=weights.reshape(2, 5))
        keras_loop.reset(model)
    assert largest_difference(of_last(ours), model.get_weights()) < 1e-5


@pytest.mark.slow
def test_interleaved_series_of_a_network_equal_a_keras_fit_for_each() -> None:
    """Two sequences of four rows, each a fit in two lanes, the states zeroed after it."""
    data = wave_rows(8)
    grid = training_grid([4, 4], 2, "interleaved", network="all")
    batches = training_batches(data, [grid], len(SEEDS))
    ours = train(Network(1, (3,)), batches, EPOCHS, learning_by()).weights
    model = keras_loop.build([3], 2, seed=SEEDS[-1])
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01))
    x = data.x[0, :, None]
    y = data.y[0]
    for _ in range(EPOCHS):
        for sequence in (slice(4), slice(4, 8)):
            keras_loop.train_on_batches(model, x[sequence], y[sequence], 1, batch_size=2)
    assert largest_difference(of_last(ours), model.get_weights()) < 1e-5


@pytest.mark.slow
def test_series_in_lanes_beside_each_other_equal_keras_in_the_same_order_of_rows() -> None:
    """Two series of four rows: each step of the two is a batch, zeroed at the end."""
    data = wave_rows(8)
    grid = training_grid([4, 4], 2, "sequences", network="all")
    batches = training_batches(data, [grid], len(SEEDS))
    ours = train(Network(1, (3,)), batches, EPOCHS, learning_by()).weights
    model = keras_loop.build([3], 2, seed=SEEDS[-1])
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01))
    side_by_side = [0, 4, 1, 5, 2, 6, 3, 7]
    x = data.x[0, side_by_side, None]
    theirs = keras_loop.fit(model, x, data.y[0, side_by_side], EPOCHS, batch_size=2)
    assert largest_difference(of_last(ours), theirs) < 1e-5


def test_padded_rows_change_no_loss_and_no_gradient() -> None:
    """Seven rows in three lanes: Keras trains on the used ones, and the others are zeroed."""
    data = wave_rows(7)
    grid = training_grid([7], 3, remainder="pad")
    sgd = learning_by(check_optimizer("sgd"), 0.05)
    ours = train(Network(1, (2,)), training_batches(data, [grid], 2), 1, sgd).weights
    model = keras_loop.build([2], 3, seed=SEEDS[-1])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.05))
    x = data.x[0, :, None]
    y = data.y[0]
    model.train_on_batch(np.concatenate([x[:1]] * 3), np.concatenate([y[:1]] * 3))
    for state in model.layers[0].states:
        value = np.asarray(state).copy()
        value[:2] = 0  # the two lanes that rested
        state.assign(value)
    model.train_on_batch(x[1:4], y[1:4])
    model.train_on_batch(x[4:7], y[4:7])
    assert largest_difference(of_last(ours), model.get_weights()) < 1e-6


@pytest.mark.slow
def test_stateless_training_equals_a_stateless_keras_network() -> None:
    data = wave_rows(8)
    grid = training_grid([8], 4, stateful=False)
    ours = train(Network(1, (2,)), training_batches(data, [grid], 2), 10).weights
    model = keras_loop.build([2], 4, seed=SEEDS[-1], stateful=False)
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01))
    model.fit(data.x[0, :, None], data.y[0], epochs=10, batch_size=4, verbose=0, shuffle=False)
    assert largest_difference(of_last(ours), model.get_weights()) < 1e-5


def test_network_without_memory_equals_keras_dense_layers() -> None:
    data = wave_rows(8)
    ours = train(Network(1, (3,), cell="dense"), batches_of(data, 4), 10).weights
    keras.utils.set_random_seed(SEEDS[-1])
    layers = [keras.Input((1,)), keras.layers.Dense(3, "tanh"), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01))
    model.fit(data.x[0], data.y[0], epochs=10, batch_size=4, verbose=0, shuffle=False)
    assert largest_difference(of_last(ours), model.get_weights()) < 1e-5


@pytest.mark.slow
def test_lookback_as_timesteps_with_a_highway_equals_keras() -> None:
    """Rows of four steps, the state carried from row to row, and a linear path beside."""
    data = wave_rows(8, features=4)
    network = Network(1, (3, 2), steps=4, highway=True)
    ours = train(network, batches_of(data, 4)).weights
    model = keras_model(network, 4)
    model.set_weights(of_last(initial_weights(network, SEEDS)))
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01), jit_compile=False)
    x = data.x[0, :, :, None]
    theirs = keras_loop.train_on_batches(model, x, data.y[0, :, 0], EPOCHS, 4)
    assert largest_difference(of_last(ours), theirs) < 1e-5
    assert np.abs(ours[-1]).min() > 0.01  # the highway has learned

    keras_loop.reset(model)
    grid = training_grid([8], 4)
    lane = np.broadcast_to(np.arange(4), grid.rows.shape)
    forecasts = forecast(network, ours, data.x[0], Calls(grid.rows, lane, grid.reset))
    np.testing.assert_allclose(forecasts[-1, :, 0], keras_loop.predict(model, x, 4), atol=1e-5)
