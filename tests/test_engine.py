"""Training of all repeats at once. Oracle: Keras itself, one network and one fit call an epoch at a time."""

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.model.lanes import training_grid
from statecast.model.network import Network
from statecast.training.batches import Part, Rows, later_grid, training_batches, watched_rows
from statecast.training.engine import LOSSES, Trainer
from statecast.training.initial import initial_weights
from statecast.training.optimizers import build_optimizer, check_optimizer
from statecast.training.runtime import keras
from tests import keras_loop

SEEDS = [3, 4]
EPOCHS = 30


def rows(count: int, features: int = 1) -> Rows:
    """Return rows of a noisy wave, one series."""
    rng = np.random.default_rng(7)
    wave = np.sin(np.arange(count + features) / 2) + rng.normal(0, 0.3, count + features)
    x = np.stack([wave[row : row + features] for row in range(count)])
    return Rows(x[None].astype(np.float32), wave[None, features:].astype(np.float32))


def our_weights(data: Rows, units: list[int], batch_size: int, optimizer: str, loss: str) -> list[np.ndarray]:
    network = Network(data.x.shape[-1], tuple(units))
    batches = training_batches(data, training_grid([data.y.shape[1]], batch_size), len(SEEDS))
    trainer = Trainer(network, batches, build_optimizer(check_optimizer(optimizer), 0.01), loss=loss)
    return trainer.train(initial_weights(network, SEEDS), EPOCHS).weights


def keras_weights(data: Rows, units: list[int], batch_size: int, optimizer: str, loss: str) -> list[np.ndarray]:
    """Return what Keras trains from the last seed: one of the repeats, so that the loop ends today."""
    first = data.y.shape[1] % batch_size
    model = keras_loop.build(units, batch_size, data.x.shape[-1], seed=SEEDS[-1])
    model.compile(loss=loss, optimizer=build_optimizer(check_optimizer(optimizer), 0.01))
    return keras_loop.fit(model, data.x[0, first:, None], data.y[0, first:], EPOCHS, batch_size)


def largest(ours: list[np.ndarray], theirs: list[np.ndarray]) -> float:
    return max(float(np.abs(mine[-1] - other).max()) for mine, other in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("batch_size", [1, 2, 4])
@pytest.mark.parametrize("units", [[1], [3]])
def test_trained_weights_equal_those_of_a_keras_fit_loop(units: list[int], batch_size: int) -> None:
    data = rows(10)
    case = (data, units, batch_size, "adam", "mse")
    assert largest(our_weights(*case), keras_weights(*case)) < 1e-5


@pytest.mark.parametrize(
    ("units", "optimizer", "loss"), [([3, 2], "rmsprop", "mae"), ([2], "sgd", "huber"), ([2], "nadam", "log_cosh")]
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


def test_watched_rmse_equals_keras_forecasts_from_the_zero_state() -> None:
    data, later = rows(10), rows(7)
    network, grid = Network(1, (2,)), training_grid([10], 4)
    parts = [
        Part(data, grid, np.array([2.0])),
        Part(later, later_grid(7, 4, "interleaved", stateful=True), np.array([2.0])),
    ]
    trainer = Trainer(
        network,
        training_batches(data, grid, len(SEEDS)),
        build_optimizer(check_optimizer("adam"), 0.01),
        watched=watched_rows(parts, len(SEEDS)),
    )
    trained = trainer.train(initial_weights(network, SEEDS), 5)
    for repeat in range(len(SEEDS)):
        model = keras_loop.build([2], 4)
        model.set_weights([array[repeat] for array in trained.weights])
        forecasts = keras_loop.predict(model, data.x[0, 2:, None], 4)
        expected = np.sqrt(np.mean((forecasts - data.y[0, 2:]) ** 2)) / 2
        np.testing.assert_allclose(trained.rmse[-1, 0, repeat], expected, rtol=1e-5)
        keras_loop.reset(model)
        filled = np.concatenate([later.x[0], np.zeros((1, 1), np.float32)])[:, None]
        forecasts = keras_loop.predict(model, filled, 4)[:7]
        expected = np.sqrt(np.mean((forecasts - later.y[0]) ** 2)) / 2
        np.testing.assert_allclose(trained.rmse[-1, 1, repeat], expected, rtol=1e-5)


def test_chunks_of_epochs_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data, network = rows(8), Network(1, (2,))
    results = []
    for size in (256 * 1024, 4 * 2 * 3):
        monkeypatch.setattr("statecast.training.engine.HISTORY_BYTES", size)
        batches = training_batches(data, training_grid([8], 4), 2)
        trainer = Trainer(network, batches, build_optimizer(check_optimizer("adam"), 0.01))
        results.append(trainer.train(initial_weights(network, SEEDS), 11))
    np.testing.assert_array_equal(results[0].loss, results[1].loss)
    assert len(results[0].loss) == 11


def test_second_training_starts_afresh() -> None:
    data, network = rows(8), Network(1, (2,))
    trainer = Trainer(
        network, training_batches(data, training_grid([8], 4), 2), build_optimizer(check_optimizer("adam"), 0.01)
    )
    first, second = (trainer.train(initial_weights(network, SEEDS), 5) for _ in range(2))
    np.testing.assert_array_equal(first.loss, second.loss)


def test_repeats_equal_one_by_one_training() -> None:
    data, network = rows(8), Network(1, (2,))
    batches = training_batches(data, training_grid([8], 4), 1)

    def losses(seeds: list[int]) -> np.ndarray:
        trainer = Trainer(network, batches, build_optimizer(check_optimizer("adam"), 0.01))
        return trainer.train(initial_weights(network, seeds), 20).loss

    np.testing.assert_allclose(losses([5, 6]), np.concatenate([losses([5]), losses([6])], axis=1), rtol=1e-5)


def test_diverging_training_names_repeat_and_epoch() -> None:
    data, network = rows(8), Network(1, (2,))
    optimizer = build_optimizer(check_optimizer("sgd"), 1e30)
    trainer = Trainer(network, training_batches(data, training_grid([8], 4), 2), optimizer)
    with pytest.raises(StatecastError, match=r"loss must stay finite, got (nan|inf) in repeat 0 \(seed 3\), epoch \d"):
        trainer.train(initial_weights(network, SEEDS), 50, seeds=SEEDS)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_losses_are_those_of_keras(name: str) -> None:
    error = np.array([[-3.0, -0.5, 0.0, 0.2, 4.0]], np.float32)
    theirs = keras.losses.get(name)(np.zeros_like(error), error)
    np.testing.assert_allclose(np.mean(LOSSES[name](error)), np.mean(theirs), rtol=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        ("adamm", "must be one that treats every weight by itself: adadelta.*got 'adamm'"),
        ("lamb", "got lamb, which takes a norm"),
        ({"name": "adam", "clipnorm": 1.0}, r"must clip by value \(clipvalue\).*got clipnorm"),
        ({"name": "adam", "beta": 1.0}, "must have arguments of Adam: .*beta_1.*got 'beta'"),
        ({"name": "sgd", "momentum": 3.0}, "must suit SGD, got"),
    ],
)
def test_unsuitable_optimizers_are_refused(optimizer: str | dict[str, object], message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        build_optimizer(check_optimizer(optimizer), 0.001)
