"""download: bring the series here, validate it, write it as a long frame."""

import logging

import pandas as pd

from statecast.base.files import write_frame
from statecast.base.paths import SERIES, SOURCES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.data.fetch import check_sha256, fetch, without_password
from statecast.data.gaps import Gaps
from statecast.data.magnitudes import require_magnitudes
from statecast.data.series import require_rows
from statecast.data.table import Columns, read_table
from statecast.data.targets import frame_of_targets
from statecast.data.times import TimeForm
from statecast.params.download import DownloadParams
from statecast.params.frame import FrameParams
from statecast.params.series import SeriesParams

LEAST_ROWS = 2  # of a series: one to train on and one before it

log = logging.getLogger(__name__)


@stage(DownloadParams, FrameParams)
def main() -> None:
    """Write ``unique_id, ds, y`` and the covariates; of several targets also ``network``."""
    params = load(DownloadParams)
    source = source_of(params.source)
    content = fetch(
        source, timeout=params.timeout, retries=params.retries, max_bytes=params.max_bytes
    )
    check_sha256(content, params.sha256)
    name = without_password(source)
    table = read_table(content, source=name, separator=params.separator)
    frame = checked_frame(table, params)
    write_frame(frame, SERIES)
    count = frame["unique_id"].nunique()
    log.info("download: %d rows of %d series from %s", len(frame), count, name)


def source_of(name: str) -> str:
    """Return the path of a file in data/source, and any other path or address as it is."""
    own = SOURCES / name
    try:
        return str(own) if own.is_file() else name
    except OSError:  # no file can have such a name
        return name


def checked_frame(table: pd.DataFrame, params: DownloadParams) -> pd.DataFrame:
    """Return the long frame of a table; later stages check how many rows they need."""
    targets = params.value_column
    frame_params = load(FrameParams)
    columns = Columns(
        targets[0],
        params.time_column,
        params.id_column,
        tuple(frame_params.features),
        tuple(frame_params.lagged),
    )
    season_length = load(SeriesParams).season_length
    frame = frame_of_targets(
        table,
        columns,
        targets,
        form=TimeForm(params.time_format, params.time_zone, params.time_prefix),
        values=params.values,
        decimal=params.decimal,
        gaps=Gaps(params.fill, params.frequency, season_length),
    )
    require_rows(frame, LEAST_ROWS, "one to train on and one before it")
    require_magnitudes(frame)
    return frame


if __name__ == "__main__":
    run(main)
