"""download: bring the series here, validate it, write it as a long frame."""

import logging
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from statecast.base.files import write_frame
from statecast.base.stage import run
from statecast.data.fetch import check_sha256, fetch
from statecast.data.gaps import Fill, Gaps
from statecast.data.series import Columns, long_frame, read_table, require_rows
from statecast.params.frame import Frame
from statecast.params.section import Count, CountOrZero, Positive, Section, load_section, read_params
from statecast.params.series import Season

log = logging.getLogger(__name__)


class Download(Section):
    """Where the series is and which columns it has."""

    source: Annotated[str, Field(min_length=1)]
    sha256: Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")] | None
    time_column: str | None
    value_column: str
    id_column: str | None
    time_format: str | None = None
    frequency: str | None = None
    fill: Fill | None = None
    values: Literal["numbers", "symbols"] = "numbers"
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ","
    timeout: Positive = 30
    retries: CountOrZero = 3
    max_bytes: Count = 100_000_000


def rows_needed(params: dict[str, Any]) -> int:
    """Return how many rows the later stages need at least; their own checks find what is wrong with their keys."""
    try:
        frame, train = params["frame"], params["train"]
        taken = sum(params["difference"]["lags"]) + frame["lookback"]
        parts = max(1, frame.get("validation_folds", 0))  # the oldest fold has the fewest training rows
        held_out = parts * frame["validation_size"] + frame["test_size"]
        filled = train["layout"] == "sequences" or train.get("remainder") == "pad"
        return max(2, int(taken + held_out + (1 if filled else train["batch_size"])))
    except (KeyError, TypeError, ValueError):
        return 2


def main(source_folder: Path, series: Path) -> None:
    """Write ``series`` (``unique_id,ds,y`` and the features)."""
    section = load_section(Download, "download")
    shipped = source_folder / section.source
    source = str(shipped) if shipped.is_file() else section.source
    content = fetch(source, timeout=section.timeout, retries=section.retries, max_bytes=section.max_bytes)
    check_sha256(content, section.sha256)
    table = read_table(content, source=source, separator=section.separator)
    frame = long_frame(
        table,
        Columns(
            section.value_column, section.time_column, section.id_column, tuple(load_section(Frame, "frame").features)
        ),
        time_format=section.time_format,
        symbols=section.values == "symbols",
        gaps=Gaps(section.fill, section.frequency, load_section(Season, "series").season_length),
    )
    needed_for = "differencing, lookback, validation, test and one batch"
    require_rows(frame, rows_needed(read_params(Path("params.yaml"))), needed_for)
    write_frame(frame, series)
    log.info("download: %d rows of %d series from %s", len(frame), frame["unique_id"].nunique(), source)


if __name__ == "__main__":
    run(main)
