"""Early stopping of each repeat. Oracle: the rule of Keras's callback on the full curves."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from statecast.network.network import Network
from statecast.training import blocks, trainer
from statecast.training.formula import Formula, Plan
from statecast.training.job import Learning
from statecast.training.layout import WatchedPart, later_grid, watched_rows
from statecast.training.repeats_first import RepeatsFirst
from statecast.training.repeats_last import RepeatsLast
from statecast.training.runtime import tf
from statecast.training.stopping import Stops, after_epoch, no_stops
from statecast.training.trainer import Pace, Trained
from tests.support.engine import ADAM, SEEDS, batches_of, train, wave_rows

NETWORK = Network(2, (3,))
PATIENCE = 7
EPOCHS = 60
REPEATS = range(len(SEEDS))


def watch_validation(epochs: int, patience: int | None = None, *, dropout: float = 0) -> Trained:
    """Train with a validation part, a flatter wave, that training comes close to and overshoots."""
    later = wave_rows(5, features=2)
    flatter = later._replace(y=0.6 * later.y)
    grid = later_grid([5], 4, "interleaved")
    part = WatchedPart(flatter, [grid], np.ones((1, 5), np.float32))
    learning = Learning(ADAM, 0.02, patience=patience, dropout=dropout)
    batches = batches_of(wave_rows(8, features=2), 4)
    return train(NETWORK, batches, epochs, learning, watched=watched_rows([part], len(SEEDS)))


@pytest.fixture(scope="module")
def full() -> Trained:
    return watch_validation(EPOCHS)


@pytest.fixture(scope="module")
def stopped() -> Trained:
    return watch_validation(EPOCHS, PATIENCE)


def rule(curve: np.ndarray) -> tuple[int, int]:
    """Return the best epoch up to the stop, and the epoch of the stop, both counted from 0."""
    best = 0
    for epoch, rmse in enumerate(curve):
        if rmse < curve[best]:
            best = epoch
        if epoch - best >= PATIENCE:
            return best, epoch
    return pytest.fail("this curve never stops")


@pytest.mark.parametrize("repeat", REPEATS)
def test_weights_are_those_of_the_best_epoch(full: Trained, stopped: Trained, repeat: int) -> None:
    best, _ = rule(full.rmse[:, 0, repeat])
    assert stopped.best_epoch[repeat] == best + 1
    again = watch_validation(best + 1)
    for mine, other in zip(stopped.weights, again.weights, strict=True):
        np.testing.assert_allclose(mine[repeat], other[repeat], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("repeat", REPEATS)
def test_curve_up_to_the_stop_is_that_of_the_full_training(
    full: Trained, stopped: Trained, repeat: int
) -> None:
    curve = full.rmse[:, 0, repeat]
    _, stop = rule(curve)
    np.testing.assert_allclose(
        stopped.rmse[: stop + 1, 0, repeat], curve[: stop + 1], rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("repeat", REPEATS)
def test_curve_after_the_stop_is_that_of_the_best_weights(
    full: Trained, stopped: Trained, repeat: int
) -> None:
    curve = full.rmse[:, 0, repeat]
    best, stop = rule(curve)
    np.testing.assert_allclose(stopped.rmse[stop + 1 :, 0, repeat], curve[best], rtol=1e-6)


def test_stopped_training_has_the_curves_of_all_epochs(stopped: Trained) -> None:
    assert len(stopped.loss) == len(stopped.rmse) == EPOCHS


def test_repeats_stop_each_by_itself(stopped: Trained) -> None:
    assert len(set(stopped.best_epoch.tolist())) == len(SEEDS)
    assert stopped.best_epoch.min() > 1


@pytest.mark.parametrize("dropout", [pytest.param(0, marks=pytest.mark.slow), 0.3])
def test_a_block_that_rests_records_what_it_would_beside_repeats_that_go_on(
    dropout: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a round lasts: it is as long as the machine is fast."""
    monkeypatch.setattr(Pace, "next", lambda _, left: min(EPOCHS, left))
    together = watch_validation(EPOCHS, PATIENCE, dropout=dropout)
    monkeypatch.setattr(Pace, "next", lambda _, left: min(8, left))
    monkeypatch.setattr(trainer, "plan", lambda *_, **__: Plan(RepeatsFirst(), 1))
    alone = watch_validation(EPOCHS, PATIENCE, dropout=dropout)
    assert alone.best_epoch.tolist() == together.best_epoch.tolist()
    np.testing.assert_allclose(alone.rmse, together.rmse, rtol=1e-5)
    np.testing.assert_allclose(alone.loss, together.loss, rtol=1e-5)


def test_a_block_ends_one_epoch_after_all_its_repeats_have_stopped(
    stopped: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    compiled = blocks._unchecked

    def counted(program: Any) -> Callable[..., Any]:
        run = compiled(program)

        def call(*arguments: Any) -> Any:
            answer = run(*arguments)
            taken.append(int(answer[-1]))
            return answer

        return call

    monkeypatch.setattr(blocks, "_unchecked", counted)
    monkeypatch.setattr(Pace, "next", lambda _, left: left)
    watch_validation(EPOCHS, PATIENCE)
    to_compile, in_training = taken
    assert to_compile == 0
    assert in_training == stopped.best_epoch.max() + PATIENCE + 1 < EPOCHS


def test_the_loss_after_a_stop_is_that_of_its_first_epoch() -> None:
    """Masks are drawn anew in each epoch, but nothing learns from them."""
    trained = watch_validation(EPOCHS, PATIENCE, dropout=0.3)
    for repeat, best in enumerate(trained.best_epoch):
        rests_from = best + PATIENCE
        np.testing.assert_array_equal(
            trained.loss[rests_from:, repeat], trained.loss[rests_from, repeat]
        )
        assert trained.loss[rests_from, repeat] != trained.loss[rests_from - 1, repeat]


@pytest.mark.parametrize("formula", [RepeatsLast([(1, 1)]), RepeatsFirst()])
def test_stops_by_hand(formula: Formula) -> None:
    """Two repeats with patience 1: the first is best after epoch 1, the second gets better."""
    weights = weights_of(formula, 1)
    stops, weights = after(formula, no_stops(weights, 2), weights, [0.5, 0.5], 1)
    stops, weights = after(formula, stops, weights_of(formula, 2), [0.6, 0.4], 2)
    assert stops.stopped.numpy().tolist() == [True, False]
    assert stops.epoch.numpy().tolist() == [1, 2]
    assert stops.weights[0].numpy().ravel().tolist() == [1, 2]
    assert weights[0].numpy().ravel().tolist() == [1, 2]  # the first went back


def weights_of(formula: Formula, value: float) -> list[Any]:
    """Return the one weight of two repeats, packed."""
    return [tf.constant(part) for part in formula.packed([np.full((2, 1, 1), value)])]


def after(
    formula: Formula, stops: Stops, weights: list[Any], rmse: list[float], epoch: int
) -> tuple[Stops, list[Any]]:
    return after_epoch(formula, stops, weights, tf.constant(rmse), tf.constant(epoch), patience=1)
