"""One progress bar with the time left, over all phases of the best forecast."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tqdm import tqdm

from statecast.study.local import Train, Trained
from statecast.training.job import Job

if TYPE_CHECKING:
    from statecast.training.trainer import Progress

# of the time in all, measured on a monthly series of 36 rows
SHARES = {
    "prepare": 0.1,
    "train": 0.5,
    "combine": 0.05,
    "train on all rows": 0.12,
    "train the best": 0.1,
    "register": 0.13,
}
FORM = "{desc}: {percentage:3.0f} % |{bar}| {elapsed}, about {remaining} left"


class OneBar:
    """A bar over phases, on a terminal alone."""

    def __init__(
        self, shares: Mapping[str, float] = SHARES, *, is_hidden: bool | None = None
    ) -> None:
        """Start with nothing done.

        Args:
            shares: of the time, by phase, in their order.
            is_hidden: whether nothing is shown; None: unless there is a terminal.

        """
        hidden = not sys.stderr.isatty() if is_hidden is None else is_hidden
        self._shares = dict(shares)
        self._phase = next(iter(shares))
        self.bar = tqdm(
            total=sum(shares.values()),
            bar_format=FORM,
            smoothing=0,  # the time left follows from all the time so far
            disable=hidden,
            leave=False,
            desc=self._phase,
        )

    def enter(self, phase: str) -> None:
        """Begin a phase; those before it are done."""
        self._phase = phase
        self.bar.set_description_str(phase, refresh=False)
        self.show(0.0)

    def show(self, fraction: float) -> None:
        """Show which fraction of the phase is done."""
        phases = list(self._shares)
        before = phases[: phases.index(self._phase)]
        done = sum(self._shares[phase] for phase in before)
        position = done + self._shares[self._phase] * min(fraction, 1.0)
        self.bar.update(max(position - self.bar.n, 0.0))

    def steps(self, count: int) -> Callable[[], None]:
        """Return a function that is called after each of so many steps of the phase."""
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            self.show(done / count)

        return step

    @contextmanager
    def training(self, total: int, label: str) -> Iterator["Progress"]:  # noqa: ARG002 (bars are called alike)
        """Yield a function of the epochs done; a training is the whole phase."""
        yield lambda done, _loss: self.show(done / max(total, 1))

    def during(self, phase: str, train: Train) -> Train:
        """Return a training that begins a phase."""

        def entered(jobs: Sequence[Job]) -> Iterator[Trained]:
            self.enter(phase)
            return train(jobs)

        return entered

    def close(self) -> None:
        """Take the bar away."""
        self.bar.close()
