"""Files appear whole, together or not at all. Oracle: reading back."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from statecast.base.errors import StatecastError
from statecast.base.files import (
    NAMES,
    frame_from,
    read_arrays,
    read_frame,
    read_json,
    read_parquet,
    write_arrays,
    write_frame,
    write_json,
    write_parquet,
    write_text,
)
from statecast.base.writing import whole_file, written_apart, written_together
from tests.support.project import ROOT

ARRAYS = {"w": np.arange(6, dtype=np.float32).reshape(2, 3), "name": np.array(["a", "bc"])}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_arrays_come_back(tmp_path: Path) -> None:
    write_arrays(ARRAYS, tmp_path / "one.npz")
    back = read_arrays(tmp_path / "one.npz")
    assert list(back) == list(ARRAYS)
    for name, array in back.items():
        np.testing.assert_array_equal(array, ARRAYS[name])
        assert array.dtype == ARRAYS[name].dtype


def test_same_arrays_have_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.npz", "two.npz"):
        write_arrays(ARRAYS, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_numpy_reads_the_arrays_too(tmp_path: Path) -> None:
    write_arrays(ARRAYS, tmp_path / "one.npz")
    np.testing.assert_array_equal(np.load(tmp_path / "one.npz")["w"], ARRAYS["w"])


def test_pickled_objects_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        write_arrays({"x": np.array([{}])}, tmp_path / "x.npz")
    assert names_in(tmp_path) == []


def test_pickled_objects_are_not_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", x=np.array([{}]))
    with pytest.raises(ValueError, match="Object arrays cannot be loaded"):
        read_arrays(tmp_path / "x.npz")


def test_floats_come_back_to_the_last_bit(tmp_path: Path) -> None:
    frame = pd.DataFrame({"unique_id": ["007"], "ds": ["1"], "y": [0.1 + 0.2]})
    write_frame(frame, tmp_path / "f.csv")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "f.csv"), frame)


@pytest.mark.parametrize(
    "name",
    [
        "1",
        "01",
        "1.0",
        "1e3",
        "007",
        "NA",
        "nan",
        "null",
        "",
        "a,b",
        'say "b"',
        "two\nlines",
        " x ",
    ],
)
def test_names_of_series_come_back(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"unique_id": [name], "ds": ["1"], "y": [1.0]})
    write_frame(frame, tmp_path / "f.csv")
    assert read_frame(tmp_path / "f.csv")["unique_id"].tolist() == [name]


def test_symbols_stay_text_and_folds_are_numbers(tmp_path: Path) -> None:
    symbols = {"unique_id": ["1"], "fold": [2], "ds": ["3"], "lag_1": ["04"], "y": ["NA"]}
    frame = pd.DataFrame(symbols)
    write_frame(frame, tmp_path / "f.csv")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "f.csv", symbols=True), frame)


@pytest.mark.parametrize("name", ["1", "01", "1.0", "NA", "True"])
@pytest.mark.parametrize("column", NAMES)
def test_every_column_of_names_stays_text(column: str, name: str) -> None:
    content = f"{column},rmse\n{name},1.5\n".encode()
    assert frame_from(content).to_dict("list") == {column: [name], "rmse": [1.5]}


def test_missing_numbers_come_back(tmp_path: Path) -> None:
    frame = pd.DataFrame({"unique_id": ["a", "b"], "skill": [np.nan, 0.5]})
    write_frame(frame, tmp_path / "f.csv")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "f.csv"), frame)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"unique_id,ds,y\na,1,2", "it was cut"),
        (b"unique_id,ds,y\na,1,2,3\n", "every row must have 3 fields, got more"),
        (b"unique_id,ds,y\na,1,2\na,1,2,3\n", "Expected 3 fields in line 3, saw 4"),
        (b"ds,y\n1,2\n", "got no unique_id"),
    ],
)
def test_a_damaged_frame_is_said_in_words(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "f.csv").write_bytes(content)
    with pytest.raises(StatecastError, match=what):
        read_frame(tmp_path / "f.csv", ["unique_id"])


def test_json_comes_back_in_its_order(tmp_path: Path) -> None:
    write_json({"b": 1, "a": [None, "ä"]}, tmp_path / "x.json")
    assert list(read_json(tmp_path / "x.json").items()) == [("b", 1), ("a", [None, "ä"])]


def test_nan_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"x": float("nan")}, tmp_path / "x.json")
    assert list(tmp_path.iterdir()) == []


def test_failure_leaves_the_file_of_before(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x.json"
    write_json({"x": 1}, path)
    with pytest.raises(RuntimeError), whole_file(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert read_json(path) == {"x": 1}
    assert [file.name for file in path.parent.iterdir()] == ["x.json"]


@pytest.mark.parametrize("read", [read_json, read_frame, read_arrays])
def test_missing_file_is_named(tmp_path: Path, read) -> None:
    with pytest.raises(StatecastError, match=r"none\.json must exist.*dvc repro"):
        read(tmp_path / "none.json")


def test_files_appear_at_the_end_of_the_block(tmp_path: Path) -> None:
    with written_together():
        write_text("a", tmp_path / "a.txt")
        write_text("b", tmp_path / "deep" / "b.txt")
        assert not (tmp_path / "a.txt").exists()
    assert names_in(tmp_path) == ["a.txt", "b.txt"]
    assert (tmp_path / "deep" / "b.txt").read_text() == "b"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_no_file_appears_where_the_block_raises(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), written_together():
        write_text("a", tmp_path / "a.txt")
        write_text("b", tmp_path / "b.txt")
        raise error
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_no_file_appears_where_one_is_half_written(
    tmp_path: Path, error: type[BaseException]
) -> None:
    with pytest.raises(error), written_together():
        write_text("a", tmp_path / "a.txt")
        with whole_file(tmp_path / "b.txt") as temporary:
            temporary.write_text("half")
            raise error
    assert names_in(tmp_path) == []


def test_files_of_before_stay_where_the_block_raises(tmp_path: Path) -> None:
    write_text("before", tmp_path / "a.txt")
    with pytest.raises(RuntimeError), written_together():
        write_text("after", tmp_path / "a.txt")
        raise RuntimeError
    assert (tmp_path / "a.txt").read_text() == "before"
    assert names_in(tmp_path) == ["a.txt"]


def test_a_failure_that_is_caught_takes_its_own_file_alone(tmp_path: Path) -> None:
    with written_together():
        write_text("a", tmp_path / "a.txt")
        with pytest.raises(ValueError, match="not JSON"):
            write_json({"x": float("inf")}, tmp_path / "b.json")
    assert names_in(tmp_path) == ["a.txt"]


def test_the_later_of_two_files_of_one_name_stays(tmp_path: Path) -> None:
    with written_together():
        write_text("first", tmp_path / "a.txt")
        write_text("second", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "second"
    assert names_in(tmp_path) == ["a.txt"]


def test_a_failed_second_try_leaves_the_first_file_of_the_block(tmp_path: Path) -> None:
    with written_together():
        write_text("first", tmp_path / "a.txt")
        with pytest.raises(RuntimeError), whole_file(tmp_path / "a.txt") as temporary:
            temporary.write_text("half")
            raise RuntimeError
    assert (tmp_path / "a.txt").read_text() == "first"
    assert names_in(tmp_path) == ["a.txt"]


def test_files_of_an_inner_block_wait_for_the_outer_one(tmp_path: Path) -> None:
    with written_together():
        with written_together():
            write_text("inner", tmp_path / "inner.txt")
        assert not (tmp_path / "inner.txt").exists()
        write_text("outer", tmp_path / "outer.txt")
    assert names_in(tmp_path) == ["inner.txt", "outer.txt"]


def test_files_of_an_inner_block_go_with_the_outer_one(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), written_together():
        with written_together():
            write_text("inner", tmp_path / "inner.txt")
        raise RuntimeError
    assert names_in(tmp_path) == []


def test_an_inner_block_that_raises_leaves_the_files_of_the_outer_one(tmp_path: Path) -> None:
    with written_together():
        write_text("outer", tmp_path / "both.txt")
        with pytest.raises(RuntimeError), written_together():
            write_text("inner", tmp_path / "both.txt")
            write_text("inner", tmp_path / "inner.txt")
            raise RuntimeError
    assert (tmp_path / "both.txt").read_text() == "outer"
    assert names_in(tmp_path) == ["both.txt"]


def test_files_written_apart_do_not_wait_for_the_block_around(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), written_together():
        write_text("outer", tmp_path / "outer.txt")
        with written_apart():
            write_text("apart", tmp_path / "apart.txt")
            assert (tmp_path / "apart.txt").exists()
        write_text("after", tmp_path / "after.txt")
        raise RuntimeError
    assert names_in(tmp_path) == ["apart.txt"]


def test_a_block_written_apart_is_whole_by_itself(tmp_path: Path) -> None:
    with written_together(), written_apart(), pytest.raises(RuntimeError), written_together():
        write_text("a", tmp_path / "a.txt")
        raise RuntimeError
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("fails", [False, True])
def test_after_the_block_files_appear_at_once_again(tmp_path: Path, fails: bool) -> None:
    def block() -> None:
        with written_together():
            if fails:
                raise RuntimeError

    if fails:
        with pytest.raises(RuntimeError):
            block()
    else:
        block()
    write_text("a", tmp_path / "a.txt")
    assert names_in(tmp_path) == ["a.txt"]


def test_threads_may_write_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"

    def write(number: int) -> None:
        write_json({"x": [number] * 1000}, path)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1000)))
    assert len(set(read_json(path)["x"])) == 1
    assert names_in(tmp_path) == ["x.json"]


@pytest.mark.parametrize(
    ("name", "read", "content"),
    [
        ("a.csv", read_frame, b""),
        ("a.json", read_json, b"{"),
        ("a.json", read_json, b"[1]"),
        ("a.json", read_json, b"\xff"),
        ("a.npz", read_arrays, b"junk"),
        ("a.npz", read_arrays, b""),
    ],
)
def test_a_damaged_file_is_said_in_one_line(tmp_path, name, read, content) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(
        StatecastError, match=r"must be what a stage wrote, got: .*dvc repro"
    ) as said:
        read(tmp_path / name)
    assert "\n" not in str(said.value)


LONG = pd.DataFrame(
    {
        "unique_id": pd.Categorical(["01", "NA", "", "01"]),
        "seed": [0, 0, 1, 1],
        "forecast": [0.1, np.nextafter(0.1, 1), -1e300, np.nan],
    }
)


NEW_THREADS = """
import sys
from pathlib import Path
import psutil
from pyarrow import parquet
from statecast.base.files import read_parquet

