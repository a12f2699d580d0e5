"""One reader and one writer for every kind of file that stages leave for later ones."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, one_line, require
from statecast.base.writing import whole_file

Arrays = dict[str, np.ndarray]

# Columns of names, which stay text whatever they look like: 1, 01, 1.0, NA.
NAMES = ("unique_id", "network", "ds", "configuration", "variant", "part", "method", "interval")
NAMES_OF_SYMBOLS = ("known", "next")
LARGEST_KEPT = 500_000  # bytes of a table that is not parsed anew when a later stage reads it
FRAMES_KEPT = 16
DAMAGED = (
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a CSV file; floats have the 17 digits that bring the same number back."""
    with whole_file(path) as temporary:
        frame.to_csv(temporary, index=False, lineterminator="\n")


def read_frame(path: Path, columns: Sequence[str] = (), *, symbols: bool = False) -> pd.DataFrame:
    """Read a CSV file that ``write_frame`` wrote.

    Args:
        path: the file.
        columns: those that it must have.
        symbols: whether every column but ``fold`` stays text; otherwise only names do.

    Raises:
        StatecastError: there is no such file, or it is damaged.

    """
    with as_written(path):
        return frame_from(path.read_bytes(), columns, symbols=symbols)


def frame_columns(path: Path) -> list[str]:
    """Return the names of the columns of a CSV file that ``write_frame`` wrote.

    Raises:
        StatecastError: there is no such file, or it is damaged.

    """
    with as_written(path):
        return [str(name) for name in pd.read_csv(path, nrows=0)]


def frame_from(
    content: bytes, columns: Sequence[str] = (), *, symbols: bool = False
) -> pd.DataFrame:
    """Return the frame of a CSV file that ``write_frame`` wrote, as ``read_frame`` does.

    Raises:
        StatecastError: the content is damaged.

    """
    if len(content) > LARGEST_KEPT:
        return _frame_from(content, tuple(columns), symbols=symbols)
    kept = _small_frame_from(content, tuple(columns), symbols=symbols)
    return kept.copy(deep=False)  # pandas copies the values of whoever changes them


def _frame_from(content: bytes, columns: tuple[str, ...], *, symbols: bool) -> pd.DataFrame:
    require(content.endswith(b"\n"), "the last line", "end with a line feed", "no end: it was cut")
    names = pd.read_csv(io.BytesIO(content), nrows=0).columns.tolist()
    missing = [name for name in columns if name not in names]
    require(not missing, "the columns", f"be {', '.join(columns)}", f"no {', '.join(missing)}")
    text = [name for name in names if name in (*NAMES, *NAMES_OF_SYMBOLS)]
    if symbols:
        text = [name for name in names if name != "fold"]
    numbers = [name for name in names if name not in text]
    frame = pd.read_csv(
        io.BytesIO(content),
        dtype=dict.fromkeys(text, str),
        keep_default_na=False,
        na_values={name: [""] for name in numbers},  # so are missing numbers written
    )
    is_long = not isinstance(frame.index, pd.RangeIndex)
    require(not is_long, "every row", f"have {len(names)} fields", "more")
    return frame


_small_frame_from = lru_cache(maxsize=FRAMES_KEPT)(_frame_from)


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a long table as Parquet; the same table gives the same bytes.

    Categories are written as the text that they stand for, so that any reader of Parquet knows
    every column.
    """
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    for place, column in enumerate(table.schema):
        if pa.types.is_dictionary(column.type):
            text = table[column.name].cast(column.type.value_type)
            table = table.set_column(place, column.name, text)
    with whole_file(path) as temporary:
        parquet.write_table(
            table, temporary, store_schema=False, write_page_checksum=True, compression="zstd"
        )


def read_parquet(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read columns of a Parquet file that ``write_parquet`` wrote.

    Raises:
        StatecastError: there is no such file, or it is damaged, or lacks a column.

    """
    with as_written(path):
        return parquet_from(path.read_bytes(), columns)


