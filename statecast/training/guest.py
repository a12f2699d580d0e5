"""Train beside another user of TensorFlow in the same process. No TensorFlow here."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def environment_put_back() -> Iterator[None]:
    """Give environment variables and Python's random numbers their state of before at the end.

    TensorFlow, Keras and XLA read their variables once, at the import or with the first program.
    Keras draws default seeds from ``random``, which a caller may have seeded.
    """
    before = dict(os.environ)
    drawn = random.getstate()
    try:
        yield
    finally:
        random.setstate(drawn)
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)
