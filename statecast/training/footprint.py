"""What a training will take, told from its sizes alone: nothing is allocated here.

Shape letters: D networks a seed, R repeats, S updates of an epoch, T rows of a lane in an update, B
lanes, P watched parts, E epochs.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from statecast.base.errors import require
from statecast.base.identity import PARTS
from statecast.base.memory import require_memory
from statecast.network.batching import Batching
from statecast.network.network import GATES, Network, weight_shapes
from statecast.network.rows import SeriesRows

SINGLE = 4  # bytes
PLACE = 16  # bytes of a place of a grid: its row, its weight, whether it is reset
COPIES = 6  # of each weight: first, now, gradient, two of the optimizer, result
CURVES = 2  # copies of a curve
SECONDS_AN_HOUR = 3600
MOST_UPDATES = 2**31 - 1  # Keras counts them in 32 bits
SECONDS_A_SEED = 3e-3  # that Keras's initial weights of one network take
MOST_HOURS = 24  # for them
FASTEST = 1e-6  # seconds, a bound that no update is below


class Sizes(NamedTuple):
    """The sizes of a training; the names are those of params.yaml."""

    network: Network
    batching: Batching
    repeats: int
    epochs: int
    history_every: int = 1


def require_affordable(asked: Sizes, series: Sequence[SeriesRows], free: int | None = None) -> None:
    """Check that a training fits into memory, begins within a day, and counts its updates.

    Args:
        asked: the sizes.
        series: the rows that are trained on.
        free: bytes that may be taken; None: those that the machine has now.

    Raises:
        StatecastError: it does not.

    """
    _require_beginning(asked.repeats)
    updates = asked.epochs * updates_of_an_epoch(asked.batching, series)
    hours = updates * FASTEST / SECONDS_AN_HOUR
    must = f"make at most {MOST_UPDATES:,} updates, which Keras can count"
    got = f"{updates:,}, which take {hours:,.1f} hours at the very least"
    require(updates <= MOST_UPDATES, "`epochs`", must, got)
    require_memory(memory_of(asked, series), free)


def _require_beginning(repeats: int) -> None:
    hours = repeats * SECONDS_A_SEED / SECONDS_AN_HOUR
    must = f"have initial weights that are drawn within {MOST_HOURS} hours"
    require(hours <= MOST_HOURS, "`repeats`", must, f"{hours:,.0f} hours for {repeats:,}")


def memory_of(asked: Sizes, series: Sequence[SeriesRows]) -> dict[str, int]:
    """Return what takes memory, in words with the names of arguments, and its bytes."""
    network = asked.network
    batching = asked.batching
    networks_a_seed = len(batching.series_by_network(series))
    networks = networks_a_seed * asked.repeats
    at_once = asked.repeats if batching.is_shared else networks  # shared ones follow each other
    rows_apart = 1 if at_once == asked.repeats else networks  # repeats of a network share its rows
    lanes = lanes_used(batching, series)
    places = updates_of_an_epoch(batching, series) * batching.rows_per_update * lanes
    numbers_of_a_place = network.steps * network.features + network.outputs
    gates = GATES[network.cell] * sum(network.units)
    steps = batching.rows_per_update * network.steps
    recorded = math.ceil(asked.epochs / asked.history_every)
    parts = [part for part in PARTS if any(rows.count(part) for rows in series)]
    return {
        "the weights of `repeats` networks of `units`": (
            networks * weights_of(network) * SINGLE * COPIES
        ),
        "the rows of an epoch by `batch_size` and `rows_per_update`": (
            rows_apart * places * (numbers_of_a_place * SINGLE + PLACE)
        ),
        "the states of `batch_size` x `repeats` lanes of `units`": (
            at_once * max(lanes * steps, lanes_watched(batching, series)) * gates * SINGLE
        ),
        "the curves of `repeats` over `epochs`": (
            networks * (asked.epochs + recorded * len(parts)) * SINGLE * CURVES
        ),
    }


def weights_of(network: Network) -> int:
    """Return how many numbers the weights of one network are."""
    return sum(math.prod(shape) for _, shape in weight_shapes(network))


def lanes_used(batching: Batching, series: Sequence[SeriesRows]) -> int:
    """Return B; lanes that ``drop`` would find no rows for are refused later, by number."""
    if batching.is_shared or batching.remainder == "pad":
        return batching.batch_size
    longest = max(rows.count("train") for rows in series)
    return min(batching.batch_size, longest)


def lanes_watched(batching: Batching, series: Sequence[SeriesRows]) -> int:
    """Return in how many lanes a shared network forecasts a watched part, all series at once."""
    if not batching.is_shared:
        return 0
    of_a_series = 1 if batching.layout == "sequences" else batching.batch_size
    return of_a_series * max(map(len, batching.series_by_network(series).values()))


def updates_of_an_epoch(batching: Batching, series: Sequence[SeriesRows]) -> int:
    """Return S of the network that has the most."""
    groups = batching.series_by_network(series).values()
    return max(_updates_of(batching, [rows.count("train") for rows in group]) for group in groups)


def _updates_of(batching: Batching, rows: Sequence[int]) -> int:
    """Return S of a network whose series have so many training rows."""
    lengths = [length for length in rows if length]
    update = batching.batch_size * batching.rows_per_update
    if batching.layout == "sequences":
        starts = range(0, len(lengths), batching.batch_size)
        groups = [lengths[start : start + batching.batch_size] for start in starts]
        return sum(math.ceil(max(group) / batching.rows_per_update) for group in groups)
    pads = batching.is_shared or batching.remainder == "pad"
    whole = math.ceil if pads else math.floor
    return sum(whole(length / update) for length in lengths)
