"""Train many requests with as few programs and trainings as they need.

Requests that differ in nothing but epochs share one training: a shorter one is the beginning of a longer one. Requests
of the same shapes and the same kind of learning share a compiled program: learning rate, penalties, seeds and rows may
differ.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import partial

from statecast.training.job import Request
from statecast.training.prepare import Prepared, Run, prepare, run_up_to
from statecast.training.trainer import Progress, Trainer

PROGRAMS_KEPT = 8

Programs = OrderedDict[str, Trainer]


def train_request(request: Request, progress: Progress | None = None) -> Run:
    """Train one request; ``progress`` is called with the epochs done and the mean loss now."""
    return next(train_requests([request], progress))[1]


def train_requests(
    requests: Sequence[Request], progress: Progress | None = None, *, programs: Programs | None = None
) -> Iterator[tuple[int, Run]]:
    """Yield the place and the run of each request, in an order that keeps programs and trainings together.

    Args:
        requests: what to train.
        progress: is called with the epochs done, over all trainings, and the mean loss now.
        programs: compiled for requests before these; those of these requests are added.

    """
    prepared = [prepare(request) for request in requests]
    keys = [program_key(request, one) for request, one in zip(requests, prepared, strict=True)]
    trainings = [_training_key(request, one) for request, one in zip(requests, prepared, strict=True)]
    order = sorted(range(len(requests)), key=lambda place: (keys.index(keys[place]), trainings.index(trainings[place])))
    kept: Programs = OrderedDict() if programs is None else programs
    done = 0
    for key in dict.fromkeys(trainings[place] for place in order):
        same = sorted((p for p in order if trainings[p] == key), key=lambda place: requests[place].setting.epochs)
        stops = sorted({requests[place].setting.epochs for place in same})
        trainer = _trainer(kept, keys[same[0]], requests[same[0]], prepared[same[0]])
        report = partial(_report_after, progress, done) if progress else None
        runs = zip(stops, run_up_to(trainer, requests[same[0]], prepared[same[0]], stops, report), strict=True)
        for stop, run in runs:
            yield from ((place, run) for place in same if requests[place].setting.epochs == stop)
        done += stops[-1]


def total_epochs(requests: Sequence[Request]) -> int:
    """Return how many epochs ``train_requests`` reports in the end."""
    longest: dict[str, int] = {}
    for request in requests:
        key = _training_key(request, prepare(request))
        longest[key] = max(longest.get(key, 0), request.setting.epochs)
    return sum(longest.values())


def program_key(request: Request, prepared: Prepared) -> str:
    """Return text that is the same for requests that one compiled program can train."""
    learning, setting = prepared.learning, request.setting
    rate = learning.learning_rate if learning.schedule else None
    penalised = [[value != 0 for value in values] for values in learning.penalties]
    kind = learning._replace(learning_rate=rate, penalties=any(map(any, penalised)))  # type: ignore[arg-type]
    shapes = [array.shape for part in (prepared.batches, prepared.watched) for array in part]
    resting = bool(prepared.batches.active.all())
    return json.dumps([setting.network.as_json(), kind, setting.history_every, shapes, resting], sort_keys=True)


def _training_key(request: Request, prepared: Prepared) -> str:
    setting = request.setting._replace(epochs=0, network=None, learning=None)  # type: ignore[arg-type]
    words = json.dumps([request.setting.network.as_json(), prepared.learning, setting], sort_keys=True)
    digest = hashlib.sha256(words.encode())
    for part in (prepared.batches, prepared.watched):
        for array in part:
            digest.update(array.tobytes())
    return digest.hexdigest()


def _trainer(kept: Programs, key: str, request: Request, prepared: Prepared) -> Trainer:
    if key not in kept:
        kept[key] = Trainer(request.setting.network, prepared.learning, history_every=request.setting.history_every)
    kept.move_to_end(key)
    while len(kept) > PROGRAMS_KEPT:
        kept.popitem(last=False)
    return kept[key]


def _report_after(progress: Progress, done: int, epochs: int, loss: float) -> None:
    progress(done + epochs, loss)
