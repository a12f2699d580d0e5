"""The series of a stored forecaster as its networks see them, made of its history alone."""

from typing import NamedTuple

import pandas as pd

from statecast.artifacts.scaled import scaled_rows
from statecast.data.inputs import Inputs
from statecast.data.inverse import Inverse
from statecast.data.scaling import scale_frame
from statecast.flow.difference import applied, long_enough
from statecast.flow.forecast import Known
from statecast.flow.frame import framed
from statecast.flow.scale import scales_of
from statecast.forecasting.alignment import AlignedSeries, align
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.network.rows import SeriesRows
from statecast.params.difference import DifferenceParams
from statecast.params.frame import FrameParams


class PreparedSeries(NamedTuple):
    """Series that went through all steps before the training."""

    history: pd.DataFrame  # unique_id, ds, y and the covariates
    differenced: pd.DataFrame
    rows: list[SeriesRows]  # scaled, folds too
    inputs: Inputs
    undo: Undo

    def aligned(self) -> list[AlignedSeries]:
        """Return the rows beside their true values, folds too."""
        return align(self.rows, self.history)

    def known_to(self, networks: Rebatched) -> Known:
        """Return networks with these series up to their ends."""
        whole = [series for series in self.aligned() if series.key.is_whole]
        names = {key.unique_id for own in whole for key in own.rows.forecast_keys()}
        is_known = self.differenced["unique_id"].isin(names)
        differenced = self.differenced[is_known]
        return Known(networks, self.inputs, self.undo, whole, differenced)


def prepared_again(
    history: pd.DataFrame,
    inputs: Inputs,
    undo: Undo,
    of_difference: DifferenceParams,
    of_frame: FrameParams,
) -> PreparedSeries:
    """Return series as an earlier scaler and earlier powers make them.

    Args:
        history: ``unique_id, ds, y`` and the covariates.
        inputs: what a row is.
        undo: what was done to the series that the networks were trained on.
        of_difference: how many rows the differences take.
        of_frame: the sizes of the parts.

    Raises:
        StatecastError: a series is too short, or one that was not trained on.

    """
    inverse: Inverse = undo.inverse
    differenced = applied(long_enough(history, of_difference, of_frame), inverse)
    split = framed(differenced, of_frame)
    parts = [scale_frame(rows, undo.scaler) for rows in split]
    rows = scaled_rows(parts, scales_of(undo.scaler), inputs.steps, inputs)
    return PreparedSeries(history, differenced, rows.series, inputs, undo)
