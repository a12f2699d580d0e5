"""One reader and one writer for every kind of file. A file appears whole or not at all."""

import io
import itertools
import json
import os
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, one_line

Arrays = dict[str, np.ndarray]
Waiting = list[tuple[Path, Path]]  # a temporary file that is written, and its name to be

_waiting: ContextVar[Waiting | None] = ContextVar("waiting", default=None)
_numbers = itertools.count()  # of temporary files: no two of them have the same name


@contextmanager
def written_together() -> Iterator[None]:
    """Give all files that are written inside the block their names when the block ends well.

    If the block raises, no file appears. The files of a block inside another block wait for the
    outer one. If two files have the same name, the later one stays.
    """
    outer = _waiting.get()
    waiting: Waiting = []
    token = _waiting.set(waiting)
    try:
        yield
        if outer is None:
            _name_all(waiting)
        else:
            outer += waiting
    except BaseException:
        _remove_all(waiting)
        raise
    finally:
        _waiting.reset(token)


@contextmanager
def written_apart() -> Iterator[None]:
    """Let files that are written inside the block appear at once, whatever block is around it.

    A stage that runs a whole pipeline needs that: its stages read what earlier ones wrote.
    """
    token = _waiting.set(None)
    try:
        yield
    finally:
        _waiting.reset(token)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside ``path`` that takes its place when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{next(_numbers)}.part")
    waiting = _waiting.get()
    try:
        yield temporary
        if waiting is None:
            temporary.replace(path)
        else:
            waiting.append((temporary, path))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _name_all(waiting: Waiting) -> None:
    for temporary, path in waiting:
        temporary.replace(path)


def _remove_all(waiting: Waiting) -> None:
    for temporary, _ in waiting:
        temporary.unlink(missing_ok=True)


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a CSV file; floats have the 17 digits that bring the same number back."""
    with whole_file(path) as temporary:
        frame.to_csv(temporary, index=False, lineterminator="\n")


def read_frame(path: Path, *, symbols: bool = False) -> pd.DataFrame:
    """Read a CSV file that ``write_frame`` wrote.

    Args:
        path: the file.
        symbols: whether every column but ``fold`` stays text; otherwise only ``unique_id`` and
            ``ds`` do.

    Raises:
        StatecastError: there is no such file, or it is damaged.

    """
    text: dict[str, type] = {"unique_id": str, "ds": str}
    if symbols:
        text = defaultdict(lambda: str, fold=int)
    with _as_written(path):
        return pd.read_csv(path, dtype=text, keep_default_na=False)


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write a JSON file with keys in the order given."""
    text = json.dumps(content, indent=2, allow_nan=False)
    write_text(f"{text}\n", path)


def write_text(text: str, path: Path) -> None:
    """Write a text file in UTF-8."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        StatecastError: there is no such file, or it is damaged.

    """
    with _as_written(path):
        return dict(json.loads(path.read_text(encoding="utf-8")))


def write_arrays(arrays: Mapping[str, np.ndarray], path: Path) -> None:
    """Write named arrays as npz; the same arrays give the same bytes.

    ``np.savez`` streams into the archive, and the bytes of a stream differ between patch releases
    of Python. The bytes written here do not.
    """
    with whole_file(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue())


def read_arrays(path: Path) -> Arrays:
    """Read all arrays of an npz file; pickled objects are refused.

    Raises:
        StatecastError: there is no such file, or it is damaged.

    """
    with _as_written(path), np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


@contextmanager
def _as_written(path: Path) -> Iterator[None]:
    """Say in one line which file is missing, or is not what a stage wrote."""
    if not path.is_file():
        raise StatecastError(
            f"{path} must exist, got no such file; an earlier stage writes it: dvc repro"
        )
    try:
        yield
    except (ValueError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        must = f"be what a stage wrote, got: {one_line(error)}; dvc repro writes it anew"
        raise StatecastError(f"{path} must {must}") from None
