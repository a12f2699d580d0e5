"""Every key of every section with values that no one would give it.

Oracle: a section that is right, or one short line of ours that names the key.
"""

import datetime as dt
import math
import warnings
from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import Section, validated
from statecast.training.optimizers import check_optimizer, check_schedule
from tests.params.test_others import SHIPPED
from tests.params.test_shipped import SECTIONS

ODD = {
    "null": None,
    "true": True,
    "word": "x",
    "no letters": "",
    "minus one": -1,
    "nought": 0,
    "half": 0.5,
    "infinite": math.inf,
    "minus infinite": -math.inf,
    "not a number": math.nan,
    "infinite as text": "1e400",
    "nan as text": "nan",
    "number as text": "1e3",
    "huge": 10**400,
    "huge beyond text": 10**5000,
    "digits": "9" * 5000,
    "long": "x" * 100_000,
    "list": [],
    "lists": [[[]]],
    "nothing in a list": [None],
    "mapping": {},
    "unknown key": {"x": 1},
    "key that is no text": {1: 2},
    "date": dt.date(2024, 1, 1),
    "bytes": b"\xff",
    "set": {1},
    "two lines": "a\nb",
}
KEYS = [
    (name, key.partition(".")[2])
    for name, model in SECTIONS.items()
    for key in model.keys().values()
]
RIGHT = {**SHIPPED, "frame": SHIPPED["frame"] | {"validation_size": 1}}  # as folds need it
LONGEST = 600  # letters of a message


def section_with(model: type[Section], key: str, value: object) -> Section:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return validated(model, RIGHT[model.section] | {key: value}, "params.yaml")


@pytest.mark.parametrize(("name", "key"), KEYS)
@pytest.mark.promise("params")
def test_a_key_is_right_or_named_in_one_line(name: str, key: str) -> None:
    for kind, value in ODD.items():
        try:
            section = section_with(SECTIONS[name], key, value)
        except StatecastError as error:
            require_words_of_ours(str(error), f"params.yaml: {name}.{key}", kind)
        else:
            assert isinstance(section, SECTIONS[name])


def require_words_of_ours(message: str, start: str, kind: str) -> None:
    assert message.startswith(start), kind
    assert "\n" not in message, kind
    assert len(message) < LONGEST, kind
    for word in ("Input should", "valid integer", "pydantic", "Value error", "Unable"):
        assert word not in message, kind


ARGUMENTS = [("adam", "beta_1"), ("adam", "amsgrad"), ("adamw", "weight_decay"), ("sgd", "x")]


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
@pytest.mark.parametrize("kind", ODD)
@pytest.mark.promise("params")
def test_an_argument_of_an_optimizer_is_right_or_named(name: str, argument: str, kind: str) -> None:
    try:
        optimizer = check_optimizer({"name": name, argument: ODD[kind]})
    except StatecastError as error:
        require_words_of_ours(str(error), f"`optimizer`.{argument} ", kind)
    else:
        assert all(map(is_plain, optimizer.arguments.values()))


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.promise("params")
def test_a_rate_of_a_schedule_is_a_number_or_named(kind: str) -> None:
    try:
        schedule = check_schedule({"name": "exponential_decay", "decay_rate": ODD[kind]})
    except StatecastError as error:
        require_words_of_ours(str(error), "`schedule`.decay_rate ", kind)
    else:
        assert schedule is not None
        assert is_plain(schedule.arguments["decay_rate"])


def is_plain(value: Any) -> bool:
    return value is None or (isinstance(value, bool | int | float) and math.isfinite(value))
