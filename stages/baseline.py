"""baseline: forecast validation and test rows with methods that know no network."""

import logging

import pandas as pd

from statecast.artifacts.frames import read_aligned
from statecast.artifacts.scaled import read_scaled
from statecast.artifacts.undo import read_inverse, read_scaler
from statecast.base.errors import require
from statecast.base.files import write_frame
from statecast.base.paths import BASELINES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.evaluation.baselines import baseline_forecasts
from statecast.forecasting.undo import Undo
from statecast.params.baseline import BaselineParams
from statecast.params.series import SeriesParams

log = logging.getLogger(__name__)


@stage(BaselineParams, method="scale.method")
def main() -> None:
    """Write ``unique_id, fold, ds, part, method, y, forecast, far_away``."""
    params = load(BaselineParams)
    season_length = load(SeriesParams).season_length
    undo = Undo(read_scaler(), read_inverse())
    numeric = not undo.scaler.is_symbols
    require(numeric, "`method`", "scale numbers for the baselines", undo.scaler.method)
    forecasts = [
        baseline_forecasts(
            series,
            params.methods,
            undo=undo,
            season_length=season_length,
            ridge_alpha=params.ridge_alpha,
        )
        for series in read_aligned(read_scaled().series)
    ]
    write_frame(pd.concat(forecasts), BASELINES)
    log.info("baseline: %s", ", ".join(params.methods) or "none")


if __name__ == "__main__":
    run(main)
