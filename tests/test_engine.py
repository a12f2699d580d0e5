"""Training of all repeats at once. Oracle: Keras itself, one network and one fit call an epoch at a time."""

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.epoch import Batches, Watched
from statecast.training.initial import chrono_biases, initial_weights
from statecast.training.job import Learning
from statecast.training.layout import Part, Rows, later_grid, training_batches, watched_rows
from statecast.training.ops import LOSSES
from statecast.training.optimizers import build_optimizer, check_optimizer
from statecast.training.runtime import keras
from statecast.training.trainer import Trained, Trainer
from tests import keras_loop

SEEDS = [3, 4]
EPOCHS = 30


def rows(count: int, features: int = 1) -> Rows:
    """Return rows of a noisy wave, one series."""
    rng = np.random.default_rng(7)
    wave = np.sin(np.arange(count + features) / 2) + rng.normal(0, 0.3, count + features)
    x = np.stack([wave[row : row + features] for row in range(count)])
    return Rows(x[None].astype(np.float32), wave[None, features:, None].astype(np.float32))


def learning(optimizer: str | dict[str, object] = "adam", rate: float = 0.01, loss: str = "mse") -> Learning:
    return Learning(check_optimizer(optimizer), rate, loss=loss)


def train(
    network: Network,
    batches: Batches,
    epochs: int,
    how: Learning | None = None,
    *,
    watched: Watched | None = None,
    seeds: list[int] | None = None,
    every: int = 1,
) -> Trained:
    seeds = seeds or SEEDS
    trainer = Trainer(network, how or learning(), history_every=every)
    return trainer.train(batches, initial_weights(network, seeds), epochs, watched=watched, seeds=seeds)


def our_weights(
    data: Rows, units: list[int], batch_size: int, optimizer: str | dict[str, object], loss: str
) -> list[np.ndarray]:
    network = Network(data.x.shape[-1], tuple(units))
    batches = training_batches(data, training_grid([data.y.shape[1]], batch_size), len(SEEDS))
    return train(network, batches, EPOCHS, learning(optimizer, loss=loss)).weights


def keras_weights(data: Rows, units: list[int], batch_size: int, optimizer: str, loss: str) -> list[np.ndarray]:
    """Return what Keras trains from the last seed: one of the repeats, so that the loop ends today."""
    first = data.y.shape[1] % batch_size
    model = keras_loop.build(units, batch_size, data.x.shape[-1], seed=SEEDS[-1])
    model.compile(loss=loss, optimizer=build_optimizer(check_optimizer(optimizer), 0.01))
    return keras_loop.fit(model, data.x[0, first:, None], data.y[0, first:, 0], EPOCHS, batch_size)


def largest(ours: list[np.ndarray], theirs: list[np.ndarray]) -> float:
    return max(float(np.abs(mine[-1] - other).max()) for mine, other in zip(ours, theirs, strict=True))


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("units", "batch_size"),
    [
        ([3], 4),
        *(pytest.param([units], size, marks=SLOW) for units, size in ((1, 1), (1, 2), (1, 4), (3, 1), (3, 2))),
    ],
)
def test_trained_weights_equal_those_of_a_keras_fit_loop(units: list[int], batch_size: int) -> None:
    data = rows(10)
    case = (data, units, batch_size, "adam", "mse")
    assert largest(our_weights(*case), keras_weights(*case)) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("units", "optimizer", "loss"),
    [
        ([3, 2], "rmsprop", "mae"),
        *(pytest.param([2], *case, marks=SLOW) for case in (("sgd", "huber"), ("nadam", "mse"))),
    ],
)
def test_layers_optimizers_and_losses_equal_keras(units: list[int], optimizer: str, loss: str) -> None:
    case = (rows(8, features=2), units, 4, optimizer, loss)
    assert largest(our_weights(*case), keras_weights(*case)) < 1e-5


@pytest.mark.parametrize("units", [(1,), (3, 2)])
def test_initial_weights_are_those_of_keras(units: tuple[int, ...]) -> None:
    ours = initial_weights(Network(2, units), SEEDS)
    for repeat, seed in enumerate(SEEDS):
        model = keras_loop.build(list(units), 2, 2, seed=seed)
        for mine, theirs in zip(ours, model.get_weights(), strict=True):
            np.testing.assert_array_equal(mine[repeat], theirs)


