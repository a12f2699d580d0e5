"""Forecast the rows of many series at once: the series join the axis of the repeats.

Shape letters: S series, R repeats, P = S x R networks (the repeats of one series after the other),
N rows, K calls, M places of a call, F inputs of a row, O outputs.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats, Singles
from statecast.base.identity import SeriesKey
from statecast.forecasting.bank import Bank
from statecast.forecasting.calls import Calls, advance, require_finite
from statecast.network.ensemble import Ensemble
from statecast.network.lanes import IDLE
from statecast.network.network import Network, State, Weights, lifted

NETWORKS_TOGETHER = 2048  # P of a block: its arrays stay in the cache
NUMBERS_KEPT = 1 << 24  # forecasts that are kept at a time, where only a part of them is wanted
NOT_FINITE = ": lower `learning_rate` or scale the series"


def forecast(network: Network, weights: Weights, x: Floats, calls: Calls) -> Singles:
    """Return the forecast of each row of one series that is in a call, NaN for the others.

    Args:
        network: what the weights belong to.
        weights: in Keras's order, each [R, ...].
        x: inputs of all rows [N, F].
        calls: which rows are forecast, and in which order. Every lane starts from zero.

    Returns:
        [R, N, O]

    Raises:
        StatecastError: a forecast is not finite.

    """
    [forecasts] = _forecast_block(network, weights, [x], [calls])
    return forecasts


def forecast_together(
    ensemble: Ensemble,
    keys: Sequence[SeriesKey],
    x: Sequence[Floats],
    calls: Sequence[Calls],
) -> list[Singles]:
    """Return the forecasts of ``forecast`` for each of several series.

    Args:
        ensemble: the networks of all of them.
        keys: which series [S].
        x: inputs of all rows of each [N, F].
        calls: of each.

    Raises:
        StatecastError: a forecast is not finite.

    """
    forecasts: list[Singles] = [np.empty(0, np.float32)] * len(keys)
    lengths = [len(own.rows) for own in calls]
    for block in blocks_of(lengths, len(ensemble.seeds)):
        of_block = _forecast_block(
            ensemble.network,
            ensemble.weights_of(*(keys[index] for index in block)),
            [x[index] for index in block],
            [calls[index] for index in block],
        )
        for index, own in zip(block, of_block, strict=True):
            forecasts[index] = own
    return forecasts


class WalkedSeries(NamedTuple):
    """What the walk over the rows of a series leaves behind."""

    forecasts: Singles  # [R, N, O]
    state: State  # of each layer [R, L, U], after the rows


def walk_together(
    ensemble: Ensemble,
    keys: Sequence[SeriesKey],
    x: Sequence[Floats],
    calls: Sequence[Calls],
    lanes: int,
) -> Iterator[tuple[int, WalkedSeries]]:
    """Yield the place of each series, and its forecasts and states; a few are kept at a time.

    Args:
        ensemble: as in ``forecast_together``.
        keys: as in ``forecast_together``.
        x: as in ``forecast_together``.
        calls: as in ``forecast_together``.
        lanes: how many lanes a network has, L.

    Raises:
        StatecastError: a forecast is not finite.

    """
    repeats = len(ensemble.seeds)
    for block in blocks_of([len(own.rows) for own in calls], repeats):
        forecasts, bank = _walk_block(
            ensemble.network,
            ensemble.weights_of(*(keys[index] for index in block)),
            [x[index] for index in block],
            [calls[index] for index in block],
            lanes,
        )
        for number, index in enumerate(block):
            networks = slice(number * repeats, (number + 1) * repeats)
            yield index, WalkedSeries(forecasts[number], bank.states(networks, lanes))


def blocks_of(lengths: Sequence[int], repeats: int) -> Iterator[list[int]]:
    """Yield the places of series that are taken together: those of about the same length.

    Args:
        lengths: steps that each takes [S].
        repeats: R.

    """
    by_length = np.argsort(lengths, kind="stable").tolist()
    size = max(1, NETWORKS_TOGETHER // repeats)
    for start in range(0, len(by_length), size):
        yield by_length[start : start + size]


def groups_of(numbers: Sequence[int]) -> Iterator[slice]:
    """Yield the places of series whose forecasts are kept at a time, in their order.

    Args:
        numbers: forecasts of each series, those of all repeats [S].

    """
    start = 0
    kept = 0
    for place, own in enumerate(numbers):
        if place > start and kept + own > NUMBERS_KEPT:
            yield slice(start, place)
            start = place
            kept = 0
        kept += own
    if start < len(numbers):
        yield slice(start, len(numbers))


def stacked(calls: Sequence[Calls]) -> Calls:
    """Return the calls of several series as arrays [S, K, M].

    Where a series has no row, the place works on a spare lane that is zeroed before.
    """
    shape = tuple(max(own.rows.shape[axis] for own in calls) for axis in (0, 1))
    spare = max(int(own.lane.max(initial=0)) for own in calls) + 1
    rows = np.full((len(calls), *shape), IDLE)
    lane = np.full(rows.shape, spare)
    reset = np.ones(rows.shape, bool)
    for series, own in enumerate(calls):
        count, places = own.rows.shape
        is_used = own.rows != IDLE
        rows[series, :count, :places] = own.rows
        lane[series, :count, :places] = np.where(is_used, own.lane, spare)
        reset[series, :count, :places] = own.reset | ~is_used
    return Calls(rows, lane, reset)


def stacked_rows(x: Sequence[Floats]) -> Singles:
    """Return the inputs of several series [S, N + 1, F]: rows that there are not are zero."""
    longest = max(map(len, x))
    rows = np.zeros((len(x), longest + 1, x[0].shape[1]), np.float32)
    for series, own in enumerate(x):
        rows[series, : len(own)] = own
    return rows


def for_repeats(of_series: np.ndarray, repeats: int) -> np.ndarray:
    """Return what each series has [S, ...] for all its networks [P, ...]; one series shares it."""
    return of_series if len(of_series) == 1 else np.repeat(of_series, repeats, axis=0)


def _forecast_block(
    network: Network, weights: Weights, x: Sequence[Floats], calls: Sequence[Calls]
) -> list[Singles]:
    """Return the forecasts [R, N, O] of each series; the weights are [P, ...]."""
    forecasts, _ = _walk_block(network, weights, x, calls)
    return forecasts


def _walk_block(
    network: Network,
    weights: Weights,
    x: Sequence[Floats],
    calls: Sequence[Calls],
    lanes: int = 0,
) -> tuple[list[Singles], Bank]:
    """Return the forecasts [R, N, O] of each series, and the states of ``lanes`` or more lanes."""
    networks = len(weights[0])
    repeats = networks // len(x)
    together = stacked(calls)
    inputs = stacked_rows(x)
    used = int(together.lane.max(initial=0)) + 1
    bank = Bank(network, networks, max(used, lanes))
    ready = lifted(weights)
    y = np.full((*inputs.shape[:2], repeats, network.outputs), np.nan, np.float32)
    series = np.arange(len(x))[:, None]  # [S, 1]
    for call in range(together.rows.shape[1]):
        rows = together.rows[:, call]  # [S, M]; IDLE is the last row, which no series has
        outputs = advance(
            network,
            ready,
            for_repeats(inputs[series, rows], repeats),
            bank,
            for_repeats(together.lane[:, call], repeats),
            for_repeats(together.reset[:, call], repeats),
        )
        y[series, rows] = _by_row(outputs, repeats)
    forecasts = [
        np.ascontiguousarray(y[index, : len(own)].swapaxes(0, 1)) for index, own in enumerate(x)
    ]
    for own, of_calls in zip(forecasts, calls, strict=True):
        rows = of_calls.rows[of_calls.rows != IDLE]
        require_finite(own[:, rows], repeats, NOT_FINITE)
    return forecasts, bank


def _by_row(outputs: Singles, repeats: int) -> Singles:
    """Return outputs [P, M, O] as [S, M, R, O]."""
    places, size = outputs.shape[1:]
    return outputs.reshape(-1, repeats, places, size).swapaxes(1, 2)
