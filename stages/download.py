"""download: bring the series here, validate it, write it as a long frame."""

import logging

import pandas as pd

from statecast.base.files import write_frame
from statecast.base.paths import SERIES, SOURCES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.data.fetch import check_sha256, fetch
from statecast.data.gaps import Gaps
from statecast.data.series import long_frame, require_rows
from statecast.data.table import Columns, read_table
from statecast.params.download import DownloadParams
from statecast.params.frame import FrameParams
from statecast.params.series import SeriesParams

LEAST_ROWS = 2  # of a series: one to train on and one before it

log = logging.getLogger(__name__)


@stage(DownloadParams, FrameParams)
def main() -> None:
    """Write ``unique_id, ds, y`` and the features."""
    params = load(DownloadParams)
    source = source_of(params.source)
    content = fetch(
        source, timeout=params.timeout, retries=params.retries, max_bytes=params.max_bytes
    )
    check_sha256(content, params.sha256)
    table = read_table(content, source=source, separator=params.separator)
    frame = checked_frame(table, params)
    write_frame(frame, SERIES)
    count = frame["unique_id"].nunique()
    log.info("download: %d rows of %d series from %s", len(frame), count, source)


def source_of(name: str) -> str:
    """Return the path of a file in data/source, and any other path or address as it is."""
    own = SOURCES / name
    return str(own) if own.is_file() else name


def checked_frame(table: pd.DataFrame, params: DownloadParams) -> pd.DataFrame:
    """Return the long frame of a table; later stages check how many rows they need."""
    columns = Columns(
        params.value_column,
        params.time_column,
        params.id_column,
        tuple(load(FrameParams).features),
    )
    season_length = load(SeriesParams).season_length
    frame = long_frame(
        table,
        columns,
        time_format=params.time_format,
        values=params.values,
        gaps=Gaps(params.fill, params.frequency, season_length),
    )
    require_rows(frame, LEAST_ROWS, "one to train on and one before it")
    return frame


if __name__ == "__main__":
    run(main)
