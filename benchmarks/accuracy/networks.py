"""One network for all series of a competition, trained by the library's engine.

Every series is divided by its seasonal factors, and becomes logarithms. Shape letters: D series, N
rows, L lookback, H steps ahead, R repeats.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.competition import HORIZON, SEASON, stacked_forecasts
from benchmarks.accuracy.seasons import factors_after, seasonal_factors, without_season
from statecast.base.arrays import Floats
from statecast.base.identity import SeriesKey
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.rollout import Feedback, Launch, rollout
from statecast.forecasting.walk_forward import walk_forward
from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.network.rows import SeriesRows
from statecast.training.job import Job, Learning, Setting
from statecast.training.optimizers import check_optimizer

SCALE = 20.0  # of targets: logarithms move by some hundredths, and weights start at about 1
SCALE_OF_INPUTS = 10.0  # of the values before the last one, beside it
LARGEST = 20.0  # scaled; what is farther away is cut off there


@dataclass(frozen=True)
class GlobalNetwork:
    """How a network is trained; the names are those of params.yaml where it has them."""

    direct: bool  # an output for each step ahead; otherwise it is fed its own forecasts
    lookback: int = 12
    has_factors: bool = True  # the series are divided by their seasonal factors
    units: int = 24
    epochs: int = 10
    loss: str = "mae"
    rows_per_update: int = 1
    batch_size: int = 32
    learning_rate: float = 0.001
    repeats: int = 5


def forecasts(histories: Sequence[Floats], how: GlobalNetwork) -> Floats:
    """Return the mean forecasts of all repeats for the steps after each history [D, H]."""
    ones = np.ones(SEASON)
    factors = [seasonal_factors(y, SEASON) if how.has_factors else ones for y in histories]
    pairs = list(zip(histories, factors, strict=True))
    logs = [np.log(without_season(y, own)) for y, own in pairs]
    ahead = _direct(logs, how) if how.direct else _rolled_out(logs, how)
    together = []
    for (y, own), log, moves in zip(pairs, logs, ahead, strict=True):
        level = np.exp(log[-1] + moves / SCALE).mean(axis=0)  # [H], of the repeats
        together.append(level * factors_after(own, len(y), HORIZON))
    return stacked_forecasts(together)


def direct_rows(name: str, log: Floats, lookback: int) -> SeriesRows:
    """Return a row for each value: those before it, and those after it, all beside it.

    The last H rows know less than H values after them. They are no training rows, and their
    targets have no meaning.

    Args:
        name: of the series.
        log: its logarithms [N + L].
        lookback: L.

    """
    last = np.arange(lookback, len(log))[:, None]
    before = log[last - np.arange(lookback, 0, -1)] - log[last]
    after = log[np.minimum(last + np.arange(1, HORIZON + 1), len(log) - 1)] - log[last]
    train = max(0, len(last) - HORIZON)
    return SeriesRows(
        SeriesKey(name, 0),
        last[:, 0],
        np.clip(before * SCALE_OF_INPUTS, -LARGEST, LARGEST),
        np.clip(after * SCALE, -LARGEST, LARGEST),
        (train, 0, len(last) - train),
    )


def stepwise_rows(name: str, log: Floats, lookback: int) -> SeriesRows:
    """Return a row for each step from a value to the next one, and H rows that are not known.

    Args:
        name: of the series.
        log: its logarithms [N + L + 1].
        lookback: steps before each that are its inputs, L.

    """
    steps = np.append(np.diff(log) * SCALE, np.zeros(HORIZON))
    places = np.arange(lookback, len(steps))
    lags = steps[places[:, None] - np.arange(lookback, 0, -1)]
    sizes = (len(places) - HORIZON, 0, HORIZON)
    return SeriesRows(SeriesKey(name, 0), places, lags, steps[lookback:, None], sizes)


def trained(rows: Sequence[SeriesRows], how: GlobalNetwork) -> Rebatched:
    """Return networks trained on the rows of all series, a state carried along each."""
    from statecast.training.sharing import train_job

    network = Network(
        features=how.lookback,
        units=(how.units,),
        outputs=HORIZON if how.direct else 1,
        highway=True,
    )
    batching = Batching(
        how.batch_size, "sequences", "pad", rows_per_update=how.rows_per_update, network="all"
    )
    setting = Setting(
        network,
        batching,
        list(range(how.repeats)),
        how.epochs,
        Learning(check_optimizer("adam"), how.learning_rate, loss=how.loss),
        shuffle=True,
        history_every=how.epochs,
    )
    with_training = [own for own in rows if own.count("train")]
    result = train_job(Job(with_training, setting))
    return Rebatched(result.ensemble, batching, 1, "lanes")


def _direct(logs: Sequence[Floats], how: GlobalNetwork) -> list[Floats]:
    """Return the scaled moves away from the last value of each series [R, H]."""
    rows = [direct_rows(f"s{place}", log, how.lookback) for place, log in enumerate(logs)]
    walked = walk_forward(trained(rows, how), rows, "test")
    return [np.asarray(own[:, -1], float) for own in walked]


def _rolled_out(logs: Sequence[Floats], how: GlobalNetwork) -> list[Floats]:
    """Return the scaled moves away from the last value of each series [R, H]."""
    lags = np.arange(1, how.lookback + 1)
    feedback = [Feedback(how.lookback - lags, np.ones(len(lags)), np.zeros(len(lags)), lags)]
    rows = [stepwise_rows(f"s{place}", log, how.lookback) for place, log in enumerate(logs)]
    launches = [Launch(own, [own.sizes[0]], feedback) for own in rows]
    steps = rollout(trained(rows, how), launches, HORIZON)
    return [own[:, 0, :, 0].astype(float).cumsum(axis=1) for own in steps]
