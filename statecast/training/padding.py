"""Pad a prepared job to larger sizes, so that one compiled program serves jobs of many shapes.

What is filled in changes no result. A unit whose weights are all zero has a state of zero, and so
gradients of zero in and out; an input that is always zero has one for its row of the kernel. A lane
of weight zero is not in the loss, and an update after the last one is not taken. Only the order of
sums may differ, that is float32 rounding.

Shape letters: D networks a seed, R repeats, S updates of an epoch, T rows of a lane in an update, B
lanes, F inputs of a row, U units, O outputs, P watched parts.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from statecast.network.network import GATES, Network, weight_shapes
from statecast.training.job import Job, Learning
from statecast.training.layout import Batches, Original, Watched
from statecast.training.prepare import Prepared
from statecast.training.stacking import can_stack

NOT_ZERO_AT_ZERO = ("sigmoid",)  # activations that would wake a unit without weights
UNBOUNDED = ("relu", "linear")  # activations with which a lane of any inputs may overflow
DIVIDES_BY_GRADIENTS = ("ftrl",)  # 0 / 0 where a gradient was always zero


class Extents(NamedTuple):
    """The sizes of a compiled program."""

    features: int  # F
    units: tuple[int, ...]  # of each layer
    updates: int  # S, with one or more that are not taken
    lanes: int  # B
    watched_steps: int  # with one or more that are not taken
    watched_lanes: int

    def joined(self, other: "Extents") -> "Extents":
        """Return the smallest sizes into which both fit."""
        return Extents(
            features=max(self.features, other.features),
            units=tuple(map(max, self.units, other.units)),
            updates=max(self.updates, other.updates),
            lanes=max(self.lanes, other.lanes),
            watched_steps=max(self.watched_steps, other.watched_steps),
            watched_lanes=max(self.watched_lanes, other.watched_lanes),
        )

    def has_room_for(self, other: "Extents") -> bool:
        """Return whether a job of other sizes can be padded to these."""
        return self.joined(other) == self


def sizes_of(job: Job, prepared: Prepared) -> Extents:
    """Return the smallest sizes of a program for a job.

    One update and one step are added, so that all padded jobs are told by number where they end.
    """
    updates, _, _, lanes, _ = prepared.batches.x.shape
    watched_steps, _, watched_lanes, _ = prepared.watched.x.shape
    network = job.setting.network
    return Extents(
        network.features, network.units, updates + 1, lanes, watched_steps + 1, watched_lanes
    )


class Growing(NamedTuple):
    """Which sizes of a job can be padded; updates and steps always can."""

    features: bool
    units: bool
    lanes: bool


def growing(network: Network, learning: Learning) -> Growing:
    """Return what can be padded so that no result changes."""
    drops = learning.dropout > 0 or learning.recurrent_dropout > 0
    if drops:  # the masks hang on their shape
        return Growing(features=False, units=False, lanes=False)
    divides = learning.optimizer.name in DIVIDES_BY_GRADIENTS
    return Growing(
        features=not divides and network.steps == 1,
        units=not divides and network.activation not in NOT_ZERO_AT_ZERO,
        lanes=network.activation not in UNBOUNDED,
    )


def kind_of(job: Job, prepared: Prepared) -> str:
    """Return text that is the same for jobs that differ in sizes that can be padded alone."""
    network = job.setting.network
    sizes = sizes_of(job, prepared)
    learning = prepared.learning
    may_grow = growing(network, learning)
    batches = prepared.batches
    watched = prepared.watched
    is_alone = not can_stack(job, prepared)
    rows_of_networks = [batches.x.shape[2], watched.x.shape[1]]
    described = {
        "network": {**network.as_json(), "features": None, "units": len(network.units)},
        "features": None if may_grow.features else sizes.features,
        "units": None if may_grow.units else sizes.units,
        "lanes": None if may_grow.lanes else [sizes.lanes, sizes.watched_lanes],
        "learning": kind_of_learning(learning),
        "history_every": job.setting.history_every,
        "alone": [len(prepared.seeds), *rows_of_networks] if is_alone else None,
        "rows_per_update": batches.x.shape[1],
        "watched": [len(watched.weight), watched.weight.shape[4:], watched.original is not None],
        "watched_series": watched.series,
        "shuffled": prepared.shuffle is not None,
        "some_rest": is_alone and bool((batches.active == 0).any()),
        "resets": [bool(batches.reset.any()), bool(watched.reset.any())],
    }
    return json.dumps(described, sort_keys=True)


def kind_of_learning(learning: Learning) -> dict[str, object]:
    """Return what a compiled program knows of the learning.

    Learning rates without a schedule, and the sizes of penalties, are given to it later.
    """
    kind = learning.as_json()
    kind["learning_rate"] = learning.learning_rate if learning.schedule else None
    kind["penalties"] = any(map(any, learning.penalties))
    return kind


def padded_network(network: Network, sizes: Extents) -> Network:
    """Return the network of a program."""
    return replace(network, features=sizes.features, units=sizes.units)


def padded(prepared: Prepared, network: Network, sizes: Extents) -> Prepared:
    """Return a job laid out in the sizes of a program.

    Args:
        prepared: the job.
        network: of the job.
        sizes: of the program, in which the job has room.

    """
    return prepared._replace(
        batches=_padded_batches(prepared.batches, network, sizes),
        watched=_padded_watched(prepared.watched, network, sizes),
        initial=padded_weights(prepared.initial, network, padded_network(network, sizes)),
    )


def padded_weights(
    weights: Sequence[np.ndarray], network: Network, wider: Network
) -> list[np.ndarray]:
    """Return weights, each [R, ...], as those of a wider network, whose other weights are zero."""
    filled = []
    shapes = [shape for _, shape in weight_shapes(wider)]
    for weight, shape, places in zip(weights, shapes, _places(network, wider), strict=True):
        repeats = len(weight)
        into = np.zeros((repeats, *shape), np.float32)
        into[np.ix_(np.arange(repeats), *places)] = weight
        filled.append(into)
    return filled


def cropped_weights(
    weights: Sequence[np.ndarray], network: Network, wider: Network
) -> list[np.ndarray]:
    """Return the weights, each [R, ...], of the network that ``padded_weights`` has padded."""
    pairs = zip(weights, _places(network, wider), strict=True)
    return [weight[np.ix_(np.arange(len(weight)), *places)] for weight, places in pairs]


def _places(network: Network, wider: Network) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield where each weight of a network lies in that of a wider one: an index for each axis."""
    gates = np.arange(GATES[network.cell])[:, None]
    inputs = np.arange(network.features)
    for units, all_units in zip(network.units, wider.units, strict=True):
        own = np.arange(units)
        columns = (gates * all_units + own).ravel()  # the gates side by side
        yield inputs, columns
        if network.cell != "dense":
            yield own, columns
        yield (np.arange(2), columns) if network.cell == "gru" else (columns,)
        inputs = own
    outputs = np.arange(network.outputs)
    yield inputs, outputs
    yield (outputs,)
    if network.highway:
        yield np.arange(network.steps * network.features), outputs


