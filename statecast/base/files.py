"""One reader and one writer for every kind of file; a file appears whole or not at all."""

import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError

Arrays = dict[str, np.ndarray]


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary name beside ``path`` that takes its place when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a CSV file; floats have the 17 digits that bring the same number back."""
    with whole_file(path) as temporary:
        frame.to_csv(temporary, index=False, lineterminator="\n")


def read_frame(path: Path, *, symbols: bool = False) -> pd.DataFrame:
    """Read a CSV file that ``write_frame`` wrote; ``unique_id`` and ``ds`` stay text, and y with ``symbols``."""
    _must_exist(path)
    text = {"unique_id": str, "ds": str}
    return pd.read_csv(path, dtype=str if symbols else text, keep_default_na=False)


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write a JSON file with keys in the order given."""
    write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Write a text file in UTF-8."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object."""
    _must_exist(path)
    return dict(json.loads(path.read_text(encoding="utf-8")))


def write_arrays(arrays: Mapping[str, np.ndarray], path: Path) -> None:
    """Write named arrays as npz; the same arrays give the same bytes, whatever the version of Python.

    ``np.savez`` streams into the archive, and how that looks differs between patch releases of Python.
    """
    with whole_file(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue())


def read_arrays(path: Path) -> Arrays:
    """Read all arrays of an npz file; pickled objects are refused."""
    _must_exist(path)
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise StatecastError(f"{path} must exist, got no such file; an earlier stage writes it: dvc repro")