before = psutil.Process().num_threads()
read_parquet(Path(sys.argv[1]), ["seed"])
print(psutil.Process().num_threads() - before)
"""


def test_no_thread_of_arrow_is_left_that_would_abort_the_end_of_a_process(tmp_path: Path) -> None:
    write_parquet(LONG, tmp_path / "a.parquet")
    command = [sys.executable, "-c", NEW_THREADS, str(tmp_path / "a.parquet")]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "0"


def test_a_long_table_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    write_parquet(LONG, tmp_path / "a.parquet")
    back = read_parquet(tmp_path / "a.parquet", list(LONG))
    assert back["unique_id"].tolist() == ["01", "NA", "", "01"]
    np.testing.assert_array_equal(back["forecast"], LONG["forecast"])
    assert back["seed"].tolist() == [0, 0, 1, 1]


def test_the_same_long_table_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.parquet", "b.parquet"):
        write_parquet(LONG.copy(), tmp_path / name)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_other_programs_read_plain_columns(tmp_path: Path) -> None:
    write_parquet(LONG, tmp_path / "a.parquet")
    schema = parquet.read_schema(tmp_path / "a.parquet")
    assert [str(kind) for kind in schema.types] == ["string", "int64", "double"]
    assert schema.metadata is None  # nothing of pandas, and no object


def test_a_missing_column_of_a_long_table_is_named(tmp_path: Path) -> None:
    write_parquet(LONG, tmp_path / "a.parquet")
    with pytest.raises(StatecastError, match="the columns must be seed, ds, got no ds"):
        read_parquet(tmp_path / "a.parquet", ["seed", "ds"])


def test_a_failure_leaves_the_long_table_of_before(tmp_path: Path) -> None:
    write_parquet(LONG, tmp_path / "a.parquet")
    before = (tmp_path / "a.parquet").read_bytes()
    with pytest.raises(pa.ArrowException):
        write_parquet(pd.DataFrame({"a": [object()]}), tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == before
    assert names_in(tmp_path) == ["a.parquet"]


def test_a_long_table_with_another_byte_is_read_or_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    write_parquet(LONG, path)
    content = path.read_bytes()
    refused = []
    for place in range(0, len(content), 3):
        changed = bytes([content[place] ^ 0xFF])
        path.write_bytes(content[:place] + changed + content[place + 1 :])
        try:
            read_parquet(path, list(LONG))
        except StatecastError as error:
            refused.append(str(error))
    assert all(line.startswith(f"{path} must be what a stage wrote, got: ") for line in refused)
    assert not any("\n" in line for line in refused)
    assert len(refused) > 20


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1PAR1", b"{}\n", bytes(1000)])
def test_what_is_no_long_table_is_said_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(StatecastError, match="must be what a stage wrote, got: ") as caught:
        read_parquet(path, ["seed"])
    assert "\n" not in str(caught.value)


def test_a_table_that_is_read_again_is_not_what_its_reader_made_of_it() -> None:
    content = b"unique_id,y\na,1.0\nb,2.0\n"
    first = frame_from(content)
    first.loc[0, "y"] = 5.0
    first["z"] = 1
    first.columns = ["a", "b", "c"]
    expected = pd.DataFrame({"unique_id": ["a", "b"], "y": [1.0, 2.0]})
    pd.testing.assert_frame_equal(frame_from(content), expected, check_dtype=False)
