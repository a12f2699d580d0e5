"""Train beside another user of TensorFlow in the same process. No TensorFlow here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def environment_put_back() -> Iterator[None]:
    """Give the environment variables of the process their values of before at the end.

    TensorFlow, Keras and XLA read theirs once, at the import or with the first program.
    """
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)
