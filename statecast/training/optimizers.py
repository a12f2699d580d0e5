"""Keras's optimizers on stacked weights, and clipping by the norm of each repeat.

All repeats share a variable, so an optimizer that treats every element by itself trains each repeat
as if it were alone. An optimizer that takes a norm over a variable would mix the repeats, and is
refused. ``clipnorm`` and ``global_clipnorm`` are not left to Keras; the norm of each repeat is
taken here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from statecast.base.errors import require, shown
from statecast.base.section import checked_arguments
from statecast.training.arguments import OPTIMIZERS, SCHEDULES

OPTIMIZER_CLASSES = {
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
SCHEDULE_CLASSES = {
    "cosine_decay": "CosineDecay",
    "cosine_decay_restarts": "CosineDecayRestarts",
    "exponential_decay": "ExponentialDecay",
    "inverse_time_decay": "InverseTimeDecay",
    "polynomial_decay": "PolynomialDecay",
}
UPDATES_OF = {"cosine_decay_restarts": "first_decay_steps"}  # the argument that counts updates
TAKES_A_NORM = {"adafactor", "lamb", "lars", "muon"}
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
        StatecastError: there is no such optimizer here, or an argument is wrong.

    """
    name, arguments = _named(asked, "`optimizer`")
    must = f"be one that treats every weight by itself: {', '.join(OPTIMIZERS)}"
    takes_a_norm = name in TAKES_A_NORM
    got = f"{name}, which takes a norm over all repeats together"
    require(not takes_a_norm, "`optimizer`", must, got)
    require(name in OPTIMIZERS, "`optimizer`", must, shown(name))
    return KerasObject(name, checked_arguments(OPTIMIZERS[name], arguments, "`optimizer`"))


def check_schedule(asked: str | Mapping[str, Any] | None) -> KerasObject | None:
    """Return the schedule of a name, or of a mapping with a name and arguments.

    None is a constant learning rate.

    Raises:
        StatecastError: there is no such schedule here, or an argument is wrong.

    """
    if asked is None:
        return None
    name, arguments = _named(asked, "`schedule`")
    must = f"be one of {', '.join(SCHEDULES)}"
    require(name in SCHEDULES, "`schedule`", must, shown(name))
    return KerasObject(name, checked_arguments(SCHEDULES[name], arguments, "`schedule`"))


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
    optimizer: KerasObject,
    learning_rate: float,
    schedule: KerasObject | None = None,
    *,
    stateless: bool = False,
) -> Any:
    """Return the optimizer of Keras; clipping by norm is left to the caller.

    Args:
        optimizer: from ``check_optimizer``.
        learning_rate: with a schedule, the first one.
        schedule: from ``over_updates``.
        stateless: whether its ``stateless_apply`` works; see ``on_tensors``.

    """
    from statecast.training.on_tensors import on_tensors
    from statecast.training.runtime import keras

    rate: Any = learning_rate
    if schedule is not None:
        rate = _build_schedule(schedule, learning_rate)
    own = {name: value for name, value in optimizer.arguments.items() if name not in CLIP_NORMS}
    maker = getattr(keras.optimizers, OPTIMIZER_CLASSES[optimizer.name])
    if stateless:
        maker = on_tensors(maker)
    return maker(learning_rate=rate, **own)


def count_updates_apart(optimizer: Any, shape: tuple[int, ...]) -> None:
    """Let every repeat of a built optimizer count its own updates.

    Repeats that rest while others train need that. Keras's counter is one number; here it has a
    shape that broadcasts with the weights, which the formulas of Adam and its kin take too.
    """
    from statecast.training.runtime import keras

    zeros = keras.ops.zeros(shape, "int32")
    optimizer._iterations = keras.Variable(zeros, dtype="int32", trainable=False)
    if hasattr(optimizer, "_u_product"):  # of Nadam
        ones = keras.ops.ones(shape, "float32")
        optimizer._u_product = keras.Variable(ones, dtype="float32", trainable=False)


def learn_apart(optimizer: Any, shape: tuple[int, ...]) -> None:
    """Let every repeat of a built optimizer have its own learning rate, of a shape as above."""
    from statecast.training.runtime import keras

    zeros = keras.ops.zeros(shape, "float32")
    optimizer._learning_rate = keras.Variable(zeros, dtype="float32", trainable=False)


def _named(asked: str | Mapping[str, Any], where: str) -> tuple[str, dict[str, Any]]:
    """Return the name in small letters, and the arguments beside it."""
    if isinstance(asked, str):
        return asked.lower(), {}
    name = asked.get("name")
    require(isinstance(name, str), f"{where}.name", "be text", shown(name))
    arguments = {key: value for key, value in asked.items() if key != "name"}
    return str(name).lower(), arguments


def _build_schedule(schedule: KerasObject, learning_rate: float) -> Any:
    from statecast.training.runtime import keras

    arguments = schedule.arguments
    maker = getattr(keras.optimizers.schedules, SCHEDULE_CLASSES[schedule.name])
    if arguments.get("warmup_target") is None:
        return maker(initial_learning_rate=learning_rate, **arguments)

    from statecast.training.warm_up import WarmedUp

    target = arguments["warmup_target"]
    later = {name: value for name, value in arguments.items() if not name.startswith("warmup")}
    decay = maker(initial_learning_rate=target, **later)
    return WarmedUp(learning_rate, target, arguments.get("warmup_steps", 0), decay)
