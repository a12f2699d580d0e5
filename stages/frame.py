"""frame: put the lags beside each value and split into train, validation and test."""

import logging
from pathlib import Path

from statecast.base.command import run
from statecast.base.params import Count, CountOrZero, Section, load_section
from statecast.base.storage import read_frame, write_frame
from statecast.data.framing import add_lags, split_rows
from statecast.data.series import require_rows

log = logging.getLogger(__name__)


class Frame(Section):
    """Inputs of a row, and the sizes of the parts at the end of each series, in rows."""

    lookback: Count
    validation_size: CountOrZero
    test_size: Count


def main(differenced: Path, framed: Path) -> None:
    """Write ``framed/{train,validation,test}.csv`` (``unique_id,ds,lag_k..lag_1,y``)."""
    section = load_section(Frame, "frame")
    frame = read_frame(differenced)
    least = section.lookback + section.validation_size + section.test_size + 1
    require_rows(frame, least, "params.yaml: frame.lookback + validation_size + test_size and one row to train on")
    split = split_rows(add_lags(frame, section.lookback), section.validation_size, section.test_size)
    for name, part in split._asdict().items():
        write_frame(part, framed / f"{name}.csv")
    log.info("frame: %d train, %d validation, %d test rows", *(len(part) for part in split))


if __name__ == "__main__":
    run(main)