def parquet_columns(path: Path) -> list[str]:
    """Return the names of the columns of a Parquet file.

    Raises:
        StatecastError: there is no such file, or it is damaged.

    """
    import pyarrow as pa
    from pyarrow import parquet

    with as_written(path):
        try:
            return list(parquet.read_schema(path).names)
        except (pa.ArrowException, NotImplementedError) as error:
            raise ValueError(one_line(error)) from None


def parquet_from(content: bytes, columns: Sequence[str]) -> pd.DataFrame:
    """Return columns of the table of a Parquet file, as ``read_parquet`` does.

    Raises:
        ValueError: the content is damaged, or lacks a column.

    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        source = pa.BufferReader(content)
        with parquet.ParquetFile(source, page_checksum_verification=True) as file:
            missing = [name for name in columns if name not in file.schema_arrow.names]
            got = f"no {', '.join(missing)}"
            require(not missing, "the columns", f"be {', '.join(columns)}", got)
            # without threads: Arrow's that wait for Python's lock abort a process that ends
            table = file.read(columns=list(columns), use_threads=False)
            return table.to_pandas(use_threads=False)
    except (pa.ArrowException, NotImplementedError, MemoryError) as error:
        raise ValueError(one_line(error)) from None


def texts_from(content: bytes) -> pd.DataFrame:
    """Return a CSV file with every field as the text it is; a field without text is empty.

    Raises:
        StatecastError: the content is no table.

    """
    try:
        return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    except ValueError as error:
        raise StatecastError(f"a table must be CSV, got: {one_line(error)}") from None


def cells_from(content: bytes, names: Sequence[str], separator: str) -> pd.DataFrame:
    """Return plain lines of text as a frame of text, every cell as it is.

    Args:
        content: a header, which is skipped, and lines of as many cells; no quotes, no blank lines.
        names: of the columns.
        separator: one ASCII character between the cells.

    """
    import pyarrow as pa  # one stage needs it
    from pyarrow import csv

    table = csv.read_csv(
        io.BytesIO(content),
        read_options=csv.ReadOptions(column_names=names, skip_rows=1),
        parse_options=csv.ParseOptions(
            delimiter=separator, quote_char=False, ignore_empty_lines=False
        ),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    return table.to_pandas()


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
    with as_written(path):
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
    with as_written(path), path.open("rb") as file:
        return _arrays_in(file)


def arrays_from(content: bytes) -> Arrays:
    """Return all arrays of an npz file, as ``read_arrays`` does; damage is an error of DAMAGED."""
    return _arrays_in(io.BytesIO(content))


def _arrays_in(file: BinaryIO) -> Arrays:
    with np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


@contextmanager
def as_written(path: Path) -> Iterator[None]:
    """Say in one line which file is missing, or is not what a stage wrote.

    Whatever makes a value of a file's content belongs into this block: content of another kind,
    with a key missing or of another shape, is damaged too.

    Args:
        path: a file, or a folder of files that belong together.

    Raises:
        StatecastError: there is no such file, or the block fails on its content.

    """
    if not path.exists():
        raise StatecastError(
            f"{path} must exist, got no such file; an earlier stage writes it: dvc repro"
        )
    with undamaged(str(path), "; dvc repro writes it anew"):
        yield


@contextmanager
def undamaged(where: str, to_do: str = "") -> Iterator[None]:
    """Say in one line which content is not what a stage wrote.

    Args:
        where: what the content is of.
        to_do: the end of the message, how to mend it.

    Raises:
        StatecastError: the block fails on the content.

    """
    try:
        yield
    except DAMAGED as error:
        must = f"be what a stage wrote, got: {_found(error)}{to_do}"
        raise StatecastError(f"{where} must {must}") from None


def _found(error: BaseException) -> str:
    """Return what is wrong with a file's content, in one line."""
    if isinstance(error, KeyError):
        return f"no {one_line(error)}"
    return one_line(error) or type(error).__name__
