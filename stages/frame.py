"""frame: put the lags beside each value and split into train, validation and test."""

import logging
from pathlib import Path
from typing import Literal

from statecast.base.command import run
from statecast.base.errors import require
from statecast.base.params import Count, CountOrZero, Section, load_section
from statecast.base.storage import read_frame, write_frame
from statecast.data.framing import add_lags, split_rows
from statecast.data.series import require_rows

log = logging.getLogger(__name__)


class Frame(Section):
    """Inputs of a row, and the sizes of the parts at the end of each series, in rows."""

    lookback: Count
    validation_size: CountOrZero
    test_size: CountOrZero
    test: Literal["end", "train"] = "end"


def main(differenced: Path, framed: Path) -> None:
    """Write ``framed/{train,validation,test}.csv`` (``unique_id,ds,lag_k..lag_1,y``)."""
    section = load_section(Frame, "frame")
    at_end, size = section.test == "end", section.test_size
    where = "params.yaml: frame.test_size"
    require(not at_end or size >= 1, where, "be greater than or equal to 1 unless frame.test is train", size)
    require(at_end or size == 0, where, "be 0 where frame.test is train: the test rows are the training rows", size)
    frame = read_frame(differenced, symbols=True)  # values are moved, not computed with: they stay as written
    least = section.lookback + section.validation_size + section.test_size + 1
    require_rows(frame, least, "params.yaml: frame.lookback + validation_size + test_size and one row to train on")
    split = split_rows(add_lags(frame, section.lookback), section.validation_size, section.test_size)
    if not at_end:
        split = split._replace(test=split.train)
        log.info("frame: evaluated on the rows that it is trained on, as params.yaml: frame.test says")
    for name, part in split._asdict().items():
        write_frame(part, framed / f"{name}.csv")
    log.info("frame: %d train, %d validation, %d test rows", *(len(part) for part in split))


if __name__ == "__main__":
    run(main)