def test_gradient_through_timesteps_equals_a_keras_sequence() -> None:
    """Two sequences of five rows in two lanes, one update a pass, the last row of each weighted."""
    data = rows(10)
    grid = training_grid([5, 5], 2, "sequences", timesteps=5)
    weights = np.array([[1, 1, 1, 1, 3] * 2], np.float32)
    batches = training_batches(data, grid, len(SEEDS), timesteps=5, row_weights=weights)
    network = Network(1, (3,), head="sigmoid")
    ours = train(network, batches, EPOCHS, learning(loss="binary_crossentropy")).weights
    model = keras_loop.build([3], 2, seed=SEEDS[-1], timesteps=5, head="sigmoid", every_step=True)
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.01))
    x, y, w = data.x.reshape(2, 5, 1), data.y.reshape(2, 5, 1), weights.reshape(2, 5)
    for _ in range(EPOCHS):
        model.train_on_batch(x, y, sample_weight=w)
        keras_loop.reset(model)
    assert largest(ours, model.get_weights()) < 1e-5


def test_padded_rows_change_no_loss_and_no_gradient() -> None:
    """Seven rows in lanes of three: what Keras does with masked rows is done here by training on the used lanes."""
    data, network = rows(7), Network(1, (2,))
    grid = training_grid([7], 3, remainder="pad")
    ours = train(network, training_batches(data, grid, 2), 1, learning("sgd", 0.05)).weights
    model = keras_loop.build([2], 3, seed=SEEDS[-1])
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.05))
    x, y = data.x[0, :, None], data.y[0]
    model.train_on_batch(np.concatenate([x[:1]] * 3), np.concatenate([y[:1]] * 3))
    states = [np.asarray(state).copy() for state in model.layers[0].states]
    for state, value in zip(model.layers[0].states, states, strict=True):
        value[:2] = 0  # the two lanes that rested
        state.assign(value)
    model.train_on_batch(x[1:4], y[1:4])
    model.train_on_batch(x[4:7], y[4:7])
    assert largest(ours, model.get_weights()) < 1e-6


@pytest.mark.slow
def test_stateless_training_equals_a_stateless_keras_network() -> None:
    data, network = rows(8), Network(1, (2,))
    grid = training_grid([8], 4, stateful=False)
    ours = train(network, training_batches(data, grid, 2), 10).weights
    model = keras_loop.build([2], 4, seed=SEEDS[-1], stateful=False)
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01))
    model.fit(data.x[0, :, None], data.y[0], epochs=10, batch_size=4, verbose=0, shuffle=False)
    assert largest(ours, model.get_weights()) < 1e-5


def test_network_without_memory_equals_keras_dense_layers() -> None:
    data, network = rows(8), Network(1, (3,), cell="dense")
    batches = training_batches(data, training_grid([8], 4), 2)
    ours = train(network, batches, 10).weights
    keras.utils.set_random_seed(SEEDS[-1])
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3, "tanh"), keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01))
    model.fit(data.x[0], data.y[0], epochs=10, batch_size=4, verbose=0, shuffle=False)
    assert largest(ours, model.get_weights()) < 1e-5


def test_chrono_biases_lie_where_the_paper_puts_them() -> None:
    network = Network(1, (50,))
    bias = chrono_biases(network, initial_weights(network, SEEDS), SEEDS, 100)[2]
    forget = bias[:, 50:100]
    assert (forget >= 0).all()
    assert (forget <= np.log(99)).all()
    np.testing.assert_array_equal(bias[:, :50], -forget)
    np.testing.assert_array_equal(bias[:, 100:], 0)


@pytest.mark.slow
def test_history_every_few_epochs_is_the_same_history() -> None:
    data, network, grid = rows(8), Network(1, (2,)), training_grid([8], 4)
    watched = watched_rows([Part(data, grid, np.ones((1, 8), np.float32))], 2)
    batches = training_batches(data, grid, 2)
    found = [train(network, batches, 10, watched=watched, every=every).rmse for every in (1, 4)]
    np.testing.assert_allclose(found[0][[3, 7, 9]], found[1], rtol=1e-6)


