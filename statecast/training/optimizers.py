"""Keras's optimizers on stacked weights: those that treat every element by itself.

An optimizer that takes a norm over a variable would mix the repeats, which share a variable; those are refused.
"""

import inspect
from typing import Any

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
TAKES_A_NORM = {"adafactor", "lamb", "lars", "muon"}
NORM_ARGUMENTS = {"clipnorm", "global_clipnorm"}
WHERE = "params.yaml: train.optimizer"


def check_optimizer(optimizer: str | dict[str, Any]) -> dict[str, Any]:
    """Return ``{"name": ..., **arguments}`` for a name or a mapping with a name, or say what is wrong with it."""
    settings = {"name": optimizer} if isinstance(optimizer, str) else dict(optimizer)
    name = str(settings.get("name", "")).lower()
    elementwise = f"be one that treats every weight by itself: {', '.join(ELEMENTWISE)}"
    require(name not in TAKES_A_NORM, WHERE, elementwise, f"{name}, which takes a norm over all repeats together")
    require(name in ELEMENTWISE, WHERE, elementwise, repr(settings.get("name")))
    for argument in NORM_ARGUMENTS & settings.keys():
        clip = "clip by value (clipvalue): a norm would be taken over all repeats together"
        require(settings[argument] is None, WHERE, clip, argument)
    return {**settings, "name": name}


def build_optimizer(settings: dict[str, Any], learning_rate: float) -> Any:
    """Return the Keras optimizer of checked settings."""
    from statecast.training.runtime import keras

    maker = getattr(keras.optimizers, ELEMENTWISE[settings["name"]])
    arguments = {key: value for key, value in settings.items() if key != "name"}
    known = [key for key in inspect.signature(maker).parameters if key not in ("learning_rate", "name", "kwargs")]
    for key in arguments:
        require(key in known, WHERE, f"have arguments of {maker.__name__}: {', '.join(known)}", repr(key))
    try:
        return maker(learning_rate=learning_rate, **arguments)
    except (TypeError, ValueError) as error:
        raise StatecastError(f"{WHERE} must suit {maker.__name__}, got: {' '.join(str(error).split())}") from None
