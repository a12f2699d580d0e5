"""frame: put the inputs beside each value and split into train, validation and test."""

import logging

import pandas as pd

from statecast.data.inputs import Inputs, add_inputs
from statecast.data.series import require_rows
from statecast.data.splits import Split, split_folds, split_rows, split_sequences
from statecast.params.frame import FrameParams

log = logging.getLogger(__name__)


def framed(differenced: pd.DataFrame, params: FrameParams) -> Split:
    """Return the rows of each part: ``unique_id, fold, ds``, the inputs, y.

    Values are moved, not computed with, so that they may be symbols.

    Args:
        differenced: ``unique_id, ds, y`` and the covariates.
        params: what a row is, and the sizes of the parts.

    Raises:
        StatecastError: a series is too short, or has no dates for a calendar.

    """
    require_rows(differenced, params.rows_needed(), needed_for(params))
    split = split_of(add_inputs(differenced, inputs_of(params)), params)
    log.info("frame: %d train, %d validation, %d test rows", *(len(part) for part in split))
    return split


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
