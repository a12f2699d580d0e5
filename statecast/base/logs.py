"""How much is logged while something runs."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

LINES = 10  # about single series; instead of more of them one line tells of all
NAMES = 5  # in such a line


def log_each(log: logging.Logger, level: int, lines: Sequence[str], in_all: str) -> None:
    """Log a line for each of a few series, or one line in all if they are many.

    Args:
        log: where to.
        level: ``logging.WARNING`` say.
        lines: one for each series.
        in_all: what is said instead of more than LINES.

    """
    for line in lines if len(lines) <= LINES else [in_all]:
        log.log(level, "%s", line)


def first_of(names: Sequence[object]) -> str:
    """Return the first names of a list in words: ``a, b, c, d, e ...``."""
    more = " ..." if len(names) > NAMES else ""
    return ", ".join(map(str, names[:NAMES])) + more


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
