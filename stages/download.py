"""download: bring the series here, validate it, write it as a long frame."""

import logging

from statecast.base.files import write_frame
from statecast.base.paths import SERIES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.data.fetch import without_password
from statecast.flow.download import checked_frame, source_of, table_of
from statecast.params.download import DownloadParams
from statecast.params.frame import FrameParams
from statecast.params.series import SeriesParams

log = logging.getLogger(__name__)


@stage(DownloadParams, FrameParams)
def main() -> None:
    """Write ``unique_id, ds, y`` and the covariates; of several targets also ``network``."""
    params = load(DownloadParams)
    source = source_of(params.source)
    table = table_of(source, params, params.sha256)
    frame = checked_frame(table, params, load(FrameParams), load(SeriesParams).season_length)
    write_frame(frame, SERIES)
    count = frame["unique_id"].nunique()
    log.info("download: %d rows of %d series from %s", len(frame), count, without_password(source))


if __name__ == "__main__":
    run(main)
