"""Whether what is asked for fits into memory. Oracle: sums by hand."""

import gc

import pytest

from statecast.base.errors import StatecastError
from statecast.base.memory import bytes_in_words, collected_seldom, free_memory, require_memory

GB = 1000**3


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (4 * GB, "4 GB"),
        (123_456 * GB, "123 TB"),
        (10**40, "1e+22 EB"),
    ],
)
def test_bytes_in_words(count: int, words: str) -> None:
    assert bytes_in_words(count) == words


def test_what_fits_together_is_allowed() -> None:
    require_memory({"a": 2 * GB, "b": 3 * GB}, free=5 * GB)


def test_what_does_not_fit_together_names_what_takes_most() -> None:
    message = "^`b` must fit into the 5 GB of memory that are free, got 6 GB$"
    with pytest.raises(StatecastError, match=message):
        require_memory({"`a`": 2 * GB, "`b`": 4 * GB}, free=5 * GB)


def test_the_machine_has_memory_but_not_all_that_there_is() -> None:
    assert 10**6 < free_memory() < 10**18
    with pytest.raises(StatecastError, match="must fit into the"):
        require_memory({"all": 10**18})


def test_python_collects_as_before_after_an_error() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), collected_seldom():
        assert gc.get_threshold()[0] > before[0]
        raise KeyError
    assert gc.get_threshold() == before
