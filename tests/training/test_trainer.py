"""The loop around the compiled program. Oracles: by hand, and each training by itself."""

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.blocks import Order
from statecast.training.initial import initial_weights
from statecast.training.layout import Batches, WatchedPart, watched_rows
from statecast.training.optimizers import check_optimizer
from statecast.training.trainer import ROUND_SECONDS, Curves, Pace, Trainer
from tests.support.engine import SEEDS, batches_of, learning_by, train, wave_rows

NETWORK = Network(1, (2,))
DATA = wave_rows(8)
BATCHES = batches_of(DATA, 4)
EPOCHS = 20
TOO_FAST = learning_by(check_optimizer("sgd"), 1e30)


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    """A program of two repeats, compiled once for many tests."""
    return Trainer(NETWORK, learning_by())


@pytest.fixture(scope="module")
def trainer_of_one() -> Trainer:
    """A program of one repeat."""
    return Trainer(NETWORK, learning_by())


def losses(trainer: Trainer, seeds: list[int], shuffle: Order | None = None) -> np.ndarray:
    """Return the losses [E, R]."""
    initial = initial_weights(NETWORK, seeds)
    return trainer.train(BATCHES, initial, EPOCHS, shuffle=shuffle).loss


@pytest.mark.slow
def test_repeats_equal_one_by_one_training(trainer: Trainer, trainer_of_one: Trainer) -> None:
    together = losses(trainer, [5, 6])
    alone = [losses(trainer_of_one, [seed]) for seed in (5, 6)]
    np.testing.assert_allclose(together, np.concatenate(alone, axis=1), rtol=1e-5)


@pytest.mark.slow
def test_order_of_the_updates_is_the_same_for_all_repeats(
    trainer: Trainer, trainer_of_one: Trainer
) -> None:
    """A repeat trained beside another sees the order that it sees when trained alone."""

    def order(epoch: int) -> np.ndarray:
        return np.random.default_rng(epoch).permutation(2)

    together = losses(trainer, [5, 6], order)
    alone = [losses(trainer_of_one, [seed], order) for seed in (5, 6)]
    np.testing.assert_allclose(together, np.concatenate(alone, axis=1), rtol=1e-5)


@pytest.mark.slow
def test_order_of_the_updates_is_the_one_that_is_asked_for(trainer: Trainer) -> None:
    """Two batches taken the other way round are batches laid out the other way round."""
    turned = Batches(*(part[::-1] for part in BATCHES))
    swapped = losses(trainer, SEEDS, lambda _: np.array([1, 0]))
    plain = trainer.train(turned, initial_weights(NETWORK, SEEDS), EPOCHS).loss
    np.testing.assert_allclose(swapped, plain, rtol=1e-6)


