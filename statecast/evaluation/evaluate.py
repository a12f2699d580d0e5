"""The whole evaluation: forecasts of the validation and test rows, figures and tables.

Shape letter: R repeats.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats, Ints
from statecast.base.errors import require
from statecast.base.identity import KEY_COLUMNS, SeriesKey
from statecast.data.inputs import Inputs
from statecast.evaluation.ahead import (
    ahead_scores,
    ahead_table,
    errors_ahead,
    forecasts_ahead,
)
from statecast.evaluation.coverage import interval_scores, intervals_of
from statecast.evaluation.measures import mean_over_series, rmse, seasonal_naive_error
from statecast.evaluation.outliers import scores_of
from statecast.evaluation.parts import (
    PartForecasts,
    forecasts_table,
    interval_table,
    residuals_by_series,
)
from statecast.evaluation.scores import (
    Scores,
    best_baseline,
    over_series,
    series_table,
    share_all_right,
    significance,
)
from statecast.forecasting.alignment import AlignedSeries
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.forecasting.walk_forward import forecast_part


class Evaluation(NamedTuple):
    """Figures, and the tables behind the plots."""

    scores: Scores
    rmse: pd.DataFrame  # seed, rmse, validation_rmse
    forecasts: pd.DataFrame  # from forecasts_table
    by_series: pd.DataFrame  # from series_table
    intervals: pd.DataFrame  # from interval_table
    ahead: pd.DataFrame  # step, method, rmse, std


def evaluate(
    networks: Rebatched,
    series: Sequence[AlignedSeries],
    baselines: pd.DataFrame,
    *,
    inputs: Inputs,
    undo: Undo,
    season_length: int,
    warm_up: bool = True,
    level: float = 0.9,
    horizon: int = 1,
    decimals: int | None = None,
    earlier: Mapping[str, Floats] | None = None,
) -> Evaluation:
    """Walk forward over the validation and test rows, and measure forecasts beside baselines.

    Args:
        networks: trained and rebatched.
        series: rows and true values.
        baselines: what the stage baseline wrote.
        inputs: what a row is.
        undo: what brings forecasts to the original scale.
        season_length: rows in a season.
        warm_up: whether the state has seen the rows before a part.
        level: the share of the values that the prediction intervals are to hold.
        horizon: steps ahead; above 1 each network is also fed its own forecasts.
        decimals: also tell the share of repeats whose forecasts are all right when rounded to so
            many decimals; None: do not.
        earlier: residuals by series for the intervals where there are no validation rows, from
            ``residuals_of_folds``; None: there are none.

    Raises:
        StatecastError: a row has no forecast, no test row is judged, or the horizon is longer
            than the test rows of all series.

    """
    _require_test_rows(series, horizon)
    methods = _baselines_by_part(baselines)
    far_away = _far_away_by_part(baselines)

    def forecasts_of(part: str) -> list[PartForecasts]:
        with_part = [aligned for aligned in series if aligned.rows.count(part)]
        forecasts = forecast_part(networks, with_part, part, undo, warm_up=warm_up)
        return [
            _part_forecasts(
                aligned,
                part,
                forecast,
                baselines=methods.get((aligned.key, part), {}),
                far_away=far_away.get((aligned.key, part), frozenset()),
                season_length=season_length,
            )
            for aligned, forecast in zip(with_part, forecasts, strict=True)
        ]

    validation = forecasts_of("validation")
    test = forecasts_of("test")
    ahead: dict[str, Floats] = {}
    if horizon > 1:
        ahead = errors_ahead(
            forecasts_ahead(
                networks,
                series,
                inputs=inputs,
                undo=undo,
                horizon=horizon,
                season_length=season_length,
                warm_up=warm_up,
            )
        )
    seeds = networks.ensemble.seeds
    residuals = residuals_by_series(_judged(validation)) or earlier or {}
    return _evaluation(seeds, validation, test, ahead, residuals, level=level, decimals=decimals)


def _require_test_rows(series: Sequence[AlignedSeries], horizon: int) -> None:
    most = max(aligned.rows.count("test") for aligned in series)
    must = "be at most the number of test rows of a series"
    require(horizon <= most, "`horizon`", must, horizon)


def _part_forecasts(
    series: AlignedSeries,
    part: str,
    forecast: Floats,
    *,
    baselines: dict[str, Floats],
    far_away: frozenset[str],
    season_length: int,
) -> PartForecasts:
    """Return the forecasts of a part of a series beside what they are measured against."""
    return PartForecasts(
        key=series.key,
        ds=series.rows.ds[series.rows.part(part)],
        y=series.values(part),
        is_judged=np.isfinite(series.judged_values(part)),
        before=series.values_before(part),
        naive_error=seasonal_naive_error(series.known_training_values(), season_length),
        forecast=forecast,
        baselines=baselines,
        far_away=far_away,
    )


def _evaluation(
    seeds: Ints,
    validation: list[PartForecasts],
    test: list[PartForecasts],
    ahead: Mapping[str, Floats],
    residuals: Mapping[str, Floats],
    *,
    level: float,
    decimals: int | None,
) -> Evaluation:
    """Return the figures and tables of forecasts that repeats with some seeds [R] made.

    The figures are those of known values; the tables have all rows.
    """
    judged = _judged(test)
    require(bool(judged), "`fill`", "leave a test row with a value of its own", "none")
    judged_before = _judged(validation)
    scores = scores_of(judged)
    validation_scores = scores_of(judged_before) if judged_before else None
    scores |= best_baseline(scores, validation_scores)
    best = scores["best_baseline"]
    table = series_table(judged, best)

    scores["diebold_mariano"] = significance(judged, best)
    scores["interval"] = interval_scores(judged, intervals_of(judged, residuals, level), level)
    if len(judged) > 1:
        scores["series"] = over_series(table)
    if ahead:
        scores["ahead"] = ahead_scores(ahead)
    if decimals is not None:
        scores["share_all_right"] = share_all_right(judged, decimals)
    if validation_scores is not None:
        scores["validation"] = validation_scores

    by_seed = {"seed": seeds, "rmse": _rmse(judged)}
    if judged_before:
        by_seed["validation_rmse"] = _rmse(judged_before)
    return Evaluation(
        scores=scores,
        rmse=pd.DataFrame(by_seed),
        forecasts=forecasts_table({"validation": validation, "test": test}, seeds),
        by_series=table,
        intervals=interval_table(test, intervals_of(test, residuals, level)),
        ahead=ahead_table(ahead),
    )


def _judged(parts: Sequence[PartForecasts]) -> list[PartForecasts]:
    """Return the rows of parts whose value is known; a part without one is left out."""
    return [part.judged() for part in parts if part.is_judged.any()]


def _rmse(parts: Sequence[PartForecasts]) -> Floats:
    """Return the RMSE of each repeat [R], the mean over series."""
    return mean_over_series([rmse(part.forecast, part.y) for part in parts])


def _baselines_by_part(
    table: pd.DataFrame,
) -> dict[tuple[SeriesKey, str], dict[str, Floats]]:
    """Return the forecasts of each method by series and part."""
    by_part: dict[tuple[SeriesKey, str], dict[str, Floats]] = {}
    group: Any
    for group, rows in table.groupby([*KEY_COLUMNS, "part", "method"], sort=False):
        unique_id, fold, part, method = group
        methods = by_part.setdefault((SeriesKey(unique_id, fold), part), {})
        methods[method] = rows["forecast"].to_numpy(float)
    return by_part


def _far_away_by_part(table: pd.DataFrame) -> dict[tuple[SeriesKey, str], frozenset[str]]:
    """Return the methods that are far away by series and part."""
    by_part: dict[tuple[SeriesKey, str], frozenset[str]] = {}
    far_away = table[table["far_away"] == 1]
    group: Any
    for group, rows in far_away.groupby([*KEY_COLUMNS, "part"], sort=False):
        unique_id, fold, part = group
        by_part[SeriesKey(unique_id, fold), part] = frozenset(rows["method"])
    return by_part
