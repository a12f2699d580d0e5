"""The stage download. Oracle: the file that was put in."""

import hashlib
from collections.abc import Callable

import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import read_frame
from tests.support.project import ROOT, Project

SHAMPOO = (ROOT / "data" / "source" / "shampoo.csv").read_bytes()
DIGEST = hashlib.sha256(SHAMPOO).hexdigest()
Source = Callable[[str | bytes], None]


def test_shampoo_is_the_file(project: Project) -> None:
    project.call("download")
    frame = project.table("data/series.csv")
    assert list(frame) == ["unique_id", "ds", "y"]
    assert set(frame["unique_id"]) == {"sales"}
    lines = SHAMPOO.decode().splitlines()[1:]
    assert frame["y"].tolist() == [float(line.split(",")[1]) for line in lines]


def test_binary_file_is_no_text(project: Project, source: Source) -> None:
    source(b"\x89PNG\r\n\xff\xfe")
    assert "must be text in UTF-8, got byte 0" in project.fails("download")
    assert not (project.folder / "data" / "series.csv").exists()


def test_wrong_sha256_writes_nothing(project: Project) -> None:
    project.set(download__sha256="0" * 64)
    line = project.fails("download")
    assert "params.yaml: download.sha256 must be the digest of the source" in line
    assert f"got {DIGEST}" in line
    assert not (project.folder / "data" / "series.csv").exists()


def test_right_sha256_passes(project: Project) -> None:
    project.set(download__sha256=DIGEST.upper())
    assert project.command("download").returncode == 0


def test_failed_download_keeps_the_series_of_before(project: Project) -> None:
    assert project.command("download").returncode == 0
    before = (project.folder / "data" / "series.csv").read_bytes()
    project.set(download__source="nowhere.csv")
    project.fails("download")
    assert (project.folder / "data" / "series.csv").read_bytes() == before


def test_a_command_takes_no_arguments(project: Project) -> None:
    result = project.command("download", "data/series.csv")
    assert result.returncode == 1
    assert result.stderr.strip() == (
        "usage: python -m stages.download, without arguments: params.yaml has them"
    )


def test_two_rows_are_enough_for_this_stage(project: Project, source: Source) -> None:
    source("month,sales\n1,5\n2,6\n")
    project.call("download")
    assert project.table("data/series.csv")["y"].tolist() == [5, 6]


def test_a_series_of_one_row_is_refused(project: Project, source: Source) -> None:
    source("shop,month,sales\na,1,5\na,2,6\nb,1,7\n")
    project.set(download__id_column="shop")
    message = r"^series 'b' must have at least 2 rows \(one to train on and one before it\), got 1$"
    with pytest.raises(StatecastError, match=message):
        project.call("download")


def test_a_series_may_be_named_like_a_fold(project: Project, source: Source) -> None:
    source("shop,month,sales\na,1,5\na,2,6\na fold 1,1,7\na fold 1,2,8\n")
    project.set(download__id_column="shop")
    project.call("download")
    assert project.table("data/series.csv")["unique_id"].unique().tolist() == ["a", "a fold 1"]


def test_a_path_is_taken_as_it_is(project: Project) -> None:
    (project.folder / "mine.csv").write_text("month,sales\n1,5\n2,6\n")
    project.set(download__source="mine.csv")
    project.call("download")
    assert len(project.table("data/series.csv")) == 2


def test_symbols_stay_text(project: Project, source: Source) -> None:
    source("month,sales\n1,03\n2,NA\n")
    project.set(download__values="symbols")
    project.call("download")
    frame = read_frame(project.folder / "data" / "series.csv", symbols=True)
    assert frame["y"].tolist() == ["03", "NA"]


def test_filled_by_the_season_of_params(project: Project, source: Source) -> None:
    source("month,sales\n1,5\n2,6\n4,8\n")
    project.set(download__fill="seasonal", series__season_length=2)
    project.call("download")
    assert project.table("data/series.csv")["y"].tolist() == [5, 6, 5, 8]


@pytest.mark.parametrize(
    ("keys", "text", "message"),
    [
        (
            {"download.source": "ftp://x/y.csv"},
            "",
            r"download\.source must be a path or start with",
        ),
        (
            {"download.max_bytes": 10},
            "x" * 50,
            r"at most 10 bytes \(params.yaml: download\.max_bytes",
        ),
        ({"download.value_column": "x"}, "", r"download\.value_column must be a column"),
        (
            {"download.frequency": "D"},
            "month,sales\n1,1\n2,2\n",
            r"download\.frequency must be null",
        ),
        (
            {},
            "month,sales\n1,1\n3,2\n4,1\n",
            r"got none at 2 .*params.yaml: download\.fill can fill",
        ),
        (
            {},
            "month,sales\n1,1\n2,\n",
            r"got a missing value .*params.yaml: download\.fill can fill",
        ),
        ({}, "month,sales\n1.2.24,1\n", r"for other forms set params.yaml: download\.time_format"),
    ],
)
def test_mistake_names_the_key(
    project: Project, source: Source, keys: dict[str, object], text: str, message: str
) -> None:
    if text:
        source(text)
    project.set_keys(keys)
    with pytest.raises(StatecastError, match=message):
        project.call("download")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"features": ["cost"]},
            r"frame\.features must be a column: week, sales, price, got 'cost'",
        ),
        ({"features": ["price", "price"]}, r"frame\.features must name each only once"),
        ({"features": ["ds"]}, r"frame\.features must not be '', unique_id, fold, ds or y"),
        ({"features": ["fold"]}, r"frame\.features must not be '', unique_id, fold, ds or y"),
        (
            {"calendar": ["year"]},
            r"frame\.calendar\.0 must be 'month', 'quarter', 'weekday' or 'hour', got 'year'",
        ),
        ({"as": "rows"}, r"frame\.as must be 'features' or 'timesteps', got 'rows'"),
        ({"a": 1}, r"frame\.a is not a key here.*as"),
        (
            {"features": ["week"]},
            r"frame\.features must be columns other than the series, its times.*got \['week'\]",
        ),
        (
            {"features": ["sales"]},
            r"frame\.features must be columns other than the series, .*got \['sales'\]",
        ),
    ],
)
def test_mistake_in_the_inputs_is_one_line(
    project: Project, keys: dict[str, object], message: str
) -> None:
    project.use_sales(**keys)
    with pytest.raises(StatecastError, match=rf"params\.yaml: {message}"):
        project.call("download")
