"""Train on Dask workers; everything else of a study stays where it was started."""

import hashlib
import json
import os
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from statecast.base.errors import StatecastError
from statecast.study.wire import request_from_bytes, request_to_bytes, run_from_bytes, run_to_bytes
from statecast.training.job import Request

SECONDS_TO_CONNECT = 20
COMPILED: OrderedDict[str, Any] = OrderedDict()  # programs of this worker's process
INSTALL = "pip install --require-hashes -r requirements-dask.txt"


def train_bytes(requests: list[bytes]) -> list[bytes]:
    """Train requests on a worker; a pure function, so that it may be run again where a worker is lost."""
    from statecast.training.sharing import train_requests

    found = dict(train_requests([request_from_bytes(one) for one in requests], programs=COMPILED))
    return [run_to_bytes(found[place]) for place in range(len(requests))]


def blocks_of(requests: Sequence[Request]) -> list[list[int]]:
    """Return the places of requests that differ in epochs alone, which share a training, block by block."""
    blocks = defaultdict(list)
    for place, request in enumerate(requests):
        setting = request.setting._replace(epochs=0, network=request.setting.network.as_json())  # type: ignore[arg-type]
        digest = hashlib.sha256(json.dumps(setting, sort_keys=True).encode())
        for one in request.series:
            digest.update(f"{one.unique_id} {one.sizes} ".encode() + one.x.tobytes() + one.y.tobytes())
        blocks[digest.hexdigest()].append(place)
    return list(blocks.values())


@contextmanager
def workers(address: str) -> Iterator[Any]:
    """Yield a function that trains on the workers of a scheduler, or with ``local`` on a process a core.

    Raises StatecastError where distributed is not installed, or nothing answers at the address.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise StatecastError(f"--dask must have distributed installed, it is not: {INSTALL}") from None
    try:
        if address == "local":
            cluster = LocalCluster(n_workers=os.cpu_count() or 1, threads_per_worker=1, dashboard_address=None)
            with cluster, Client(cluster) as client:
                yield _train_on(client)
        else:
            with Client(address, timeout=SECONDS_TO_CONNECT) as client:
                yield _train_on(client)
    except OSError as error:
        raise StatecastError(f"--dask must be the address of a scheduler, got {address}: {error}") from None


def _train_on(client: Any) -> Any:
    from distributed import as_completed

    def submit(requests: Sequence[Request], places: list[int]) -> Any:
        return client.submit(train_bytes, [request_to_bytes(requests[place]) for place in places], pure=False)

    def train(requests: Sequence[Request]) -> Iterator[tuple[int, Any]]:
        asked = {submit(requests, places): places for places in blocks_of(requests)}
        waiting = as_completed(asked)
        for future in waiting:
            places = asked.pop(future)
            error = future.exception()
            if error is None:
                yield from zip(places, map(run_from_bytes, future.result()), strict=True)
            elif len(places) == 1:
                yield places[0], error
            else:
                alone = {submit(requests, [place]): [place] for place in places}
                asked |= alone
                waiting.update(alone)

    return train
