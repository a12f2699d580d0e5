"""baseline: forecast validation and test rows with methods that know no network."""

import logging

from statecast.artifacts.frames import read_aligned
from statecast.artifacts.scaled import read_scaled
from statecast.artifacts.undo import read_inverse, read_scaler
from statecast.base.errors import require
from statecast.base.files import write_frame
from statecast.base.paths import BASELINES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.evaluation.baselines import baseline_forecasts
from statecast.evaluation.methods import MODELS, Method
from statecast.forecasting.undo import Undo
from statecast.params.baseline import BaselineParams
from statecast.params.series import SeriesParams

log = logging.getLogger(__name__)


@stage(BaselineParams, SeriesParams, method="scale.method")
def main() -> None:
    """Write ``unique_id, fold, ds, part, method, y, forecast, far_away``."""
    params = load(BaselineParams)
    season_length = load(SeriesParams).season_length
    undo = Undo(read_scaler(), read_inverse())
    numeric = not undo.scaler.is_symbols
    require(numeric, "`method`", "scale numbers for the baselines", undo.scaler.method)
    series = read_aligned(read_scaled().series)
    methods = affordable(params, len(series))
    forecasts = baseline_forecasts(
        series,
        methods,
        undo=undo,
        season_length=season_length,
        ridge_alpha=params.ridge_alpha,
    )
    write_frame(forecasts, BASELINES)
    log.info("baseline: %s", ", ".join(methods) or "none")


def affordable(params: BaselineParams, series: int) -> list[Method]:
    """Return the methods that so many series and folds are forecast with."""
    if params.automatic_up_to is None or series <= params.automatic_up_to:
        return params.methods
    left_out = [method for method in params.methods if method in MODELS]
    if left_out:
        many = f"{series} series and folds, baseline.automatic_up_to is {params.automatic_up_to}"
        log.info("baseline: %s left out (%s)", ", ".join(left_out), many)
    return [method for method in params.methods if method not in MODELS]


if __name__ == "__main__":
    run(main)
