"""Add what the service has observed to the source of the pipeline, for dvc repro to train on."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from statecast.base.errors import require
from statecast.base.paths import SERVICE, SOURCES
from statecast.base.section import load
from statecast.base.writing import whole_file, written_together
from statecast.data.gaps import Gaps
from statecast.data.table import Columns
from statecast.data.times import TimeForm
from statecast.params.download import DownloadParams
from statecast.params.forecast import ForecastParams
from statecast.params.frame import FrameParams
from statecast.params.series import SeriesParams
from statecast.service.journal import ExpectedEntry, read_journal
from statecast.service.source import SourceForm, extended, with_expected


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
    journal = read_journal(given.journal)
    form = form_of(params)
    longer, added = extended(path.read_bytes(), journal, form)
    ahead = _features_ahead(journal.expected, form)
    with written_together():
        if added:
            _write(path, longer)
        if ahead:
            _write(ahead.path, ahead.content)
    if not added:
        print(f"{path} has every observation of {given.journal}")  # noqa: T201
    else:
        series = len({entry.unique_id for entry in added})
        observations = "1 observation" if len(added) == 1 else f"{len(added)} observations"
        what = f"{observations} of {series} series"
        print(f"{what} added to {path}; dvc repro trains on them")  # noqa: T201
    if ahead:
        rows = "1 row" if ahead.added == 1 else f"{ahead.added} rows"
        print(f"{rows} of features added to {ahead.path}")  # noqa: T201
    return True


class FeaturesAhead(NamedTuple):
    """The file that ``forecast.features`` names, with further rows."""

    path: Path
    content: bytes
    added: int  # rows


def _features_ahead(expected: Sequence[ExpectedEntry], form: SourceForm) -> FeaturesAhead | None:
    """Return the file of features to come with what was sent; None: there is nothing to add.

    A file without times, or elsewhere than in data/source, is left alone.

    Raises:
        StatecastError: the file cannot be read.

    """
    name = load(ForecastParams).features
    path = SOURCES / (name or "")
    columns = form.columns
    is_here = path.is_file() and path.resolve().is_relative_to(SOURCES.resolve())
    if not is_here or not columns.features or columns.time is None:
        return None
    of_features = Columns(columns.value, columns.time, columns.unique_id, columns.features)
    own = form._replace(name=str(path), columns=of_features)
    content, count = with_expected(path.read_bytes(), expected, own)
    return FeaturesAhead(path, content, count) if count else None


def _write(path: Path, content: bytes) -> None:
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


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
