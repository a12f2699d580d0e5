"""forecast: the next values after the end of each series, with an interval."""

from typing import NamedTuple

import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import require
from statecast.base.memory import require_memory
from statecast.data.inputs import Inputs
from statecast.forecasting.alignment import AlignedSeries, different_rows
from statecast.forecasting.future import future_rows
from statecast.forecasting.next_values import (
    ERRORS_AHEAD,
    NextPaths,
    memory_of_errors,
    memory_of_horizon,
    next_paths,
    residuals_ahead,
)
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
        """Return the errors that make the intervals, of each series [K, J].

        They are those of the networks on the validation and test rows. Refitted networks have seen
        these rows, so the errors are those of the networks before. J is the horizon, or how many
        such rows a series has at most: nothing is known of errors farther ahead.
        """
        steps = max(1, min(horizon, max(self._rows_after_training())))
        return residuals_ahead(
            self.networks, self.series, inputs=self.inputs, undo=self.undo, horizon=steps
        )

    def require_memory(self, horizon: int, *, intervals: bool) -> None:
        """Check that a forecast of all series fits into memory.

        Args:
            horizon: rows of each series.
            intervals: whether there are to be some, which take the errors on earlier rows.

        Raises:
            StatecastError: it does not fit.

        """
        repeats = len(self.networks.ensemble.seeds)
        wanted = memory_of_horizon(horizon, series=len(self.series), repeats=repeats)
        if intervals:
            rows = max(self._rows_after_training())
            of_errors = memory_of_errors(horizon, rows=rows, repeats=repeats)
            wanted[ERRORS_AHEAD.format("horizon")] = of_errors
        require_memory(wanted)

    def _rows_after_training(self) -> list[int]:
        """Return how many rows of each series the networks were not trained on."""
        return [sum(own.rows.sizes[1:]) for own in self.series]

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
