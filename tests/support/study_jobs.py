"""A small job in plain values, for tests of how jobs are sent to workers."""

from typing import Any

import numpy as np

from statecast.base.identity import SeriesKey
from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.training.job import Job, Learning, Setting
from statecast.training.optimizers import check_optimizer


def small_job(*, learning_rate: float = 0.001, **setting: Any) -> Job:
    """Return a job of one series of 20 rows, 14 of them for training."""
    x = np.sin(np.arange(20.0))[:, None]
    rows = SeriesRows(
        key=SeriesKey("a", 0),
        ds=np.array([f"1901-{day:02}" for day in range(20)], object),
        x=x,
        y=np.roll(x, -1),
        sizes=(14, 0, 6),
        scale=2.0,
    )
    usual = Setting(
        network=Network(1, (1,)),
        batching=Batching(4),
        seeds=[0, 1],
        epochs=3,
        learning=Learning(check_optimizer("adam"), learning_rate),
    )
    return Job([rows], usual._replace(**setting))
