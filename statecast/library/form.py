"""How a caller writes ids and times; results have them in the same way.

``form.json`` says so in the folder of a saved model, where ids are whole numbers or times have
another type than text of the pipeline brings. A folder of the pipeline has no such file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.artifacts.typed import require_types
from statecast.base.errors import require
from statecast.base.files import as_written, read_json, write_json
from statecast.data.times import written_times

FORM = "form.json"


class FrameForm(NamedTuple):
    """How a caller writes ids and times."""

    names: dict[str, Any]  # text to id
    ids: Any = None  # dtype of ids; None: text
    times: Any = None  # dtype of dates or integers; None: that of pandas

    def rows(self, unique_id: Sequence[str], ds: Sequence[str] | np.ndarray) -> pd.DataFrame:
        """Return ``unique_id, ds`` of results, of which both are text."""
        names = pd.Series([self.names.get(name, name) for name in unique_id], dtype=self.ids)
        times = written_times(pd.Series(list(ds), dtype=str))
        return pd.DataFrame({"unique_id": names, "ds": _as_type(times, self.times)})


def form_of(df: pd.DataFrame) -> FrameForm:
    """Return the form of a frame with ``unique_id, ds``, whose ids differ as text."""
    names = {str(name): name for name in df["unique_id"].unique()}
    dtype = df["ds"].dtype
    has_type = _is_date(dtype) or _is_integer(dtype)
    return FrameForm(names, df["unique_id"].dtype, dtype if has_type else None)


def write_form(form: FrameForm, folder: Path) -> None:
    """Write the types of a form that are not those of a pipeline, if there are some."""
    types = {}
    if form.ids is not None and _is_integer(form.ids):
        types["unique_id"] = str(form.ids)
    if form.times is not None and form.times not in (np.dtype("M8[us]"), np.dtype("int64")):
        types["ds"] = str(form.times)
    if types:
        write_json(types, folder / FORM)


def read_form(folder: Path, unique_id: Sequence[str]) -> FrameForm:
    """Return the form of the model in a folder; text and the types of pandas where none is there.

    Args:
        folder: of the model.
        unique_id: the series.

    Raises:
        StatecastError: the file is damaged.

    """
    path = folder / FORM
    if not path.exists():
        return FrameForm({})
    types = read_json(path)
    with as_written(path):
        require_types(types, dict[str, str])
        ids = _type_of(types, "unique_id")
        names = {name: int(name) for name in unique_id} if ids is not None else {}
        fits = ids is None or _is_integer(ids)
        require(fits, "the type of unique_id", "be whole numbers", types.get("unique_id"))
        times = _type_of(types, "ds")
        fits = times is None or _is_integer(times) or _is_date(times)
        require(fits, "the type of ds", "be dates or integers", types.get("ds"))
        return FrameForm(names, ids, times)


def _type_of(types: dict[str, str], column: str) -> Any:
    return pd.api.types.pandas_dtype(types[column]) if column in types else None


def _as_type(times: pd.Series, dtype: Any) -> pd.Series:
    """Return times as a type of their kind, if all of them fit into it."""
    if dtype is None or _is_date(times.dtype) != _is_date(dtype):
        return times
    if _is_integer(dtype) and not _fits(times, dtype):
        return times
    try:
        return times.astype(dtype)
    except pd.errors.OutOfBoundsDatetime:  # nanoseconds end in 2262
        return times


def _fits(times: pd.Series, dtype: Any) -> bool:
    """Return whether whole numbers are in the range of a type."""
    bounds = np.iinfo(getattr(dtype, "numpy_dtype", dtype))  # Int64 of pandas is an int64 of NumPy
    return bool(bounds.min <= times.min() and times.max() <= bounds.max)


def _is_integer(dtype: Any) -> bool:
    return bool(pd.api.types.is_integer_dtype(dtype))


def _is_date(dtype: Any) -> bool:
    return bool(pd.api.types.is_datetime64_dtype(dtype))
