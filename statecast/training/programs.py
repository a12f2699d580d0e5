"""Which jobs share a compiled program: those for which it is cheaper than a program of their own.

A program of larger sizes costs arithmetic in every epoch, a further program costs a compilation,
and a block of networks costs as much half empty as full. All are estimated by figures measured on a
core, of which their ratio matters alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Floats, Ints
from statecast.network.network import GATES
from statecast.training.job import Job
from statecast.training.padding import Extents, kind_of, sizes_of
from statecast.training.prepare import Prepared
from statecast.training.stacking import can_stack

MOST_PROGRAMS = 12  # of one kind, and so many are kept
AMOUNTS = 5  # that ``_amounts`` tells
MOST_ROUNDS = 10  # of moves
LEAST_GAIN = 1e-3  # of a move, as a share of what it costs
NOTHING = Extents(0, (), 0, 0, 0, 0)
MOST_CLUSTERS = 80  # that are compared with each other
COMPILE = 1.5  # seconds
OF_A_LANE = 3e-9  # seconds of a network, for the row of a lane: at least,
OF_A_UNIT = 5e-9  # for each unit,
OF_A_WEIGHT = 1.8e-10  # and for each weight of the layers
OF_AN_UPDATE = 7e-10  # seconds of a network, for an update of a weight
OF_A_FORECAST = 1 / 3  # of a row that is forecast, against one that is learned
LEAST_STACKED = 1.0  # seconds of work that are worth a stack
BLOCK = 32  # networks that cost as much as one, where jobs are stacked


class SharedProgram(NamedTuple):
    """What a compiled program is told apart by."""

    kind: str  # from kind_of
    sizes: Extents
    stacked: int = 0  # networks of several jobs that train together; 0: a job trains by itself
    copy: int = 0  # of equal programs, which train at the same time


class Work(NamedTuple):
    """What a training takes, whatever its program."""

    kind: str
    sizes: Extents
    networks: int
    can_stack: bool
    updates: float  # over all epochs and networks
    learned: float  # steps of an update, over all epochs and networks
    forecast: float  # watched steps, over all epochs and networks
    gates: float  # of the cell, against those of an LSTM

    def seconds(self, sizes: Extents) -> float:
        """Return the estimate in a program of some sizes."""
        return float(_seconds(_row(sizes)[None], np.array([_amounts(self)]))[0])


class Cluster(NamedTuple):
    """Trainings that share a program."""

    sizes: Extents
    members: list[int]  # places of the works
    program: SharedProgram | None = None  # that there is already; its sizes are what they are


def work_of(job: Job, prepared: Prepared, epochs: int) -> Work:
    """Return what a job takes."""
    updates, rows_per_update, _, _, _ = prepared.batches.x.shape
    watched_steps = len(prepared.watched.x)
    network = job.setting.network
    times = epochs * len(prepared.seeds) * network.steps
    looks = times / job.setting.history_every
    return Work(
        kind=kind_of(job, prepared),
        sizes=sizes_of(job, prepared),
        networks=len(prepared.seeds),
        can_stack=can_stack(job, prepared),
        updates=epochs * len(prepared.seeds) * updates,
        learned=times * updates * rows_per_update,
        forecast=looks * watched_steps * OF_A_FORECAST,
        gates=GATES[network.cell] / GATES["lstm"],
    )


def shared_programs(
    works: Sequence[Work], known: Sequence[SharedProgram], threads: int
) -> list[tuple[SharedProgram, list[int]]]:
    """Return programs with the places of the works that each trains, the longest first.

    Args:
        works: from ``work_of``.
        known: programs that are compiled already.
        threads: how many programs train at once.

    """
    by_kind: dict[str, list[int]] = {}
    for place, work in enumerate(works):
        by_kind.setdefault(work.kind, []).append(place)
    planned: list[tuple[SharedProgram, list[int]]] = []
    for kind, places in by_kind.items():
        of_kind = [program for program in known if program.kind == kind]
        planned += [
            (_program(kind, cluster, works, of_kind), cluster.members)
            for cluster in _clusters(works, places, of_kind)
        ]
    planned = _split(planned, works, threads)
    return sorted(planned, key=lambda one: -_total(works, one[1], one[0].sizes))


def _clusters(
    works: Sequence[Work], places: Sequence[int], known: Sequence[SharedProgram]
) -> list[Cluster]:
    """Join trainings of one kind as long as a compilation costs more than what is padded."""
    by_sizes: dict[Extents, list[int]] = {}
    for place in places:
        by_sizes.setdefault(works[place].sizes, []).append(place)
    clusters = [Cluster(program.sizes, [], program) for program in known]
    for sizes in sorted(by_sizes):
        clusters.append(Cluster(sizes, by_sizes[sizes]))
        if len(clusters) > MOST_CLUSTERS:
            clusters = _joined_once(clusters, works, limit=np.inf)
    before = 0
    while len(clusters) != before:
        before = len(clusters)
        clusters = _joined_once(clusters, works, limit=0.0)
    before = 0
    while len(clusters) != before and _count(clusters) > MOST_PROGRAMS:
        before = len(clusters)
        clusters = _joined_once(clusters, works, limit=np.inf)
    return _moved([cluster for cluster in clusters if cluster.members], works)


def _count(clusters: Sequence[Cluster]) -> int:
    """Return how many clusters have members."""
    return sum(bool(cluster.members) for cluster in clusters)


def _moved(clusters: list[Cluster], works: Sequence[Work]) -> list[Cluster]:
    """Move trainings to other programs as long as that costs less."""
    for _ in range(MOST_ROUNDS):
        before = clusters
        for place in [place for cluster in clusters for place in cluster.members]:
            clusters = _moved_once(clusters, works, place)
        if clusters is before:
            break
    return [cluster for cluster in clusters if cluster.members]


def _moved_once(clusters: list[Cluster], works: Sequence[Work], place: int) -> list[Cluster]:
    """Return clusters with a training in the one where it costs least."""
    home = next(index for index, own in enumerate(clusters) if place in own.members)
    left = [member for member in clusters[home].members if member != place]
    every = list(clusters)
    every[home] = _cluster(left, works, clusters[home].program)
    costs = np.array([_cost_of(cluster, works) for cluster in every])
    wider = [_cluster([*own.members, place], works, own.program) for own in every]
    extra = [
        _cost_of(with_it, works) - cost
        if with_it.sizes.has_room_for(works[place].sizes)
        else np.inf
        for with_it, cost in zip(wider, costs, strict=True)
    ]
    best = int(np.argmin(extra))
    if not extra[best] < extra[home] * (1 - LEAST_GAIN):
        return clusters
    every[best] = wider[best]
    return every


def _cluster(members: list[int], works: Sequence[Work], program: SharedProgram | None) -> Cluster:
    """Return trainings with the sizes of their program, or the least that they need."""
    if program is not None or not members:
        return Cluster(program.sizes if program else NOTHING, members, program)
    sizes = works[members[0]].sizes
    for member in members[1:]:
        sizes = sizes.joined(works[member].sizes)
    return Cluster(sizes, members)


def _cost_of(cluster: Cluster, works: Sequence[Work]) -> float:
    """Return the seconds of a cluster, with its compilation."""
    if not cluster.members:
        return 0.0
    compiled = 0 if cluster.program else COMPILE
    return compiled + _total(works, cluster.members, cluster.sizes)


def _joined_once(clusters: list[Cluster], works: Sequence[Work], *, limit: float) -> list[Cluster]:
    """Return clusters with the best pair joined, if that costs less than the limit."""
    if len(clusters) < 2:
        return clusters
    sizes = np.stack([_row(cluster.sizes) for cluster in clusters])  # [C, sizes]
    amounts = np.stack([_amount(cluster, works) for cluster in clusters])  # [C, amounts]
    apart = _seconds(sizes, amounts)  # [C]
    both = np.maximum(sizes[:, None], sizes[None])  # [C, C, sizes]
    together = _seconds(both, amounts[:, None] + amounts[None])
    extra = together - apart[:, None] - apart[None] - COMPILE
    extra[~_may_join(clusters, sizes, both)] = np.inf
    first, second = np.unravel_index(np.argmin(extra), extra.shape)
    if not extra[first, second] < limit:
        return clusters
    pair = (clusters[first], clusters[second])
    (program,) = {cluster.program for cluster in pair} - {None} or {None}
    joined = Cluster(
        pair[0].sizes.joined(pair[1].sizes), pair[0].members + pair[1].members, program
    )
    left = [one for place, one in enumerate(clusters) if place not in (first, second)]
    return [*left, joined]


def _may_join(clusters: Sequence[Cluster], sizes: Ints, both: Ints) -> np.ndarray:
    """Return which pairs [C, C] may be joined: no program that there is can grow."""
    is_known = np.array([cluster.program is not None for cluster in clusters])
    grows = (both != sizes[:, None]).any(axis=2)  # the first of the pair
    may = ~(is_known[:, None] & is_known[None])
    may &= ~(is_known[:, None] & grows)
    may &= ~(is_known[None] & grows.T)
    np.fill_diagonal(may, val=False)
    return may


def _program(
    kind: str, cluster: Cluster, works: Sequence[Work], known: Sequence[SharedProgram]
) -> SharedProgram:
    """Return the program of a cluster.

    A new one is as large as all before it, where that costs less than half a compilation: it will
    then serve more of the jobs to come.
    """
    if cluster.program is not None:
        return cluster.program
    sizes = cluster.sizes
    for program in known:
        sizes = sizes.joined(program.sizes)
    own = _total(works, cluster.members, cluster.sizes)
    if _total(works, cluster.members, sizes) - own > COMPILE / 2:
        sizes = cluster.sizes
    return SharedProgram(kind, sizes, _stacked(works, cluster.members, sizes))


def _stacked(works: Sequence[Work], members: Sequence[int], sizes: Extents) -> int:
    """Return how many networks of some works train together; 0: each work trains by itself.

    Little work gains nothing, and a job by itself has the formula that it has outside of a study.
    """
    if len(members) < 2 or not works[members[0]].can_stack:
        return 0
    if _total(works, members, sizes) < LEAST_STACKED:
        return 0
    return sum(works[place].networks for place in members)


def _split(
    planned: list[tuple[SharedProgram, list[int]]], works: Sequence[Work], threads: int
) -> list[tuple[SharedProgram, list[int]]]:
    """Return the plan with programs made twice where a core would wait for longer than that."""
    planned = list(planned)
    while len(planned) < threads:
        longest = max(planned, key=lambda one: _total(works, one[1], one[0].sizes))
        program, members = longest
        total = _total(works, members, program.sizes)
        fills_cores = program.stacked > BLOCK
        if len(members) < 2 or total < 2 * COMPILE or fills_cores:
            return planned
        planned.remove(longest)
        for half in (members[::2], members[1::2]):
            own = program._replace(stacked=_stacked(works, half, program.sizes))
            planned.append((_copy_beside(own, [other for other, _ in planned]), half))
    return planned


def _copy_beside(program: SharedProgram, others: Sequence[SharedProgram]) -> SharedProgram:
    """Return a program that is none of the others: two trainings at once would share its rates."""
    while program in others:
        program = program._replace(copy=program.copy + 1)
    return program


def _total(works: Sequence[Work], places: Sequence[int], sizes: Extents) -> float:
    amounts = np.sum([_amounts(works[place]) for place in places], axis=0)
    return float(_seconds(_row(sizes)[None], amounts[None])[0])


def _amount(cluster: Cluster, works: Sequence[Work]) -> Floats:
    """Return the sums over the members of what ``_amounts`` tells of each."""
    amounts = [_amounts(works[place]) for place in cluster.members]
    return np.sum([np.zeros(AMOUNTS), *amounts], axis=0)


def _amounts(work: Work) -> Floats:
    """Return updates, rows learned and forecast, these weighed by gates, and networks to stack."""
    rows = work.learned + work.forecast
    networks = work.networks if work.can_stack else 0
    return np.array([work.updates, work.learned, work.forecast, work.gates * rows, networks])


def _row(sizes: Extents) -> Ints:
    """Return sizes as one row of numbers: those of the layers last."""
    features, units, *others = sizes
    return np.array([features, *others, *units])


def _seconds(sizes: Ints, amounts: Floats) -> Floats:
    """Return the seconds of trainings [...] in programs of some sizes [..., sizes]."""
    features, _, lanes, _, watched_lanes, *layers = np.moveaxis(sizes, -1, 0).astype(float)
    updates, learned, forecast, in_all, networks = np.moveaxis(amounts, -1, 0)
    rows = learned * lanes + forecast * watched_lanes
    gates = in_all / np.maximum(learned + forecast, 1)
    of_a_row = np.full(rows.shape, OF_A_LANE)
    of_an_update = np.zeros(rows.shape)
    inputs = features
    for units in layers:
        weights = 4 * gates * units * (inputs + units)
        of_a_row = of_a_row + gates * OF_A_UNIT * units + OF_A_WEIGHT * weights
        of_an_update = of_an_update + OF_AN_UPDATE * weights
        inputs = units
    filled = networks + BLOCK / 2  # the last block is half full, on average
    of_blocks = np.where(networks > 0, filled / np.maximum(networks, 1), 1)
    return np.asarray((rows * of_a_row + updates * of_an_update) * of_blocks)
