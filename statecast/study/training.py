"""Train a block of requests."""

from collections.abc import Iterator, Sequence
from typing import Any


def train_here(requests: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """Train in this process; requests of equal shapes share a program, those that differ in epochs a training."""
    from statecast.training.progress import progress_bar
    from statecast.training.requests import total_epochs, train_requests

    with progress_bar(total_epochs(requests), f"train {len(requests)} configurations") as progress:
        yield from train_requests(requests, progress)
