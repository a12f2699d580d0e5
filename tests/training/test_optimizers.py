"""Optimizers and schedules on stacked weights. Oracle: Keras's own, training one network alone."""

import inspect
from itertools import cycle
from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.network.network import Network
from statecast.training.arguments import OPTIMIZERS, SCHEDULES
from statecast.training.optimizers import (
    OPTIMIZER_CLASSES,
    SCHEDULE_CLASSES,
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
UPDATES = 2 * EPOCHS
CELLS = ["lstm", "gru", "simple_rnn"]
Arguments = dict[str, Any]


@pytest.fixture(autouse=True)
def repeats_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the formula with the repeat axis last; ``test_formula`` compares it with the other."""
    monkeypatch.setattr(*LAST)


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
@pytest.mark.parametrize(("name", "cell"), zip(sorted(OPTIMIZERS), cycle(CELLS), strict=False))
def test_every_optimizer_equals_keras(name: str, cell: Any) -> None:
    """To an optimizer the weights of all cells are arrays, so the cells take turns."""
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
        (
            "adamm",
            "`optimizer` must be one that treats every weight by itself.*got 'adamm'",
        ),
        (
            {"name": "adam", "clipnorm": 1.0, "clipvalue": 1.0},
            "`optimizer` must have one kind of clipping, not clipnorm and clipvalue, got ",
        ),
        ({"name": "adam", "clipnorm": -1.0}, "`optimizer`.clipnorm must be greater than 0, got -1"),
        ({"name": "adam", "use_ema": True}, "`optimizer`.use_ema is not a key here; keys are"),
        ({"name": "adam", "beta": 1.0}, "`optimizer`.beta is not a key here, did you mean beta_"),
        ({"name": "sgd", "momentum": 3.0}, "`optimizer`.momentum must be less than or equal to 1"),
        ({"name": "adam", "epsilon": None}, "`optimizer`.epsilon must be a number, got None"),
        ({"name": "adam", "epsilon": 0}, "`optimizer`.epsilon must be greater than 0, got 0"),
        ({"name": "adam", "beta_1": "x"}, "`optimizer`.beta_1 must be a number, got 'x'"),
        ({"name": "adam", "beta_1": 5}, "`optimizer`.beta_1 must be less than 1, got 5"),
        ({"name": "adam", "amsgrad": "x"}, "`optimizer`.amsgrad must be true or false, got 'x'"),
        ({"name": "adamw", "weight_decay": "x"}, "`optimizer`.weight_decay must be a number"),
        ({"name": "adamw", "weight_decay": None}, "`optimizer`.weight_decay must be a number"),
        ({"name": "adamw", "learning_rate": 1}, "`optimizer`.learning_rate is not a key here"),
        ({"name": ["adam"]}, r"`optimizer`.name must be text, got \['adam'\]"),
        ({"weight_decay": 0.1}, "`optimizer`.name must be text, got None"),
    ],
)
def test_unsuitable_optimizers_are_refused(optimizer: str | Arguments, message: str) -> None:
    with pytest.raises(StatecastError, match=f"^{message}") as error:
        check_optimizer(optimizer)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("cosine", "`schedule` must be one of cosine_decay, .* got 'cosine'"),
        ("exponential_decay", "`schedule`.decay_rate must be given, it is missing"),
        ("inverse_time_decay", "`schedule`.decay_rate must be given, it is missing"),
        ({"name": "cosine_decay", "alpha": "x"}, "`schedule`.alpha must be a number, got 'x'"),
        (
            {"name": "exponential_decay", "decay_rate": None},
            "`schedule`.decay_rate must be a number, got None",
        ),
        (
            {"name": "exponential_decay", "decay_rate": [1]},
            r"`schedule`.decay_rate must be a number, got \[1\]",
        ),
        ({"name": "cosine_decay", "steps": 1}, "`schedule`.steps is not a key here, did you mean"),
        ({"name": None}, "`schedule`.name must be text, got None"),
    ],
)
def test_unsuitable_schedules_are_refused(schedule: str | Arguments, message: str) -> None:
    with pytest.raises(StatecastError, match=f"^{message}") as error:
        check_schedule(schedule)
    assert "\n" not in str(error.value)


def test_numbers_that_yaml_reads_as_text_are_numbers() -> None:
    asked = {"name": "adamw", "weight_decay": "1e-4", "epsilon": "1e-7", "clipnorm": "1e-1"}
    expected = {"weight_decay": 1e-4, "epsilon": 1e-7, "clipnorm": 0.1}
    assert check_optimizer(asked) == KerasObject("adamw", expected)
    schedule = check_schedule({"name": "cosine_decay", "alpha": "1e-2", "decay_steps": "1e3"})
    assert schedule == KerasObject("cosine_decay", {"alpha": 0.01, "decay_steps": 1000})


def arguments_of(maker: Any) -> set[str]:
    """Return the arguments of a class of Keras but those that are not for a user."""
    hidden = {"kwargs", "name", "learning_rate", "initial_learning_rate", "loss_scale_factor"}
    averages = {"use_ema", "ema_momentum", "ema_overwrite_frequency"}
    return set(inspect.signature(maker).parameters) - hidden - averages


def test_the_arguments_are_those_of_keras() -> None:
    assert OPTIMIZERS.keys() == OPTIMIZER_CLASSES.keys()
    assert SCHEDULES.keys() == SCHEDULE_CLASSES.keys()
    for name, model in OPTIMIZERS.items():
        maker = getattr(keras.optimizers, OPTIMIZER_CLASSES[name])
        assert set(model.model_fields) == arguments_of(maker), name
    for name, model in SCHEDULES.items():
        maker = getattr(keras.optimizers.schedules, SCHEDULE_CLASSES[name])
        assert set(model.model_fields) == arguments_of(maker), name


@pytest.mark.parametrize("name", sorted(TAKES_A_NORM))
def test_optimizers_that_would_mix_the_repeats_are_refused(name: str) -> None:
    with pytest.raises(StatecastError, match=f"got {name}, which takes a norm"):
        check_optimizer(name)


def test_no_schedule_is_a_constant_learning_rate() -> None:
    assert check_schedule(None) is None
    assert over_updates(None, 100) is None


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
    if "decay_rate" in SCHEDULES[name].model_fields:
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
