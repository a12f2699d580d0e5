"""The state of a forecaster that lives: what observations have changed, to be saved and set back.

``state.npz`` has an array for each thing that every series has, ``state.json`` the names of the
series, which networks the state belongs to, and the series that began after the training.

Shape letters: S series, R repeats, L lanes, U units, C sources, B rows back, W window.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from statecast.artifacts.typed import require_types
from statecast.base.arrays import Floats
from statecast.base.errors import require
from statecast.base.files import (
    Arrays,
    as_written,
    read_arrays,
    read_json,
    write_arrays,
    write_json,
)
from statecast.base.paths import path_of
from statecast.base.writing import require_only, whole_folder
from statecast.network.network import LayerState, State
from statecast.online.health import WINDOW, Errors
from statecast.online.kit import Kit
from statecast.online.series import Fixed, LiveSeries, Memory, stacked, unstacked

ARRAYS = "state.npz"
DESCRIBED = "state.json"


class Begun(NamedTuple):
    """A series that the networks were not trained on."""

    scale: list[float] | None  # of each column of the scaler; None: it is not fitted yet
    offset: list[float] | None
    ds: list[str]  # of the rows before that
    rows: list[list[float]]  # y, the lagged columns, the features of the next time
    power: float = 0.0  # of a Box-Cox transform


@dataclass(frozen=True)
class OnlineState:
    """What observations have changed. It is a copy: later observations do not change it."""

    model: str  # digest of the networks and of what belongs to them
    names: list[str]  # of the series whose arrays these are [S]
    arrays: Arrays
    begun: dict[str, Begun] = field(default_factory=dict)

    def save(self, folder: str | Path) -> None:
        """Write the state into a folder: all of it, or nothing.

        Args:
            folder: a new one, or one that has a state, which is replaced.

        Raises:
            StatecastError: the folder has other files, or cannot be written.

        """
        folder = path_of(folder, "folder")
        require_only(folder, (ARRAYS, DESCRIBED))
        described = {
            "model": self.model,
            "series": self.names,
            "begun": {name: own._asdict() for name, own in self.begun.items()},
        }
        with whole_folder(folder):
            write_arrays(self.arrays, folder / ARRAYS)
            write_json(described, folder / DESCRIBED)


def read_state(folder: str | Path) -> OnlineState:
    """Return the state of a folder.

    Raises:
        StatecastError: a file is missing or damaged.

    """
    folder = path_of(folder, "folder")
    described = read_json(folder / DESCRIBED)
    arrays = read_arrays(folder / ARRAYS)
    with as_written(folder / DESCRIBED):
        begun = {name: Begun(**own) for name, own in described["begun"].items()}
        require_types(begun, dict[str, Begun])
        require_types(described["series"], list[str])
        require_types(described["model"], str)
    return OnlineState(described["model"], described["series"], arrays, begun)


class Shapes(NamedTuple):
    """How large the arrays of a series are."""

    repeats: int
    lanes: int
    units: tuple[int, ...]  # of each layer
    values: int  # kept on the original scale
    order: int
    sources: int
    back: int  # rows of each source

    def of_series(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each array of one series, by its name."""
        shapes: dict[str, tuple[int, ...]] = {
            "row": (),
            "number": (),
            "is_waiting": (),
            "values": (self.values,),
            "transformed": (self.order,),
            "sources": (self.sources, self.back),
            "errors": (WINDOW,),
            "inside": (WINDOW,),
            "observed": (),
        }
        for layer, units in enumerate(self.units):
            shapes[f"hidden_{layer}"] = (self.repeats, self.lanes, units)
            shapes[f"carry_{layer}"] = (self.repeats, self.lanes, units)
        return shapes


def shapes_of(kit: Kit, lanes: int) -> Shapes:
    """Return how large the arrays of a series are."""
    ensemble = kit.networks.ensemble
    return Shapes(
        repeats=len(ensemble.seeds),
        lanes=lanes,
        units=ensemble.network.units,
        values=kit.values_kept,
        order=kit.order,
        sources=len(kit.sources),
        back=kit.rows_kept,
    )


