"""Forecasts by methods that are made once in a process, however many configurations ask for them.

No configuration of a study changes them, unless it changes the values themselves: they know neither
inputs nor networks. Shape letter: N values.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from statecast.evaluation.methods import Course, Walked, walk

MOST = 2000  # forecasts that are kept; each is as long as its series

_known: OrderedDict[str, Walked | None] = OrderedDict()  # the last used at the end
_lock = Lock()


def walk_once(method: str, courses: Sequence[Course], *, season_length: int) -> list[Walked | None]:
    """Return what ``walk`` returns; what it was asked before is not forecast again.

    Args:
        method: as ``walk`` takes it.
        courses: as ``walk`` takes them.
        season_length: as ``walk`` takes it.

    """
    keys = [_key(method, course, season_length) for course in courses]
    with _lock:
        missing = {key: own for key, own in zip(keys, courses, strict=True) if key not in _known}
        new = walk(method, list(missing.values()), season_length=season_length) if missing else []
        _known.update(zip(missing, new, strict=True))
        for key in keys:
            _known.move_to_end(key)
        walked = [_known[key] for key in keys]
        while len(_known) > MOST:
            _known.popitem(last=False)
    return walked


def _key(method: str, course: Course, season_length: int) -> str:
    """Return a digest of all that the forecasts depend on."""
    plain = f"{method} {season_length} {course.train} {course.horizon}"
    digest = hashlib.sha256(plain.encode())
    for values in (course.y, course.times):
        digest.update(f" {len(values)} {values.dtype}".encode())
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()