def _padded_batches(batches: Batches, network: Network, sizes: Extents) -> Batches:
    _, rows_per_update, networks, _, _ = batches.x.shape
    outputs = batches.y.shape[4]
    inputs = network.steps * sizes.features
    places = (sizes.updates, rows_per_update, networks, sizes.lanes)
    return Batches(
        x=_filled(batches.x, (*places, inputs)),
        y=_filled(batches.y, (*places, outputs)),
        weight=_filled(batches.weight, places),
        reset=_filled(_for_networks(batches.reset, 2, networks), places),
        active=_filled(_for_networks(batches.active, 1, networks), (sizes.updates, networks)),
    )


def _padded_watched(watched: Watched, network: Network, sizes: Extents) -> Watched:
    _, networks, _, _ = watched.x.shape
    places = (sizes.watched_steps, networks, sizes.watched_lanes)
    parts, _, _, _, *apart = watched.weight.shape
    outputs = watched.y.shape[3]
    original = watched.original
    if original is not None:
        original = Original(*(_filled(part, (*places, outputs)) for part in original))
    return Watched(
        x=_filled(watched.x, (*places, network.steps * sizes.features)),
        y=_filled(watched.y, (*places, outputs)),
        weight=_filled(_for_networks(watched.weight, 2, networks), (parts, *places, *apart)),
        reset=_filled(_for_networks(watched.reset, 1, networks), places),
        original=original,
        series=watched.series,
    )


def _for_networks(part: np.ndarray, axis: int, networks: int) -> np.ndarray:
    """Return an array whose axis of networks is as long as that of the rows."""
    shape = list(part.shape)
    shape[axis] = networks
    return np.broadcast_to(part, shape)


def _filled(part: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return an array at the start of every axis of a larger one, which is zero elsewhere."""
    larger = np.zeros(shape, part.dtype)
    larger[tuple(map(slice, part.shape))] = part
    return larger
