"""Jobs of random series, trained from two seeds."""

from typing import Any

import numpy as np

from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.training.job import Job, Learning, Setting
from tests.support.engine import ADAM

NETWORK = Network(2, (2,))


def random_series(name: str, sizes: tuple[int, int, int], seed: int = 0) -> SeriesRows:
    """Return a series of two inputs, on which 1 on the original scale is 0.5."""
    rng = np.random.default_rng(seed)
    total = sum(sizes)
    return SeriesRows(
        key=SeriesKey(name),
        ds=np.arange(total),
        x=rng.normal(size=(total, 2)),
        y=rng.normal(size=(total, 1)),
        sizes=sizes,
        scale=0.5,
    )


def job_of(
    series: list[SeriesRows],
    epochs: int = 6,
    *,
    batching: Batching | None = None,
    learning: dict[str, Any] | None = None,
    **others: Any,
) -> Job:
    """Return a job of four lanes by Adam, but for what is said otherwise.

    Args:
        series: what is trained on.
        epochs: how long.
        batching: None: four interleaved lanes.
        learning: fields of Learning.
        others: fields of Setting.

    """
    setting = Setting(
        network=NETWORK,
        batching=batching or Batching(4),
        seeds=[1, 2],
        epochs=epochs,
        learning=Learning(ADAM, 0.01)._replace(**(learning or {})),
    )
    return Job(series, setting._replace(**others))
