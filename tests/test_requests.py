"""Sharing of programs and trainings, and series of different lengths. Oracle: each trained by itself."""

import numpy as np
import pytest

from statecast.network.batching import Batching
from statecast.network.lanes import Layout, Remainder
from statecast.network.network import Network
from statecast.network.rows import Series
from statecast.training import sharing
from statecast.training.job import Learning, Request, Setting
from statecast.training.optimizers import check_optimizer
from statecast.training.sharing import train_request, train_requests
from statecast.training.trainer import Trainer


def series(name: str, sizes: tuple[int, int, int], seed: int = 0) -> Series:
    rng = np.random.default_rng(seed)
    total = sum(sizes)
    return Series(name, np.arange(total), rng.normal(size=(total, 2)), rng.normal(size=(total, 1)), sizes)


def request(
    own: list[Series], epochs: int = 6, batching: Batching | None = None, every: int = 1, **learning: object
) -> Request:
    how = Learning(check_optimizer(str(learning.pop("optimizer", "adam"))), 0.01)._replace(**learning)  # type: ignore[arg-type]
    setting = Setting(Network(2, (2,)), batching or Batching(4), [1, 2], epochs, how, history_every=every)
    return Request(own, {one.unique_id: 0.5 for one in own}, setting)


@pytest.mark.parametrize(
    ("optimizer", "layout", "remainder"),
    [
        ("adam", "interleaved", "drop"),
        pytest.param("nadam", "contiguous", "pad", marks=pytest.mark.slow),
        pytest.param("sgd", "interleaved", "pad", marks=pytest.mark.slow),
    ],
)
def test_series_of_any_lengths_train_as_if_alone(optimizer: str, layout: Layout, remainder: Remainder) -> None:
    own = [series("a", (13, 2, 3)), series("b", (22, 0, 4), 1), series("c", (9, 2, 0), 2)]
    batching = Batching(4, layout, remainder)
    together = train_request(request(own, batching=batching, optimizer=optimizer))
    for place, one in enumerate(own):
        alone = train_request(request([one], batching=batching, optimizer=optimizer))
        for mine, other in zip(together.model.of_series(one.unique_id), alone.model.weights, strict=True):
            np.testing.assert_allclose(mine, other, atol=2e-6)
        np.testing.assert_allclose(together.loss[:, place], alone.loss[:, 0], rtol=1e-4)
        for name, curves in zip(together.parts, together.rmse[:, :, place].swapaxes(0, 1), strict=True):
            if name in alone.parts:
                np.testing.assert_allclose(curves, alone.rmse[:, alone.parts.index(name), 0], rtol=1e-4)
            else:
                assert np.isnan(curves).all()


def test_shorter_training_is_the_beginning_of_a_longer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    own, starts = [series("a", (12, 3, 3))], []
    apart = [train_request(request(own, epochs, every=4)) for epochs in (5, 9, 3)]
    plain = Trainer.train_up_to
    monkeypatch.setattr(Trainer, "train_up_to", lambda *args, **kwargs: starts.append(1) or plain(*args, **kwargs))  # type: ignore[func-returns-value]
    shared = dict(train_requests([request(own, epochs, every=4) for epochs in (5, 9, 3)]))
    assert len(starts) == 1
    for place, alone in enumerate(apart):
        for mine, other in zip(shared[place].model.weights, alone.model.weights, strict=True):
            np.testing.assert_array_equal(mine, other)
        np.testing.assert_array_equal(shared[place].loss, alone.loss)
        np.testing.assert_array_equal(shared[place].rmse, alone.rmse)
        np.testing.assert_array_equal(shared[place].epochs, alone.epochs)


@pytest.mark.slow
def test_shorter_training_with_patience_keeps_its_own_best_weights() -> None:
    own = [series("a", (12, 6, 3))]
    stops = (2, 8, 30)
    shared = dict(train_requests([request(own, epochs, patience=5) for epochs in stops]))
    for place, epochs in enumerate(stops):
        alone = train_request(request(own, epochs, patience=5))
        np.testing.assert_array_equal(shared[place].best_epoch, alone.best_epoch)
        for mine, other in zip(shared[place].model.weights, alone.model.weights, strict=True):
            np.testing.assert_array_equal(mine, other)


@pytest.mark.slow
def test_learning_rates_penalties_and_seeds_share_a_program_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    own = [series("a", (12, 0, 3))]
    l2 = ((0.0, 0.0, 0.0), (0.1, 0.0, 0.0))
    asked = [
        request(own),
        request(own, learning_rate=0.1),
        request(own, penalties=l2),
        request(own, penalties=((0,) * 3, (0.5, 0, 0))),
    ]
    asked.append(asked[0]._replace(setting=asked[0].setting._replace(seeds=[7, 8])))
    alone = [train_request(one) for one in asked]
    made: list[int] = []

    class Counted(Trainer):
        def __init__(self, *args: object, **kwargs: object) -> None:
            made.append(1)
            super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(sharing, "Trainer", Counted)
    shared = dict(train_requests(asked))
    assert len(made) == 2  # with and without penalties
    for place, other in enumerate(alone):
        for mine, theirs in zip(shared[place].model.weights, other.model.weights, strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.slow
def test_schedule_over_the_whole_training_is_no_prefix_of_a_longer_one() -> None:
    own = [series("a", (12, 0, 3))]
    cosine = {"schedule": {"name": "cosine_decay"}}
    runs = dict(train_requests([request(own, epochs, **cosine) for epochs in (4, 8)]))
    for place, epochs in enumerate((4, 8)):
        alone = train_request(request(own, epochs, **cosine))
        np.testing.assert_array_equal(runs[place].loss, alone.loss)
    assert not np.array_equal(runs[0].loss[3], runs[1].loss[3])
