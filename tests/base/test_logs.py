"""A level holds inside a block alone; of many lines one is left. Oracle: by hand."""

import logging

import pytest

from statecast.base.logs import first_of, log_each, logged_from

LOG = logging.getLogger("tests.quiet.inside")


def test_inside_the_block_nothing_below_the_level_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO), logged_from(logging.WARNING, "tests.quiet"):
        LOG.info("a step")
        LOG.warning("a doubt")
    assert caplog.messages == ["a doubt"]


def test_other_loggers_go_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), logged_from(logging.WARNING, "tests.other"):
        LOG.info("a step")
    assert caplog.messages == ["a step"]


def test_after_an_error_the_level_is_that_of_before() -> None:
    before = logging.getLogger("tests.quiet").level
    with pytest.raises(KeyError), logged_from(logging.ERROR, "tests.quiet"):
        raise KeyError
    assert logging.getLogger("tests.quiet").level == before


@pytest.mark.parametrize("count", [0, 1, 10])
def test_few_series_have_a_line_each(caplog: pytest.LogCaptureFixture, count: int) -> None:
    lines = [f"100 % of {place}" for place in range(count)]
    with caplog.at_level(logging.INFO):
        log_each(LOG, logging.INFO, lines, "in all")
    assert caplog.messages == lines


def test_many_series_have_one_line_in_all(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        log_each(LOG, logging.WARNING, ["a line"] * 11, "100 % of them")
    assert caplog.record_tuples == [(LOG.name, logging.WARNING, "100 % of them")]


def test_a_list_of_names_is_cut_after_five() -> None:
    assert first_of([*"abcde"]) == "a, b, c, d, e"
    assert first_of([*"abcdef"]) == "a, b, c, d, e ..."
