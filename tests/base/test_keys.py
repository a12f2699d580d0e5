"""Dotted keys. Oracles: the mappings written out by hand, and the inverse."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.base.errors import StatecastError
from statecast.base.keys import (
    Difference,
    differences,
    flat,
    has,
    require_keys,
    value_at,
    with_values,
)

PARAMS = {"train": {"epochs": 5, "optimizer": {"name": "sgd", "momentum": 0.5}}, "frame": {}}

names = st.text("abc", min_size=1, max_size=3)
nested = st.recursive(
    st.integers(), lambda values: st.dictionaries(names, values, max_size=3), max_leaves=8
)


@pytest.mark.parametrize(
    ("key", "value"),
    [("train.epochs", 5), ("train.optimizer.momentum", 0.5), ("frame", {})],
)
def test_value_at_a_key(key: str, value: object) -> None:
    assert value_at(PARAMS, key) == value


@pytest.mark.parametrize("key", ["trai", "train.epoch", "train.epochs.more", "frame.size"])
def test_there_is_no_such_key(key: str) -> None:
    assert not has(PARAMS, key)
    with pytest.raises(KeyError, match=key):
        value_at(PARAMS, key)


def test_a_key_whose_value_is_none_is_there() -> None:
    assert has({"train": {"patience": None}}, "train.patience")


def test_a_value_is_changed_and_a_level_is_made() -> None:
    changed = with_values(PARAMS, {"train.epochs": 9, "evaluate.horizon": 2})
    assert changed["train"] == {"epochs": 9, "optimizer": PARAMS["train"]["optimizer"]}
    assert changed["evaluate"] == {"horizon": 2}


def test_the_values_of_before_stay() -> None:
    before = deepcopy(PARAMS)
    changed = with_values(PARAMS, {"train.optimizer.name": "adam"})
    changed["train"]["optimizer"]["momentum"] = 0
    assert before == PARAMS


def test_flat_by_hand() -> None:
    assert flat(PARAMS) == {
        "train.epochs": 5,
        "train.optimizer.name": "sgd",
        "train.optimizer.momentum": 0.5,
        "frame": {},
    }


@given(st.dictionaries(names, nested, max_size=3))
def test_with_values_is_the_inverse_of_flat(content: dict) -> None:
    assert with_values({}, flat(content)) == content


@given(st.dictionaries(names, nested, max_size=3))
def test_flat_names_what_is_at_a_key(content: dict) -> None:
    for key, value in flat(content).items():
        assert value_at(content, key) == value


@given(st.dictionaries(names, nested, max_size=3))
def test_the_same_values_do_not_differ(content: dict) -> None:
    assert differences(content, deepcopy(content)) == []


def test_differences_by_hand() -> None:
    other = with_values(PARAMS, {"train.optimizer.name": "adam", "scale.method": "none"})
    del other["train"]["epochs"]
    assert differences(PARAMS, other) == [
        Difference("train.epochs", 5, None),
        Difference("train.optimizer.name", "sgd", "adam"),
        Difference("scale", None, {"method": "none"}),
    ]


def test_a_value_in_place_of_a_mapping_is_a_difference() -> None:
    other = with_values(PARAMS, {"train.optimizer": "adam"})
    assert differences(PARAMS, other) == [
        Difference("train.optimizer", PARAMS["train"]["optimizer"], "adam")
    ]


def test_keys_that_are_there_are_taken() -> None:
    require_keys(["train.epochs", "train.optimizer"], PARAMS, "study.yaml")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (
            "train.epoch",
            r"^study: train\.epoch is not a key of params\.yaml, did you mean train\.epochs\?$",
        ),
        ("zzz.zzz", r"^study: zzz\.zzz is not a key of params\.yaml$"),
        ("train", r"^study: train must be a key in a section, got the whole section$"),
    ],
)
def test_a_key_that_is_missing_is_named(key: str, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        require_keys(["train.epochs", key], PARAMS, "study")
