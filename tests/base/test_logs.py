"""A level holds inside a block alone. Oracle: what is logged, worked by hand."""

import logging

import pytest

from statecast.base.logs import logged_from

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