def test_watched_rmse_equals_keras_forecasts_from_the_zero_state() -> None:
    data, later = rows(10), rows(7)
    network, grid = Network(1, (2,)), training_grid([10], 4)
    parts = [
        Part(data, grid, np.full((1, 10), 2.0, np.float32)),
        Part(later, later_grid([7], 4, "interleaved"), np.full((1, 7), 2.0, np.float32)),
    ]
    batches = training_batches(data, grid, len(SEEDS))
    trained = train(network, batches, 5, watched=watched_rows(parts, len(SEEDS)))
    for repeat in range(len(SEEDS)):
        model = keras_loop.build([2], 4)
        model.set_weights([array[repeat] for array in trained.weights])
        forecasts = keras_loop.predict(model, data.x[0, 2:, None], 4)
        expected = np.sqrt(np.mean((forecasts - data.y[0, 2:, 0]) ** 2)) / 2
        np.testing.assert_allclose(trained.rmse[-1, 0, repeat], expected, rtol=1e-5)
        keras_loop.reset(model)
        filled = np.concatenate([later.x[0], np.zeros((1, 1), np.float32)])[:, None]
        forecasts = keras_loop.predict(model, filled, 4)[:7]
        expected = np.sqrt(np.mean((forecasts - later.y[0, :, 0]) ** 2)) / 2
        np.testing.assert_allclose(trained.rmse[-1, 1, repeat], expected, rtol=1e-5)


def test_chunks_of_epochs_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data, network = rows(8), Network(1, (2,))
    results = []
    for size in (256 * 1024, 4 * 2 * 3):
        monkeypatch.setattr("statecast.training.trainer.HISTORY_BYTES", size)
        batches = training_batches(data, training_grid([8], 4), 2)
        results.append(train(network, batches, 11))
    np.testing.assert_array_equal(results[0].loss, results[1].loss)
    assert len(results[0].loss) == 11


def test_second_training_starts_afresh() -> None:
    data, network = rows(8), Network(1, (2,))
    trainer, batches = Trainer(network, learning("nadam")), training_batches(data, training_grid([8], 4), 2)
    first, second = (trainer.train(batches, initial_weights(network, SEEDS), 5) for _ in range(2))
    np.testing.assert_array_equal(first.loss, second.loss)


def test_repeats_equal_one_by_one_training() -> None:
    data, network = rows(8), Network(1, (2,))
    batches = training_batches(data, training_grid([8], 4), 1)

    def losses(seeds: list[int]) -> np.ndarray:
        return train(network, batches, 20, seeds=seeds).loss

    np.testing.assert_allclose(losses([5, 6]), np.concatenate([losses([5]), losses([6])], axis=1), rtol=1e-5)


def test_diverging_training_names_repeat_and_epoch() -> None:
    data, network = rows(8), Network(1, (2,))
    batches = training_batches(data, training_grid([8], 4), 2)
    with pytest.raises(StatecastError, match=r"loss must stay finite, got (nan|inf) in repeat 0 \(seed 3\), epoch \d"):
        train(network, batches, 50, learning("sgd", 1e30))


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_losses_are_those_of_keras(name: str) -> None:
    z = np.array([[-3.0, -0.5, 0.0, 0.2, 4.0], [1.0, 2.0, 0.5, -1.0, 0.0]], np.float32)
    y = np.array([[0, 0, 1, 0, 0], [1, 0, 0, 0, 0]], np.float32)
    head = {"binary_crossentropy": "sigmoid", "categorical_crossentropy": "softmax"}.get(name, "linear")
    theirs = keras.losses.get(name)(y, keras.activations.get(head)(z))
    np.testing.assert_allclose(LOSSES[name](z, y, head), theirs, rtol=1e-5)


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        ("adamm", "must be one that treats every weight by itself: adadelta.*got 'adamm'"),
        ("lamb", "got lamb, which takes a norm"),
        ({"name": "adam", "clipnorm": 1.0, "clipvalue": 1.0}, "must have one kind of clipping, got clipnorm and clip"),
        ({"name": "adam", "clipnorm": -1.0}, r"optimizer\.clipnorm must be a number above 0, got -1"),
        ({"name": "adam", "use_ema": True}, "got 'use_ema'"),
        ({"name": "adam", "beta": 1.0}, "must have arguments of Adam: .*beta_1.*got 'beta'"),
        ({"name": "sgd", "momentum": 3.0}, "must suit SGD, got"),
    ],
)
def test_unsuitable_optimizers_are_refused(optimizer: str | dict[str, object], message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        build_optimizer(check_optimizer(optimizer), 0.001)
