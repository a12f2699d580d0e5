"""Messages name arguments, and keys in their place. Oracle: the sentences written out by hand."""

import pytest

from statecast.base.errors import StatecastError, require, with_keys

KEYS = {"batch_size": "train.batch_size", "layout": "train.layout"}


def test_require_says_what_must_hold_and_what_was_found() -> None:
    with pytest.raises(StatecastError, match=r"^`horizon` must be above 0, got -1$"):
        require(False, "`horizon`", "be above 0", -1)


def test_require_is_silent_where_it_holds() -> None:
    require(True, "`horizon`", "be above 0", 1)


def test_an_argument_becomes_its_key() -> None:
    message = with_keys("`batch_size` must be at most 22, got 23", KEYS)
    assert message == "params.yaml: train.batch_size must be at most 22, got 23"


def test_the_file_stands_before_the_first_key_alone() -> None:
    message = with_keys("`batch_size` must suit `layout` and `batch_size`", KEYS)
    assert message == "params.yaml: train.batch_size must suit train.layout and train.batch_size"


def test_an_argument_without_a_key_stays_as_it_is() -> None:
    assert with_keys("`other` must suit `layout`", KEYS) == (
        "`other` must suit params.yaml: train.layout"
    )


@pytest.mark.parametrize("message", ["batch_size must be 1", "`batch size`", "", "` `"])
def test_a_message_without_an_argument_stays_as_it_is(message: str) -> None:
    assert with_keys(message, KEYS) == message


def test_keys_may_be_of_another_file() -> None:
    assert with_keys("`layout` must be", KEYS, "study.yaml") == "study.yaml: train.layout must be"


def test_a_message_with_keys_stays_as_it_is_when_keys_are_put_again() -> None:
    once = with_keys("`batch_size` must be 1", KEYS)
    assert with_keys(once, {"batch_size": "rebatch.batch_size"}) == once
