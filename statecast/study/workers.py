"""Train on Dask workers; everything else of a study stays where it was started."""

import hashlib
import json
import logging
import os
import re
import signal
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from threading import Lock
from typing import Any

from statecast.base.errors import StatecastError, one_line, require
from statecast.study.local import Train
from statecast.study.wire import job_from_bytes, job_to_bytes, result_from_bytes, result_to_bytes
from statecast.training.job import Job

ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://\S+:\d{1,5}")
SECONDS_TO_CONNECT = 20
ANY_PORT = "127.0.0.1:0"  # of the scheduler's pages: the usual one may be another study's
INSTALL = "pip install 'statecast[dask]'"

_programs: OrderedDict[Any, Any] = OrderedDict()  # compiled in this worker's process
_one_training = Lock()  # at a time: a worker may have several threads, which share the programs


def train_bytes(jobs: Sequence[bytes]) -> list[bytes]:
    """Train jobs on a worker.

    The function is pure, so that it may be run again where a worker is lost.

    Args:
        jobs: each from ``job_to_bytes``.

    Returns:
        What ``result_to_bytes`` makes of each result.

    """
    from statecast.training.sharing import train_jobs

    unpacked = [job_from_bytes(job) for job in jobs]
    packed: dict[int, bytes] = {}
    with _one_training:
        for index, result in train_jobs(unpacked, programs=_programs):
            if isinstance(result, Exception):
                raise result
            packed[index] = result_to_bytes(result)
    return [packed[index] for index in range(len(jobs))]


def blocks_of(jobs: Sequence[Job]) -> list[list[int]]:
    """Return the indices of jobs block by block.

    The jobs of a block differ in epochs alone and share a training.
    """
    blocks = defaultdict(list)
    for index, job in enumerate(jobs):
        setting = job.setting._replace(epochs=0).as_json()
        digest = hashlib.sha256(json.dumps(setting, sort_keys=True).encode())
        for rows in job.series:
            digest.update(f"{rows.key} {rows.sizes} ".encode())
            digest.update(rows.x.tobytes())
            digest.update(rows.y.tobytes())
        blocks[digest.hexdigest()].append(index)
    return list(blocks.values())


@contextmanager
def workers(address: str) -> Iterator[Train]:
    """Yield a function that trains on the workers of a scheduler.

    Args:
        address: of the scheduler; ``local`` starts a process a core.

    Raises:
        StatecastError: distributed is not installed, or nothing answers at the address.

    """
    try:
        from distributed import Client
    except ImportError:
        must = f"have distributed installed, it is not: {INSTALL}"
        raise StatecastError(f"--dask must {must}") from None
    must = "be local, or the address of a scheduler: tcp://HOST:8786"
    require(address == "local" or bool(ADDRESS.fullmatch(address)), "--dask", must, repr(address))
    with ExitStack() as stack:
        if address == "local":
            client = stack.enter_context(_local_client())
        else:
            try:
                client = stack.enter_context(Client(address, timeout=SECONDS_TO_CONNECT))
            except (OSError, ValueError) as error:
                got = f"{address!r}: {one_line(error)}"
                raise StatecastError(f"--dask must {must}, got {got}") from None
        yield _train_on(client)


@contextmanager
def _local_client() -> Iterator[Any]:
    """Yield the client of a cluster in this machine, a process a core, which Ctrl-C ends quietly.

    The terminal sends Ctrl-C to all processes at once. The workers leave it to this one, which
    ends them: a thread inherits which signals are blocked, and so do the processes that it starts.
    """
    from distributed import Client, LocalCluster

    cores = os.cpu_count() or 1
    resource_tracker.ensure_running()  # which unblocks the signal where it starts later
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        cluster = LocalCluster(
            n_workers=cores,
            threads_per_worker=1,
            dashboard_address=ANY_PORT,
            silence_logs=logging.ERROR,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    with cluster, Client(cluster) as client:
        yield client


def _train_on(client: Any) -> Train:
    from distributed import as_completed

    def submit(jobs: Sequence[Job], indices: Sequence[int]) -> Any:
        packed = [job_to_bytes(jobs[index]) for index in indices]
        return client.submit(train_bytes, packed, pure=False)

    def train(jobs: Sequence[Job]) -> Iterator[tuple[int, Any]]:
        indices_of = {submit(jobs, indices): indices for indices in blocks_of(jobs)}
        waiting = as_completed(indices_of)
        for future in waiting:
            indices = indices_of.pop(future)
            error = future.exception()
            if error is None:
                yield from zip(indices, map(result_from_bytes, future.result()), strict=True)
            elif len(indices) == 1:
                yield indices[0], error
            else:
                alone = {submit(jobs, [index]): [index] for index in indices}
                indices_of |= alone
                waiting.update(alone)

    return train
