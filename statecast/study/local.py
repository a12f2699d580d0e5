"""Train a block of requests."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any


def train_here() -> Callable[[Sequence[Any]], Iterator[tuple[int, Any]]]:
    """Return a function that trains in this process; what it compiles for one block serves the next.

    Requests of equal shapes share a program, those that differ in epochs a training.
    """
    programs: OrderedDict[str, Any] = OrderedDict()

    def train(requests: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        from statecast.training.progress import progress_bar
        from statecast.training.sharing import total_epochs, train_requests

        with progress_bar(total_epochs(requests), f"train {len(requests)} configurations") as progress:
            yield from train_requests(requests, progress, programs=programs)

    return train
