"""Messages name arguments, and keys in their place. Oracle: the sentences written out by hand."""

import time

import pytest

from statecast.base.errors import StatecastError, require, shown, with_keys

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


def nested(levels: int) -> object:
    """Return ten times the same list within each other, 10^levels values."""
    value: object = "x"
    for _ in range(levels):
        value = [value] * 10
    return value


@pytest.mark.parametrize(
    "value",
    [nested(9), "x" * 10**7, 10**5000, list(range(10**6)), {str(n): n for n in range(10**5)}],
    ids=["lists", "letters", "digits", "list", "mapping"],
)
def test_a_huge_value_is_shown_in_a_short_line_at_once(value: object) -> None:
    started = time.process_time()
    assert len(shown(value)) <= 303  # letters
    with pytest.raises(StatecastError) as error:
        require(False, "a", "be b", value)
    assert len(str(error.value)) < 330
    assert time.process_time() - started < 1  # seconds


@pytest.mark.parametrize("value", [None, True, 7, -0.5, "a b", [1, "x"], {"a": [1]}, 2**70])
def test_a_small_value_is_shown_as_python_writes_it(value: object) -> None:
    assert shown(value) == repr(value)


def test_a_name_of_the_user_is_no_argument() -> None:
    message = f"series {shown('`batch_size`')} must be b"
    assert with_keys(message, KEYS) == "series ''batch_size'' must be b"
