"""forecast: the next values after the end of each series, with an interval."""

from typing import NamedTuple

import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import require
from statecast.data.inputs import Inputs
from statecast.forecasting.alignment import AlignedSeries, different_rows
from statecast.forecasting.future import future_rows
from statecast.forecasting.next_values import NextPaths, next_paths, residuals_ahead
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.training.job import Job, Setting


class Known(NamedTuple):
    """Networks, and the series up to their ends."""

    networks: Rebatched
    inputs: Inputs
    undo: Undo
    series: list[AlignedSeries]  # rows and true values of each, no folds
    differenced: pd.DataFrame  # all of them, before they were framed

    def residuals(self, horizon: int) -> list[Floats]:
        """Return the errors that make the intervals, of each series [K, H].

        They are those of the networks on the validation and test rows. Refitted networks have seen
        these rows, so the errors are those of the networks before.
        """
        return residuals_ahead(
            self.networks, self.series, inputs=self.inputs, undo=self.undo, horizon=horizon
        )

    def refitted(self, setting: Setting) -> "Known":
        """Return networks trained in the same way on all rows of each series.

        Raises:
            StatecastError: the training stopped by validation rows, which are training rows now.

        """
        from statecast.training.sharing import train_job

        can_refit = setting.learning.patience is None
        must = "be false with train.patience: no rows are left to stop by"
        require(can_refit, "`refit`", must, "true")
        different = different_rows(self.series)  # targets share theirs
        rows = [rows.all_for_training() for rows in different.values()]
        networks = self.networks._replace(ensemble=train_job(Job(rows, setting)).ensemble)
        series = [own._replace(rows=own.rows.all_for_training()) for own in self.series]
        return self._replace(networks=networks, series=series)


def paths_after(
    known: Known, horizon: int, frequency: str | None, features: pd.DataFrame | None = None
) -> list[NextPaths]:
    """Return what each repeat forecasts after the end of each series.

    Args:
        known: networks and series.
        horizon: rows of each series.
        frequency: a pandas offset alias of the dates; None: inferred.
        features: from ``features_ahead``, where the inputs have features.

    Raises:
        StatecastError: the times are on no regular grid, or a value of a feature is missing.

    """
    futures = future_rows(known.differenced, horizon, known.inputs, frequency, features)
    return next_paths(
        known.networks,
        known.series,
        futures,
        inputs=known.inputs,
        undo=known.undo,
        horizon=horizon,
    )
