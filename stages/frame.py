"""frame: put the inputs beside each value and split into train, validation and test."""

import logging

import pandas as pd

from statecast.artifacts.frames import read_long
from statecast.base.files import write_frame, write_json
from statecast.base.paths import DIFFERENCED, FRAMED
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.base.writing import whole_folder
from statecast.data.inputs import Inputs, add_inputs
from statecast.data.series import require_rows
from statecast.data.splits import Split, split_folds, split_rows, split_sequences
from statecast.params.frame import FrameParams

log = logging.getLogger(__name__)


@stage(FrameParams)
def main() -> None:
    """Write the three parts (``unique_id, fold, ds``, inputs, y), and what a row is."""
    params = load(FrameParams)
    # values are moved, not computed with, so that they may be symbols
    inputs = inputs_of(params)
    frame = read_long(DIFFERENCED, inputs.covariates, symbols=True)
    require_rows(frame, params.rows_needed(), needed_for(params))
    split = split_of(add_inputs(frame, inputs), params)
    with whole_folder(FRAMED):
        for part, rows in split._asdict().items():
            write_frame(rows, FRAMED / f"{part}.csv")
        write_json(inputs.as_json(), FRAMED / "inputs.json")
    log.info("frame: %d train, %d validation, %d test rows", *(len(part) for part in split))


def needed_for(params: FrameParams) -> str:
    """Return what the rows of a series are needed for, in words."""
    oldest = "the oldest of `lags`" if params.lags else "`lookback`"
    if params.test == "sequences":
        needed = oldest
    else:
        validation = "`validation_size`"
        if params.validation_folds:
            validation += " x `validation_folds`"
        needed = f"{oldest} + {validation} + `test_size`"
    if params.least_train > 1:
        return f"{needed} + `least_train`"
    one = "one row" if params.test == "sequences" else "one row to train on"
    return f"{needed} and {one}"


def inputs_of(params: FrameParams) -> Inputs:
    """Return what the inputs of a row are."""
    is_timesteps = params.as_ == "timesteps"
    return Inputs(
        params.oldest_lag(),
        tuple(params.features),
        tuple(params.calendar),
        is_timesteps,
        tuple(params.lagged),
        tuple(sorted(params.lags)),
    )


def split_of(rows: pd.DataFrame, params: FrameParams) -> Split:
    """Return the parts, with folds where params.yaml asks for some."""
    if params.test == "sequences":
        return split_sequences(rows, test_size=params.test_size)
    sizes = {"validation_size": params.validation_size, "test_size": params.test_size}
    if params.validation_folds:
        return split_folds(rows, **sizes, folds=params.validation_folds)
    split = split_rows(rows, **sizes)
    if params.test == "end":
        return split
    log.info("frame: evaluated on the training rows, as params.yaml: frame.test says")
    return split._replace(test=split.train)


if __name__ == "__main__":
    run(main)
