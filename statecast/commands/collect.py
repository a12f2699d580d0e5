"""Add what the service has observed to the source of the pipeline, for dvc repro to train on."""

import argparse
from pathlib import Path

from statecast.base.errors import require
from statecast.base.paths import SERVICE, SOURCES
from statecast.base.section import load
from statecast.base.writing import whole_file
from statecast.data.gaps import Gaps
from statecast.data.table import Columns
from statecast.data.times import TimeForm
from statecast.params.download import DownloadParams
from statecast.params.frame import FrameParams
from statecast.params.series import SeriesParams
from statecast.service.journal import read_journal
from statecast.service.source import SourceForm, extended


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    parser.add_argument(
        "journal", nargs="?", type=Path, default=SERVICE, help=f"its folder ({SERVICE})"
    )


def run(given: argparse.Namespace) -> bool:
    """Add the observations that the source does not have, and say how many.

    Raises:
        StatecastError: there is no journal, the source is no file in data/source, or it has other
            values of the observed times.

    """
    params = load(DownloadParams)
    path = SOURCES / params.source
    key = "params.yaml: download"
    require(path.is_file(), f"{key}.source", f"be a file in {SOURCES}/", params.source)
    require(params.sha256 is None, f"{key}.sha256", "be null for a file that grows", "a digest")
    require(len(params.value_column) == 1, f"{key}.value_column", "be one", params.value_column)
    require(params.values == "numbers", f"{key}.values", "be numbers", params.values)
    longer, added = extended(path.read_bytes(), read_journal(given.journal), form_of(params))
    if not added:
        print(f"{path} has every observation of {given.journal}")  # noqa: T201
        return True
    with whole_file(path) as temporary:
        temporary.write_bytes(longer)
    series = len({entry.unique_id for entry in added})
    what = f"{len(added)} observations of {series} series"
    print(f"{what} added to {path}; dvc repro trains on them")  # noqa: T201
    return True


def form_of(params: DownloadParams) -> SourceForm:
    """Return how the source is written.

    Raises:
        StatecastError: params.yaml is wrong.

    """
    frame = load(FrameParams)
    columns = Columns(
        params.value_column[0],
        params.time_column,
        params.id_column,
        tuple(frame.features),
        tuple(frame.lagged),
    )
    times = TimeForm(params.time_format, params.time_zone, params.time_prefix)
    gaps = Gaps(params.fill, params.frequency, load(SeriesParams).season_length)
    name = str(SOURCES / params.source)
    return SourceForm(name, columns, times, gaps, params.separator, params.decimal)
