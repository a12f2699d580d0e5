"""Keras's optimizers on stacked weights: those that treat every element by itself, and clipping by the repeat's norm.

An optimizer that takes a norm over a variable would mix the repeats, which share a variable; those are refused. The two
arguments ``clipnorm`` and ``global_clipnorm`` are taken from Keras and done here, the norm of each repeat by itself.
"""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError, require

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
STEPS = {"cosine_decay_restarts": "first_decay_steps"}  # the argument that counts updates; decay_steps for the others
TAKES_A_NORM = {"adafactor", "lamb", "lars", "muon"}
NOT_HERE = {"name", "learning_rate", "kwargs", "use_ema", "ema_momentum", "ema_overwrite_frequency"}
WHERE = "params.yaml: train.optimizer"
WHERE_SCHEDULE = "params.yaml: train.schedule"

Settings = dict[str, Any]


class Clip(NamedTuple):
    """Largest norm of a repeat's gradient: of each weight, and of all together; None: any."""

    norm: float | None
    global_norm: float | None


def check_optimizer(optimizer: str | Settings) -> Settings:
    """Return ``{"name": ..., **arguments}`` for a name or a mapping with a name, or say what is wrong with it."""
    settings = {"name": optimizer} if isinstance(optimizer, str) else dict(optimizer)
    name = str(settings.get("name", "")).lower()
    elementwise = f"be one that treats every weight by itself: {', '.join(ELEMENTWISE)}"
    require(name not in TAKES_A_NORM, WHERE, elementwise, f"{name}, which takes a norm over all repeats together")
    require(name in ELEMENTWISE, WHERE, elementwise, repr(settings.get("name")))
    clips = [key for key in ("clipnorm", "global_clipnorm", "clipvalue") if settings.get(key) is not None]
    require(len(clips) < 2, WHERE, "have one kind of clipping", " and ".join(clips))
    for key in clips:
        value: Any = settings[key]
        positive = isinstance(value, int | float) and value > 0
        require(positive, f"{WHERE}.{key}", "be a number above 0", value)
    return {**settings, "name": name}


def check_schedule(schedule: str | Settings | None) -> Settings | None:
    """Return ``{"name": ..., **arguments}``, or None for a constant learning rate."""
    if schedule is None:
        return None
    settings = {"name": schedule} if isinstance(schedule, str) else dict(schedule)
    name = str(settings.get("name", "")).lower()
    require(name in SCHEDULES, WHERE_SCHEDULE, f"be one of {', '.join(SCHEDULES)}", repr(settings.get("name")))
    return {**settings, "name": name}


def with_steps(schedule: Settings | None, updates: int) -> Settings | None:
    """Return the schedule with its updates; where they are not given, all updates of the training."""
    if schedule is None:
        return None
    return {STEPS.get(schedule["name"], "decay_steps"): updates, **schedule}


def clip_of(settings: Settings) -> Clip:
    """Return the clipping by norm that checked settings ask for."""
    return Clip(settings.get("clipnorm"), settings.get("global_clipnorm"))


def build_optimizer(settings: Settings, learning_rate: float, schedule: Settings | None = None) -> Any:
    """Return the Keras optimizer of checked settings; clipping by norm is left to the caller.

    Args:
        settings: from ``check_optimizer``.
        learning_rate: of a schedule the first.
        schedule: from ``with_steps``.

    """
    from statecast.training.runtime import keras

    arguments = {key: value for key, value in settings.items() if key not in ("clipnorm", "global_clipnorm")}
    if schedule:
        maker = getattr(keras.optimizers.schedules, SCHEDULES[schedule["name"]])
        rate = _made(maker, schedule, WHERE_SCHEDULE, initial_learning_rate=learning_rate)
        if schedule["name"] in ("exponential_decay", "inverse_time_decay"):
            require("decay_rate" in schedule, WHERE_SCHEDULE, "have a decay_rate", "none")
    else:
        rate = learning_rate
    return _made(getattr(keras.optimizers, ELEMENTWISE[settings["name"]]), arguments, WHERE, learning_rate=rate)


def _made(maker: Callable[..., Any], settings: Settings, where: str, **given: Any) -> Any:
    arguments = {key: value for key, value in settings.items() if key != "name"}
    known = [key for key in inspect.signature(maker).parameters if key not in NOT_HERE | given.keys()]
    for key in arguments:
        require(key in known, where, f"have arguments of {maker.__name__}: {', '.join(known)}", repr(key))
    try:
        return maker(**given, **arguments)
    except (TypeError, ValueError) as error:
        raise StatecastError(f"{where} must suit {maker.__name__}, got: {' '.join(str(error).split())}") from None


def updates_apart(optimizer: Any, repeats: int) -> None:
    """Let every repeat of a built optimizer count its own updates, for repeats that rest while others train.

    Keras's counter is one number; here it becomes [R, 1, 1], which the formulas of Adam and its kin broadcast.
    """
    from statecast.training.runtime import keras

    shape = (repeats, 1, 1)
    counter = keras.Variable(keras.ops.zeros(shape, "int32"), dtype="int32", trainable=False)
    optimizer._iterations = counter
    if hasattr(optimizer, "_u_product"):  # of Nadam
        optimizer._u_product = keras.Variable(keras.ops.ones(shape), trainable=False)