@pytest.mark.slow
def test_chunks_of_epochs_change_nothing(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = losses(trainer, SEEDS)
    monkeypatch.setattr("statecast.training.trainer.HISTORY_BYTES", 4 * 2 * 3)
    np.testing.assert_allclose(losses(trainer, SEEDS), whole, rtol=1e-5, atol=1e-6)
    assert len(whole) == EPOCHS


def test_second_training_starts_afresh() -> None:
    """Nadam keeps more between the updates than the others."""
    trainer = Trainer(NETWORK, learning_by(check_optimizer("nadam")))
    first = losses(trainer, SEEDS)
    np.testing.assert_array_equal(losses(trainer, SEEDS), first)


@pytest.mark.parametrize("epochs", [7, EPOCHS])
def test_each_stop_yields_what_a_training_of_its_own_would(trainer: Trainer, epochs: int) -> None:
    initial = initial_weights(NETWORK, SEEDS)
    stops = dict(zip((7, EPOCHS), trainer.train_up_to(BATCHES, initial, [7, EPOCHS]), strict=True))
    alone = trainer.train(BATCHES, initial, epochs)
    np.testing.assert_allclose(stops[epochs].loss, alone.loss, rtol=1e-5, atol=1e-6)
    for mine, other in zip(stops[epochs].weights, alone.weights, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-6)


def test_weights_keep_the_shapes_that_were_given(trainer: Trainer) -> None:
    initial = initial_weights(NETWORK, SEEDS)
    trained = trainer.train(BATCHES, initial, EPOCHS)
    assert [weight.shape for weight in trained.weights] == [weight.shape for weight in initial]


def test_progress_is_told_all_epochs_and_the_mean_loss(trainer: Trainer) -> None:
    told: list[tuple[int, float]] = []
    trained = trainer.train(
        BATCHES,
        initial_weights(NETWORK, SEEDS),
        EPOCHS,
        progress=lambda done, loss: told.append((done, loss)),
    )
    assert told[-1] == (EPOCHS, pytest.approx(trained.loss[-1].mean()))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize(
    "what",
    [
        r"loss must stay finite, got (nan|inf) in repeat 0 \(seed 3\), epoch \d",
        "lower `learning_rate` or scale the series",
    ],
    ids=["where", "what to do"],
)
def test_diverging_training_says_where_and_what_to_do(what: str) -> None:
    with pytest.raises(StatecastError, match=what):
        train(NETWORK, BATCHES, 50, TOO_FAST)


def test_a_last_update_that_goes_too_far_is_refused_without_a_look_at_rows() -> None:
    """The loss is measured before it. Targets of 1e9 and a rate of 1e30 go beyond 32 bits."""
    once = learning_by(check_optimizer("sgd"), 1e30)
    one_update = batches_of(wave_rows(8), 8)
    with pytest.raises(
        StatecastError, match=r"^the weights must stay finite, got .* epoch 1: lower"
    ):
        train(Network(1, (2,)), one_update._replace(y=one_update.y * 1e9), 1, once)


@pytest.mark.slow
def test_history_every_few_epochs_is_the_same_history() -> None:
    grid = training_grid([8], 4)
    part = WatchedPart(DATA, [grid], np.ones((1, 8), np.float32))
    watched = watched_rows([part], 2)
    every = train(NETWORK, BATCHES, 10, watched=watched)
    fourth = train(NETWORK, BATCHES, 10, watched=watched, history_every=4)
    np.testing.assert_allclose(every.rmse[[3, 7, 9]], fourth.rmse, rtol=1e-6)


@pytest.mark.parametrize(
    ("every", "epochs", "recorded"),
    [(1, 3, [0, 1, 2]), (4, 10, [3, 7, 9]), (4, 8, [3, 7]), (20, 8, [7])],
)
def test_last_epoch_is_always_recorded(every: int, epochs: int, recorded: list[int]) -> None:
    trainer = Trainer(NETWORK, learning_by(), history_every=every)
    assert trainer.recorded(epochs).tolist() == recorded


def test_first_call_is_one_epoch() -> None:
    assert Pace(1000).next(500) == 1


def test_quick_calls_grow_by_sixteen() -> None:
    pace = Pace(1000)
    counts = []
    for _ in range(3):
        counts.append(pace.next(500))
        pace.took(ROUND_SECONDS / 1000)
    assert counts == [1, 16, 256]


def test_calls_have_at_most_the_epochs_that_are_left() -> None:
    pace = Pace(1000)
    pace.next(500)
    pace.took(ROUND_SECONDS / 1000)
    assert pace.next(3) == 3


def test_calls_have_at_most_the_epochs_that_a_program_takes() -> None:
    pace = Pace(10)
    pace.next(500)
    pace.took(ROUND_SECONDS / 1000)
    assert pace.next(500) == 10


def test_slow_calls_shrink_to_the_time_that_is_aimed_at() -> None:
    pace = Pace(1000)
    pace.next(500)
    pace.took(ROUND_SECONDS / 16)
    assert pace.next(500) == 16
    pace.took(4 * ROUND_SECONDS)
    assert pace.next(500) == 4


def test_calls_have_at_least_an_epoch() -> None:
    pace = Pace(1000)
    pace.next(500)
    pace.took(100 * ROUND_SECONDS)
    assert pace.next(500) == 1


@pytest.fixture
def curves() -> Curves:
    """Three epochs of two repeats, added in two calls; one part is watched."""
    curves = Curves()
    curves.add(np.array([[1.0, 2.0]]), np.array([[[5.0, 6.0]]]))
    curves.add(np.array([[3.0, 4.0], [7.0, 9.0]]), np.array([[[7.0, 8.0]], [[9.0, 10.0]]]))
    return curves


def test_curves_stand_one_after_the_other(curves: Curves) -> None:
    assert curves.loss.tolist() == [[1, 2], [3, 4], [7, 9]]
    assert curves.rmse.tolist() == [[[5, 6]], [[7, 8]], [[9, 10]]]


def test_curves_count_their_epochs(curves: Curves) -> None:
    assert curves.epochs == 3


def test_last_loss_is_the_mean_over_the_repeats(curves: Curves) -> None:
    assert curves.last_loss == 8
