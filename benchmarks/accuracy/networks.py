"""One network for all series of a competition, trained by the library's engine.

Every series is divided by its seasonal factors, and becomes logarithms. Shape letters: D series, N
rows, L lookback, H steps ahead, R repeats.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.competition import HORIZON, SEASON, stacked_forecasts
from benchmarks.accuracy.seasons import factors_after, seasonal_factors, without_season
from statecast.base.arrays import Floats, Ints
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
USUAL_MOVE = 0.05  # mean absolute move of logarithms from month to month
SCALE_OF_CORRELATION = 3.0  # of the moves, which is a few tenths
PRIOR_MOVES = 10  # as if so many without correlation were known before the first one
SMALLEST_MOVE = 0.001  # of logarithms; the noise of a flat series has none
FEWEST_KNOWN = 36  # values; of rows with fewer the factors are those of so many
LARGEST = 20.0  # scaled; what is farther away is cut off there


@dataclass(frozen=True)
class GlobalNetwork:
    """How a network is trained; the names are those of params.yaml where it has them."""

    direct: bool  # an output for each step ahead; otherwise it is fed its own forecasts
    steps: int = HORIZON  # that a direct network forecasts
    lookback: int = 12
    has_factors: bool = True  # the series are divided by their seasonal factors
    has_known_factors: bool = False  # those of a row of a direct network come from no later value
    rates: tuple[float, ...] = ()  # of the smoothed levels among the inputs of a direct network
    has_noise: bool = False  # inputs of a direct network say how noisy the series is up to a row
    units: int = 24
    epochs: int = 10
    loss: str = "mae"
    rows_per_update: int = 1
    batch_size: int = 32
    learning_rate: float = 0.001
    repeats: int = 5


def forecasts(histories: Sequence[Floats], how: GlobalNetwork) -> Floats:
    """Return the mean forecasts of all repeats for the steps after each history.

    Returns:
        [D, H], or of a direct network [D, steps].

    """
    factors = [factors_of(y, how) for y in histories]
    ahead = _direct(histories, how) if how.direct else _rolled_out(histories, how)
    together = []
    for y, own, moves in zip(histories, factors, ahead, strict=True):
        last = without_season(y, own)[-1]
        level = last * np.exp(moves / SCALE).mean(axis=0)  # of the repeats
        together.append(level * factors_after(own, len(y), len(level)))
    return stacked_forecasts(together)


def forecasts_by_range(histories: Sequence[Floats], networks: Sequence[GlobalNetwork]) -> Floats:
    """Return the forecasts of several direct networks, each of the steps that no other reaches.

    Args:
        histories: of each series.
        networks: the one of fewest steps first; the last one forecasts H.

    Returns:
        [D, H].

    """
    start, ranges = 0, []
    for how in networks:
        ranges.append(forecasts(histories, how)[:, start:])
        start = how.steps
    return np.concatenate(ranges, axis=1)


def factors_of(y: Floats, how: GlobalNetwork) -> Floats:
    """Return the factors by which a network sees a series divided [M]."""
    return seasonal_factors(y, SEASON) if how.has_factors else np.ones(SEASON)


def direct_rows(name: str, y: Floats, how: GlobalNetwork) -> SeriesRows:
    """Return a row for each value: those before it, and those after it, all beside it.

    A factor of the whole series knows the values after a row, which a forecast does not. Factors
    that are known at the row teach the network how far to trust them.

    The last rows know fewer values after them than the network forecasts. They are no training
    rows, and their targets have no meaning.

    Args:
        name: of the series.
        y: its values [N + L].
        how: L and the other settings.

    """
    last = np.arange(how.lookback, len(y))[:, None]
    without = np.log(y) - np.log(factors_by_row(y, how))  # [N, N + L]
    here = np.take_along_axis(without, last, axis=1)
    before = np.take_along_axis(without, last - np.arange(how.lookback, 0, -1), axis=1)
    after_places = np.minimum(last + np.arange(1, how.steps + 1), len(y) - 1)
    after = np.take_along_axis(without, after_places, axis=1)
    levels = [smoothed_levels(without, last, rate) for rate in how.rates]
    inputs = np.concatenate([before, *levels], axis=1) - here
    scaled = np.clip(inputs * SCALE_OF_INPUTS, -LARGEST, LARGEST)
    if how.has_noise:
        scaled = np.concatenate([scaled, noise_by_row(without, last)], axis=1)
    train = max(0, len(last) - how.steps)
    return SeriesRows(
        SeriesKey(name, 0),
        last[:, 0],
        scaled,
        np.clip((after - here) * SCALE, -LARGEST, LARGEST),
        (train, 0, len(last) - train),
    )


def factors_by_row(y: Floats, how: GlobalNetwork) -> Floats:
    """Return the factor of each value, as each row of a direct network knows it [N, N + L]."""
    months = np.arange(len(y)) % SEASON
    rows = len(y) - how.lookback
    if not how.has_known_factors:
        return np.tile(factors_of(y, how)[months], (rows, 1))
    known = np.maximum(np.arange(how.lookback, len(y)) + 1, FEWEST_KNOWN)
    of_counts = {count: factors_of(y[:count], how) for count in np.unique(known)}
    return np.stack([of_counts[count] for count in known])[:, months]


def smoothed_levels(values: Floats, last: Ints, rate: float) -> Floats:
    """Return the exponentially smoothed level of each row up to its last value [N, 1].

    Args:
        values: of each row [N, values].
        last: which one is the last of each row [N, 1].
        rate: the weight of the last one, that of each older one less by this share.

    """
    age = last - np.arange(values.shape[1])
    weights = np.where(age < 0, 0.0, rate * (1 - rate) ** np.maximum(age, 0))
    weights[:, 0] /= rate  # the level starts at the first value
    return np.asarray((weights * values).sum(axis=1, keepdims=True))


def noise_by_row(values: Floats, last: Ints) -> Floats:
    """Return how noisy the values of each row are up to its last one, in two figures [N, 2].

    The size of the moves from value to value, as a logarithm, and their correlation from move to
    move, which is the more negative the more of a move is noise. Few moves say little: their
    correlation is drawn towards 0.

    Args:
        values: logarithms of each row [N, values].
        last: which one is the last of each row [N, 1], 1 or later.

    """
    moves = np.diff(values, axis=1)
    known = np.where(np.arange(moves.shape[1]) < last, moves, 0.0)
    size = np.maximum(np.abs(known).sum(axis=1, keepdims=True) / last, SMALLEST_MOVE)
    squares = (known**2).sum(axis=1, keepdims=True)
    products = (known[:, 1:] * known[:, :-1]).sum(axis=1, keepdims=True)
    correlation = products / np.maximum(squares, SMALLEST_MOVE**2)
    drawn = correlation * last / (last + PRIOR_MOVES)
    return np.concatenate([np.log(size / USUAL_MOVE), drawn * SCALE_OF_CORRELATION], axis=1)


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
        features=rows[0].x.shape[1],
        units=(how.units,),
        outputs=rows[0].y.shape[1],
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


def _direct(histories: Sequence[Floats], how: GlobalNetwork) -> list[Floats]:
    """Return the scaled moves away from the last value of each series [R, steps]."""
    rows = [direct_rows(f"s{place}", y, how) for place, y in enumerate(histories)]
    walked = walk_forward(trained(rows, how), rows, "test")
    return [np.asarray(own[:, -1], float) for own in walked]


def _rolled_out(histories: Sequence[Floats], how: GlobalNetwork) -> list[Floats]:
    """Return the scaled moves away from the last value of each series [R, H]."""
    logs = [np.log(without_season(y, factors_of(y, how))) for y in histories]
    lags = np.arange(1, how.lookback + 1)
    feedback = [Feedback(how.lookback - lags, np.ones(len(lags)), np.zeros(len(lags)), lags)]
    rows = [stepwise_rows(f"s{place}", log, how.lookback) for place, log in enumerate(logs)]
    launches = [Launch(own, [own.sizes[0]], feedback) for own in rows]
    steps = rollout(trained(rows, how), launches, HORIZON)
    return [own[:, 0, :, 0].astype(float).cumsum(axis=1) for own in steps]
