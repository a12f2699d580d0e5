"""Several value columns of a table: each is a series of its own, forecast with the others."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from statecast.base.errors import require, shown
from statecast.base.identity import NETWORK
from statecast.data.gaps import marked
from statecast.data.series import long_frame
from statecast.data.table import Columns


def frame_of_targets(
    table: pd.DataFrame, columns: Columns, targets: Sequence[str], **reading: Any
) -> pd.DataFrame:
    """Return the frame of ``long_frame``, of several targets a series for each target and id.

    Such a series is named ID/TARGET, and after its target alone where the table has no ids. The
    column ``network`` is the same for all series that one network forecasts: their id, or the
    targets.

    Args:
        table: from ``read_table``.
        columns: which of its columns holds what; the value is the first target.
        targets: the value columns, one or more.
        reading: as in ``long_frame``.

    Raises:
        StatecastError: as ``long_frame``; two ids and targets make the same name.

    """
    if len(targets) == 1:
        return long_frame(table, columns, **reading)
    _require_apart("`features`", columns.features, targets)
    _require_apart("`lagged`", columns.lagged, targets)
    frames = []
    for target in targets:
        frame = long_frame(table, columns._replace(value=target), **reading)
        frames.append(_named(frame, columns, target, targets))
    _require_different_names(frames)
    return marked(pd.concat(frames, ignore_index=True))


def _require_apart(argument: str, names: Sequence[str], targets: Sequence[str]) -> None:
    taken = [name for name in names if name in targets]
    require(not taken, argument, "be columns other than the targets", taken)


def _named(
    frame: pd.DataFrame, columns: Columns, target: str, targets: Sequence[str]
) -> pd.DataFrame:
    """Return the frame of one target with the names of its series and of their networks."""
    if columns.unique_id is None:
        frame.insert(1, NETWORK, " + ".join(targets))
        return frame
    frame.insert(1, NETWORK, frame["unique_id"])
    return frame.assign(unique_id=frame["unique_id"] + f"/{target}")


def _require_different_names(frames: Sequence[pd.DataFrame]) -> None:
    counts = Counter(name for frame in frames for name in frame["unique_id"].unique())
    twice = [name for name, count in counts.items() if count > 1]
    where = "ids and `value_column`"
    require(not twice, where, "make different names ID/COLUMN", f"{shown(twice[:1])} twice")
