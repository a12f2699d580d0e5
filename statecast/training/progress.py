"""A progress bar on a terminal, nothing elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from statecast.training.trainer import Progress


@contextmanager
def progress_bar(total: int, label: str) -> Iterator[Progress]:
    """Yield a function of the epochs done and the loss now."""
    on_terminal = sys.stderr.isatty()
    with tqdm(total=total, desc=label, unit="epoch", disable=not on_terminal, leave=False) as bar:

        def show(done: int, loss: float) -> None:
            bar.set_postfix(loss=f"{loss:.6f}", refresh=False)
            bar.update(done - bar.n)

        yield show