def arrays_of(series: Sequence[LiveSeries], shapes: Shapes) -> Arrays:
    """Return what observations have changed in some series, by name, each [S, ...]."""
    rows = [_row_of(own, shapes) for own in series]
    return {
        name: np.stack([row[name] for row in rows]) if rows else np.zeros((0, *shape), _kind(name))
        for name, shape in shapes.of_series().items()
    }


def require_arrays(arrays: Mapping[str, np.ndarray], names: Sequence[str], shapes: Shapes) -> None:
    """Check the arrays of a state.

    Raises:
        StatecastError: one is missing, or has another shape or type.

    """
    for name, shape in shapes.of_series().items():
        require(name in arrays, "the state", f"have the array {name}", "none")
        found = arrays[name]
        wanted = (len(names), *shape)
        kind = np.dtype(_kind(name))
        fits = found.shape == wanted and found.dtype == kind
        got = f"{found.dtype} of shape {found.shape}"
        require(fits, f"the array {name}", f"be {kind} of shape {wanted}", got)


def resumed(kit: Kit, fixed: Fixed, arrays: Arrays, place: int) -> LiveSeries:
    """Return a series that stands where a state has it.

    Args:
        kit: what all series share.
        fixed: what no observation changes.
        arrays: of the state.
        place: of the series among them.

    Raises:
        StatecastError: the forecast of the next value is not finite.

    """
    own = {name: array[place] for name, array in arrays.items()}
    layers = range(len(kit.networks.ensemble.network.units))
    state: State = tuple(
        LayerState(own[f"hidden_{layer}"], own[f"carry_{layer}"]) for layer in layers
    )
    memory = Memory(
        lanes=unstacked(state),
        values=_without_gaps(own["values"]),
        transformed=_without_gaps(own["transformed"]),
        sources=[_without_gaps(source) for source in own["sources"]],
    )
    series = LiveSeries(kit, fixed, memory, int(own["row"]), int(own["number"]))
    series.errors = _errors(own)
    series.resume(is_waiting=bool(own["is_waiting"]))
    return series


def _row_of(series: LiveSeries, shapes: Shapes) -> dict[str, Any]:
    """Return the arrays of one series."""
    memory = series.memory
    row: dict[str, Any] = {
        "row": series.row,
        "number": series.number,
        "is_waiting": series.next_row is None,
        "values": _padded(memory.values, shapes.values),
        "transformed": _padded(memory.transformed, shapes.order),
        "sources": np.array([_padded(source, shapes.back) for source in memory.sources]),
        "errors": _padded(series.errors.errors, WINDOW),
        "inside": np.array(_padded(series.errors.inside, WINDOW)) == 1,
        "observed": series.errors.observed,
    }
    for layer, of_layer in enumerate(stacked(memory.lanes)):
        row[f"hidden_{layer}"] = of_layer.hidden
        row[f"carry_{layer}"] = of_layer.carry
    return row


def _padded(values: Sequence[float], count: int) -> Floats:
    """Return the last values as an array of ``count``, NaN before those that there are."""
    last = values[-count:] if count else []
    return np.array([math.nan] * (count - len(last)) + list(last), float)


def _without_gaps(values: Floats) -> list[float]:
    known: list[float] = values[~np.isnan(values)].tolist()
    return known


def _errors(own: Mapping[str, Any]) -> Errors:
    errors = Errors()
    errors.observed = int(own["observed"])
    errors.errors = _without_gaps(own["errors"])
    count = len(errors.errors)
    errors.inside = own["inside"][WINDOW - count :].tolist()
    return errors


def _kind(name: str) -> type:
    if name in ("row", "number", "observed"):
        return np.int64
    if name in ("is_waiting", "inside"):
        return np.bool_
    is_state = name.startswith(("hidden", "carry"))
    return np.float32 if is_state else np.float64
