"""frame: put the inputs beside each value and split into train, validation and test."""

import logging
from pathlib import Path

import pandas as pd

from statecast.base.errors import require
from statecast.base.files import read_frame, write_frame, write_json
from statecast.base.stage import run
from statecast.data.calendar import calendar_columns, calendar_frame
from statecast.data.inputs import Inputs, add_inputs, split_folds, split_rows
from statecast.data.series import require_rows
from statecast.params.frame import Frame
from statecast.params.section import load_section, read_params

log = logging.getLogger(__name__)


def check_section(section: Frame) -> None:
    """Raise StatecastError where two keys do not agree."""
    at_end, size, folds = section.test == "end", section.test_size, section.validation_folds
    where = "params.yaml: frame.test_size"
    require(not at_end or size >= 1, where, "be greater than or equal to 1 unless frame.test is train", size)
    require(at_end or size == 0, where, "be 0 where frame.test is train: the test rows are the training rows", size)
    where = "params.yaml: frame.validation_size"
    require(not folds or section.validation_size >= 1, where, "be at least 1 for folds", section.validation_size)
    where = "params.yaml: frame.validation_folds"
    require(not folds or at_end, where, "be 0 where frame.test is train", folds)
    layout = dict(read_params(Path("params.yaml")).get("train") or {}).get("layout")
    apart = not folds or layout != "sequences"
    require(apart, where, "be 0 for train.layout sequences: one network would see all folds' rows", folds)


def inputs_of(section: Frame) -> Inputs:
    """Return which columns are the inputs of a row."""
    calendar = calendar_columns(section.calendar)
    return Inputs(section.lookback, section.features, calendar, section.as_ == "timesteps")


def main(differenced: Path, framed: Path) -> None:
    """Write ``framed/{train,validation,test}.csv`` (``unique_id,ds,inputs,y``) and ``framed/frame.json``."""
    section = load_section(Frame, "frame")
    check_section(section)
    frame = read_frame(differenced, symbols=True)  # values are moved, not computed with: they stay as written
    least = section.lookback + section.held_out() + 1
    sizes = "validation_size x validation_folds" if section.validation_folds else "validation_size"
    require_rows(frame, least, f"params.yaml: frame.lookback + {sizes} + test_size and one row to train on")
    inputs = inputs_of(section)
    rows = add_inputs(pd.concat([frame, calendar_frame(frame["ds"], section.calendar)], axis=1), inputs)
    if section.validation_folds:
        split = split_folds(rows, section.validation_size, section.test_size, section.validation_folds)
    else:
        split = split_rows(rows, section.validation_size, section.test_size)
    if section.test == "train":
        split = split._replace(test=split.train)
        log.info("frame: evaluated on the rows that it is trained on, as params.yaml: frame.test says")
    for name, part in split._asdict().items():
        write_frame(part, framed / f"{name}.csv")
    write_json(inputs.as_json(), framed / "frame.json")
    log.info("frame: %d train, %d validation, %d test rows", *(len(part) for part in split))


if __name__ == "__main__":
    run(main)
