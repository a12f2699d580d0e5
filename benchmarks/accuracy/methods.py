"""Forecasts by the automatic models of statsforecast, series by series."""

from collections.abc import Sequence

import numpy as np

from benchmarks.accuracy.competition import HORIZON, SEASON, stacked_forecasts
from statecast.base.arrays import Floats


def forecasts(histories: Sequence[Floats], model: str) -> Floats:
    """Return the forecasts of the steps after each history [D, H].

    Args:
        histories: of each series.
        model: a class of statsforecast.models, AutoETS say.

    """
    return stacked_forecasts([forecast(y, model) for y in histories])


def forecast(y: Floats, model: str) -> Floats:
    """Return the forecast of the steps after a series [H].

    A model without a season stands in where the one with it cannot be fitted, and the last value
    where neither can.
    """
    seasons = (SEASON, 1) if len(y) >= 2 * SEASON else (1,)
    for season in seasons:
        ahead = _fitted(y, model, season)
        if ahead is not None:
            return ahead
    return np.full(HORIZON, y[-1])


def _fitted(y: Floats, model: str, season: int) -> Floats | None:
    from statsforecast import models

    try:
        # candidates without degrees of freedom divide by zero, and are then not chosen
        with np.errstate(all="ignore"):
            fitted = getattr(models, model)(season_length=season).fit(y)
            ahead = np.asarray(fitted.predict(HORIZON)["mean"], float)
    except Exception:  # noqa: BLE001 (the models raise bare Exception, KeyError and others)
        return None
    return ahead if np.isfinite(ahead).all() else None
