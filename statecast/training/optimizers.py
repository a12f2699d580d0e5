"""Keras's optimizers on stacked weights, and clipping by the norm of each repeat.

All repeats share a variable, so an optimizer that treats every element by itself trains each repeat
as if it were alone. An optimizer that takes a norm over a variable would mix the repeats, and is
refused. ``clipnorm`` and ``global_clipnorm`` are not left to Keras; the norm of each repeat is
taken here.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError, one_line, require

ELEMENTWISE = {
    "adadelta": "Adadelta",
    "adagrad": "Adagrad",
    "adam": "Adam",
    "adamax": "Adamax",
    "adamw": "AdamW",
    "ftrl": "Ftrl",
    "lion": "Lion",
    "nadam": "Nadam",
    "rmsprop": "RMSprop",
    "sgd": "SGD",
}
SCHEDULES = {
    "cosine_decay": "CosineDecay",
    "cosine_decay_restarts": "CosineDecayRestarts",
    "exponential_decay": "ExponentialDecay",
    "inverse_time_decay": "InverseTimeDecay",
    "polynomial_decay": "PolynomialDecay",
}
UPDATES_OF = {"cosine_decay_restarts": "first_decay_steps"}  # the argument that counts updates
NEEDS_A_RATE = ("exponential_decay", "inverse_time_decay")
TAKES_A_NORM = {"adafactor", "lamb", "lars", "muon"}
NOT_HERE = {
    "name",
    "learning_rate",
    "kwargs",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
}
CLIP_NORMS = ("clipnorm", "global_clipnorm")


class KerasObject(NamedTuple):
    """An optimizer or a schedule of Keras: its name here, and its arguments."""

    name: str
    arguments: dict[str, Any]

    def as_json(self) -> list[Any]:
        """Return plain values; ``KerasObject(*values)`` is the same again."""
        return [self.name, self.arguments]


class Clip(NamedTuple):
    """Largest norms of a repeat's gradient: of each weight, and of all weights; None: any."""

    norm: float | None
    global_norm: float | None


def check_optimizer(asked: str | Mapping[str, Any]) -> KerasObject:
    """Return the optimizer of a name, or of a mapping with a name and arguments.

    Raises:
        StatecastError: there is no such optimizer here, or its clipping is wrong.

    """
    optimizer = _named(asked)
    names = ", ".join(ELEMENTWISE)
    must = f"be one that treats every weight by itself: {names}"
    takes_a_norm = optimizer.name in TAKES_A_NORM
    got = f"{optimizer.name}, which takes a norm over all repeats together"
    require(not takes_a_norm, "`optimizer`", must, got)
    require(optimizer.name in ELEMENTWISE, "`optimizer`", must, repr(optimizer.name))
    _check_clipping(optimizer.arguments)
    return optimizer


def check_schedule(asked: str | Mapping[str, Any] | None) -> KerasObject | None:
    """Return the schedule of a name, or of a mapping with a name and arguments.

    None is a constant learning rate.

    Raises:
        StatecastError: there is no such schedule here.

    """
    if asked is None:
        return None
    schedule = _named(asked)
    must = f"be one of {', '.join(SCHEDULES)}"
    require(schedule.name in SCHEDULES, "`schedule`", must, repr(schedule.name))
    return schedule


def over_updates(schedule: KerasObject | None, updates: int) -> KerasObject | None:
    """Return the schedule with the number of its updates, by default all of the training.

    Args:
        schedule: from ``check_schedule``.
        updates: of the training.

    """
    if schedule is None:
        return None
    argument = UPDATES_OF.get(schedule.name, "decay_steps")
    return KerasObject(schedule.name, {argument: updates, **schedule.arguments})


def clip_of(optimizer: KerasObject) -> Clip:
    """Return the clipping by norm that an optimizer asks for."""
    arguments = optimizer.arguments
    return Clip(arguments.get("clipnorm"), arguments.get("global_clipnorm"))


def build_optimizer(
    optimizer: KerasObject, learning_rate: float, schedule: KerasObject | None = None
) -> Any:
    """Return the optimizer of Keras; clipping by norm is left to the caller.

    Args:
        optimizer: from ``check_optimizer``.
        learning_rate: with a schedule, the first one.
        schedule: from ``over_updates``.

    Raises:
        StatecastError: Keras does not take the arguments.

    """
    from statecast.training.runtime import keras

    rate: Any = learning_rate
    if schedule is not None:
        rate = _build_schedule(schedule, learning_rate)
    own = {name: value for name, value in optimizer.arguments.items() if name not in CLIP_NORMS}
    maker = getattr(keras.optimizers, ELEMENTWISE[optimizer.name])
    return _made(maker, own, "`optimizer`", learning_rate=rate)


def count_updates_apart(optimizer: Any, repeats: int) -> None:
    """Let every repeat of a built optimizer count its own updates.

    Repeats that rest while others train need that. Keras's counter is one number; here it becomes
    [R, 1, 1], which the formulas of Adam and its kin broadcast.
    """
    from statecast.training.runtime import keras

    shape = (repeats, 1, 1)
    zeros = keras.ops.zeros(shape, "int32")
    optimizer._iterations = keras.Variable(zeros, dtype="int32", trainable=False)
    if hasattr(optimizer, "_u_product"):  # of Nadam
        optimizer._u_product = keras.Variable(keras.ops.ones(shape), trainable=False)


def _named(asked: str | Mapping[str, Any]) -> KerasObject:
    if isinstance(asked, str):
        return KerasObject(asked.lower(), {})
    arguments = {key: value for key, value in asked.items() if key != "name"}
    return KerasObject(str(asked.get("name")).lower(), arguments)


def _check_clipping(arguments: Mapping[str, Any]) -> None:
    kinds = (*CLIP_NORMS, "clipvalue")
    asked = [kind for kind in kinds if arguments.get(kind) is not None]
    require(len(asked) < 2, "`optimizer`", "have one kind of clipping", " and ".join(asked))
    for kind in asked:
        value = arguments[kind]
        positive = isinstance(value, int | float) and value > 0
        require(positive, f"`optimizer`.{kind}", "be a number above 0", value)


def _build_schedule(schedule: KerasObject, learning_rate: float) -> Any:
    from statecast.training.runtime import keras

    if schedule.name in NEEDS_A_RATE:
        has_rate = "decay_rate" in schedule.arguments
        require(has_rate, "`schedule`", "have a decay_rate", "none")
    maker = getattr(keras.optimizers.schedules, SCHEDULES[schedule.name])
    return _made(maker, schedule.arguments, "`schedule`", initial_learning_rate=learning_rate)


def _made(maker: Callable[..., Any], arguments: dict[str, Any], where: str, **given: Any) -> Any:
    """Return what a class of Keras makes of the arguments of a user and those given here."""
    hidden = NOT_HERE | given.keys()
    known = [name for name in inspect.signature(maker).parameters if name not in hidden]
    for name in arguments:
        must = f"have arguments of {maker.__name__}: {', '.join(known)}"
        require(name in known, where, must, repr(name))
    try:
        return maker(**given, **arguments)
    except (TypeError, ValueError) as error:
        reason = one_line(error).replace("`", "")
        raise StatecastError(f"{where} must suit {maker.__name__}, got: {reason}") from None
