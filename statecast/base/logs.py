"""How much is logged while something runs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def logged_from(level: int, *names: str) -> Iterator[None]:
    """Let some loggers say nothing below a level inside the block.

    Args:
        level: ``logging.WARNING`` say.
        names: of the loggers.

    """
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(level)
    try:
        yield
    finally:
        for logger, before in zip(loggers, levels, strict=True):
            logger.setLevel(before)
