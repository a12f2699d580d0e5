"""The stage download. Oracle: the file that was put in."""

import hashlib
from collections.abc import Callable

import pandas as pd
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


def test_the_original_file_is_the_same_series(project: Project) -> None:
    project.call("download")
    series = read_frame(project.folder / "data/series.csv")
    columns = {"download__time_column": "Month", "download__value_column": "Sales"}
    project.set(download__source="shampoo-original.csv", download__time_prefix="190", **columns)
    project.call("download")
    original = read_frame(project.folder / "data/series.csv")
    columns_of_both = ["ds", "y"]
    pd.testing.assert_frame_equal(original[columns_of_both], series[columns_of_both])


def test_binary_file_is_no_text(project: Project, source: Source) -> None:
    source(b"\x89PNG\r\n\xff\xfe")
    assert "must be text in UTF-8, got byte 0" in project.refuses("download")
    assert not (project.folder / "data" / "series.csv").exists()


def test_wrong_sha256_writes_nothing(project: Project) -> None:
    project.set(download__sha256="0" * 64)
    line = project.refuses("download")
    assert "params.yaml: download.sha256 must be the digest of the source" in line
    assert f"got {DIGEST}" in line
    assert not (project.folder / "data" / "series.csv").exists()


def test_right_sha256_passes(project: Project) -> None:
    project.set(download__sha256=DIGEST.upper())
    project.call("download")
    assert (project.folder / "data" / "series.csv").exists()


@pytest.mark.promise("source")
def test_a_failed_download_keeps_the_series_of_before(project: Project) -> None:
    project.call("download")
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
            r"it has more than 10 bytes \(download\.max_bytes\)$",
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
        ({"features": ["ds"]}, r"frame\.features must not be '', unique_id, network, fold,"),
        ({"features": ["fold"]}, r"frame\.features must not be '', unique_id, network, fold,"),
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


def test_a_file_as_spreadsheets_write_it(project: Project, source: Source) -> None:
    source("\ufeffmonth;sales;\r\n01.01.1990;201,26;\r\n01.02.1990;1,5;\r\n\r\n".encode())
    project.set_keys(
        {"download.separator": ";", "download.decimal": ",", "download.time_format": "%d.%m.%Y"}
    )
    project.call("download")
    frame = project.table("data/series.csv")
    assert frame["ds"].tolist() == ["1990-01-01", "1990-02-01"]
    assert frame["y"].tolist() == [201.26, 1.5]


def test_times_of_a_zone_stay_on_its_clock(project: Project, source: Source) -> None:
    source("month,sales\n2024-03-31T00:00+01:00,1\n2024-04-01T00:00+02:00,2\n")
    project.set(download__time_zone="Europe/Berlin")
    project.call("download")
    assert project.table("data/series.csv")["ds"].tolist() == ["2024-03-31", "2024-04-01"]


ODD_IDS = ["1", "01", "1.0", "NA", "nan", " a", "a,b", '"', "a fold 1", "é", "../x", "`", "\u200b"]


@pytest.mark.promise("source")
def test_odd_ids_come_back_as_they_are(project: Project, source: Source) -> None:
    rows = pd.DataFrame({"shop": ODD_IDS * 2, "month": [1] * 13 + [2] * 13, "sales": 1})
    source(rows.to_csv(index=False))
    project.set(download__id_column="shop")
    project.call("download")
    assert read_frame(project.folder / "data" / "series.csv")["unique_id"].tolist() == [
        name for name in ODD_IDS for _ in range(2)
    ]


@pytest.mark.parametrize(
    ("keys", "content", "message"),
    [
        ({"source": "x" * 5000}, b"", "download.source must be readable, got x.*File name too"),
        ({"source": "a\0b"}, b"", "download.source must be readable"),
        ({"source": "."}, b"", "a folder, pipe or device"),
        ({"separator": "\n"}, b"month,sales\n1,1\n", "download.separator must be no quote"),
        ({"decimal": ";"}, b"month,sales\n1,1\n", "download.decimal must be '.' or ','"),
        ({"time_format": "%Q"}, b"month,sales\n1,1\n", "download.time_format must be a strptime"),
        ({"time_zone": "Mars"}, b"month,sales\n2024-01-01T00:00Z,1\n", "download.time_zone must"),
        ({"frequency": "99999999999999D"}, b"month,sales\n2024-01,1\n2024-02,1\n", "frequency"),
        ({}, b"month;sales\n1;1\n", "is that the download.separator"),
        ({}, b"month,sales\n1990-01,201,26\n", "line 2 must have as many cells.*decimal comma"),
        ({}, b"month,sales\n1,1\n2,2,5\n", "line 3 must have as many cells.*decimal comma"),
        ({}, b"month,sales,sales\n1,1,2\n", "must have different names, got ..sales"),
        ({"id_column": "id"}, b'id,month,sales\n"a\rb",1,1\n', "must have no control character"),
        ({}, b"\xff\xfem\0o\0", "must be text in UTF-8, got byte 0"),
        ({}, b"", "must hold a header and rows, got an empty file"),
        ({}, b"\xef\xbb\xbf", "must hold a header and rows, got an empty file"),
        ({}, b"month,sales\n", "must hold a header and rows, got a header alone"),
    ],
)
@pytest.mark.promise("source")
def test_every_mistake_is_one_line_and_nothing_is_written(
    project: Project, source: Source, keys: dict[str, object], content: bytes, message: str
) -> None:
    source(content)
    project.set_keys({f"download.{key}": value for key, value in keys.items()})
    with pytest.raises(StatecastError, match=message) as error:
        project.call("download")
    assert len(str(error.value).splitlines()) == 1
    assert len(str(error.value)) < 800
    assert sorted(path.name for path in (project.folder / "data").iterdir()) == ["source"]
