"""Optimizers and schedules on stacked weights. Oracle: Keras's own, training one network alone."""

from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.network.network import Network
from statecast.training.optimizers import (
    ELEMENTWISE,
    NEEDS_A_RATE,
    SCHEDULES,
    TAKES_A_NORM,
    Clip,
    KerasObject,
    build_optimizer,
    check_optimizer,
    check_schedule,
    clip_of,
    over_updates,
)
from statecast.training.runtime import keras
from tests.support import keras_loop
from tests.support.engine import (
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
UPDATES = 2 * EPOCHS
Arguments = dict[str, Any]


def trained_by_keras(network: Network, optimizer: Any) -> list[np.ndarray]:
    """Return what Keras trains from the last seed, batch by batch."""
    model = keras_loop.build(list(network.units), 4, 2, seed=SEEDS[-1], cell=network.cell)
    model.compile(loss="mse", optimizer=optimizer, jit_compile=False)
    return keras_loop.train_on_batches(model, DATA.x[0, :, None], DATA.y[0, :, 0], EPOCHS, 4)


@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [
        ({"name": "adamw", "weight_decay": 0.1}, "cosine_decay"),
        (
            {"name": "adam", "amsgrad": True, "clipvalue": 0.01},
            {"name": "exponential_decay", "decay_rate": 0.5},
        ),
        pytest.param({"name": "sgd", "momentum": 0.9, "nesterov": True}, None, marks=SLOW),
        pytest.param(
            {"name": "rmsprop", "centered": True},
            {"name": "polynomial_decay", "decay_steps": 20},
            marks=SLOW,
        ),
    ],
    ids=["adamw", "amsgrad", "nesterov", "rmsprop"],
)
def test_optimizers_and_schedules_equal_keras(
    optimizer: Arguments, schedule: str | Arguments | None
) -> None:
    network = Network(2, (2,))
    checked = check_optimizer(optimizer)
    over_all = over_updates(check_schedule(schedule), UPDATES)
    theirs = trained_by_keras(network, build_optimizer(checked, 0.01, over_all))
    learning = learning_by(checked, schedule=over_all)
    ours = of_last(train(network, batches_of(DATA, 4), EPOCHS, learning).weights)
    assert largest_difference(ours, theirs) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
@pytest.mark.parametrize("cell", ["lstm", "gru", "simple_rnn"])
def test_every_optimizer_with_every_cell_equals_keras(name: str, cell: Any) -> None:
    network = Network(2, (3, 2), cell=cell)
    checked = check_optimizer(name)
    rate = 0.01 if name != "adadelta" else 1.0
    ours = train(network, batches_of(DATA, 4), EPOCHS, learning_by(checked, rate)).weights
    theirs = trained_by_keras(network, build_optimizer(checked, rate))
    assert largest_difference(of_last(ours), theirs) < 1e-5


def test_name_is_an_optimizer_without_arguments() -> None:
    assert check_optimizer("Adam") == KerasObject("adam", {})


def test_mapping_is_an_optimizer_with_arguments() -> None:
    asked = {"name": "sgd", "momentum": 0.9}
    assert check_optimizer(asked) == KerasObject("sgd", {"momentum": 0.9})


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        ("adamm", "must be one that treats every weight by itself: adadelta.*got 'adamm'"),
        (
            {"name": "adam", "clipnorm": 1.0, "clipvalue": 1.0},
            "must have one kind of clipping, got clipnorm and clip",
        ),
        (
            {"name": "adam", "clipnorm": -1.0},
            r"`optimizer`\.clipnorm must be a number above 0, got -1",
        ),
        ({"name": "adam", "use_ema": True}, "got 'use_ema'"),
        ({"name": "adam", "beta": 1.0}, "must have arguments of Adam: .*beta_1.*got 'beta'"),
        ({"name": "sgd", "momentum": 3.0}, "must suit SGD, got"),
    ],
)
def test_unsuitable_optimizers_are_refused(optimizer: str | Arguments, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        build_optimizer(check_optimizer(optimizer), 0.001)


@pytest.mark.parametrize("name", sorted(TAKES_A_NORM))
def test_optimizers_that_would_mix_the_repeats_are_refused(name: str) -> None:
    with pytest.raises(StatecastError, match=f"got {name}, which takes a norm"):
        check_optimizer(name)


def test_unknown_schedule_is_refused() -> None:
    what = "`schedule` must be one of cosine_decay, .* got 'cosine'"
    with pytest.raises(StatecastError, match=what):
        check_schedule("cosine")


def test_no_schedule_is_a_constant_learning_rate() -> None:
    assert check_schedule(None) is None
    assert over_updates(None, 100) is None


@pytest.mark.parametrize("name", ["exponential_decay", "inverse_time_decay"])
def test_decay_without_a_rate_is_refused(name: str) -> None:
    schedule = over_updates(check_schedule(name), 100)
    with pytest.raises(StatecastError, match="`schedule` must have a decay_rate, got none"):
        build_optimizer(check_optimizer("adam"), 0.01, schedule)


def test_schedule_runs_over_all_updates() -> None:
    schedule = over_updates(check_schedule("polynomial_decay"), 100)
    assert schedule == KerasObject("polynomial_decay", {"decay_steps": 100})


def test_schedule_with_a_number_of_updates_keeps_it() -> None:
    asked = {"name": "polynomial_decay", "decay_steps": 20}
    schedule = over_updates(check_schedule(asked), 100)
    assert schedule == KerasObject("polynomial_decay", {"decay_steps": 20})


def test_restarts_count_the_updates_of_their_first_round() -> None:
    schedule = over_updates(check_schedule("cosine_decay_restarts"), 100)
    assert schedule == KerasObject("cosine_decay_restarts", {"first_decay_steps": 100})


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_every_schedule_begins_at_the_learning_rate(name: str) -> None:
    asked: Arguments = {"name": name}
    if name in NEEDS_A_RATE:
        asked["decay_rate"] = 0.5
    schedule = over_updates(check_schedule(asked), 100)
    optimizer = build_optimizer(check_optimizer("adam"), 0.01, schedule)
    assert float(optimizer.learning_rate) == pytest.approx(0.01)


def test_clipping_by_norm_is_not_left_to_keras() -> None:
    """Keras would take one norm over all repeats."""
    optimizer = check_optimizer({"name": "sgd", "clipnorm": 0.5})
    assert build_optimizer(optimizer, 0.01).clipnorm is None
    assert clip_of(optimizer) == Clip(0.5, None)


def test_clipping_by_value_is_left_to_keras() -> None:
    optimizer = check_optimizer({"name": "sgd", "clipvalue": 0.5})
    assert build_optimizer(optimizer, 0.01).clipvalue == 0.5
    assert clip_of(optimizer) == Clip(None, None)


def test_json_describes_the_same_object() -> None:
    asked = KerasObject("sgd", {"momentum": 0.9})
    assert KerasObject(*asked.as_json()) == asked


def test_optimizers_here_are_all_in_keras() -> None:
    assert all(hasattr(keras.optimizers, name) for name in ELEMENTWISE.values())
