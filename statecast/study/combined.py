"""The figures of a study's combined forecast, and its table.

Shape letters: D series, N rows.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.evaluation.measures import number
from statecast.evaluation.scores import significance_figures
from statecast.evaluation.significance import diebold_mariano
from statecast.forecasting.intervals import Interval, half_width
from statecast.study.combination import (
    ForecastRows,
    MemberForecasts,
    Rule,
    Together,
    rmse_by_series,
)

Figures = dict[str, Any]


def combined_table(together: Together, rows: ForecastRows, level: float) -> pd.DataFrame:
    """Return ``unique_id, ds, y, forecast, low, high`` of the test rows.

    The interval is conformal, from the errors on the validation rows of all folds. A series has
    none if these are too few.

    Args:
        together: the combined forecasts.
        rows: what they forecast.
        level: the share of the true values that the interval is to hold.

    """
    y = rows.validation["y"].to_numpy(np.float64)
    residuals = together.validation - y
    numbers = rows.numbers(rows.validation)
    halves = [half_width(residuals[numbers == own], level) for own in range(len(rows.names()))]
    half = np.array([np.nan if own is None else own for own in halves])  # [D]
    half = half[rows.numbers(rows.test)]  # [N]
    return rows.test.drop(columns="fold").assign(
        forecast=together.test, low=together.test - half, high=together.test + half
    )


def combined_figures(
    together: Together,
    networks: Sequence[MemberForecasts],
    baselines: Sequence[MemberForecasts],
    persistence: MemberForecasts,
    rows: ForecastRows,
    *,
    rule: Rule,
    level: float,
) -> Figures:
    """Return the RMSE of the combined forecast beside those of its members, and their weights.

    Args:
        together: the combined forecasts.
        networks: the members that are networks, the best by validation first.
        baselines: the other members.
        persistence: the floor.
        rows: what was forecast.
        rule: how the members were weighed.
        level: of the interval.

    """
    table = combined_table(together, rows, level)
    everyone = [*networks, *baselines, persistence]
    weights = dict(zip((own.name for own in everyone), together.weights, strict=True))
    if "persistence" in [own.name for own in baselines]:
        weights["persistence"] = together.weights[[-1, _place(baselines, len(networks))]].sum(0)
    members = {own.name: _figures_of(own, weights[own.name], rows) for own in everyone}
    return {
        "weights": rule.weights,
        "power": rule.power if rule.weights == "validation" else None,
        "floor": "persistence" if rule.is_floored else None,
        "configurations": [own.name for own in networks],
        "rmse": _mean(rmse_by_series(together.test, rows, rows.test)),
        "validation_rmse": _mean(rmse_by_series(together.validation, rows, rows.validation)),
        "best": {
            "configuration": networks[0].name,
            "rmse_of_mean_forecast": members[networks[0].name]["rmse"],
        },
        "best_baseline": _best_baseline(together, [*baselines, persistence], rows),
        "interval": _interval_figures(table, level),
        "members": members,
    }


def lines_of(figures: Figures) -> list[str]:
    """Return what a terminal shows of the figures."""
    best = figures["best_baseline"]
    interval = figures["interval"]
    lines = [
        f"combined: RMSE {_shown(figures['rmse'])}, weights {figures['weights']}",
        f"best network alone: {_shown(figures['best']['rmse_of_mean_forecast'])}",
        f"best baseline: {best['method']} {_shown(best['rmse'])}",
        f"interval for {interval['level']:.0%}: coverage {_shown(interval['coverage'])}",
    ]
    heaviest = sorted(figures["members"].items(), key=lambda item: -item[1]["weight"])
    return lines + [f"weight {own['weight']:.3f} {name}" for name, own in heaviest]


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


def _place(baselines: Sequence[MemberForecasts], before: int) -> int:
    return before + [own.name for own in baselines].index("persistence")


def _figures_of(member: MemberForecasts, weights: Floats, rows: ForecastRows) -> Figures:
    return {
        "weight": float(weights.mean()),
        "validation_rmse": _mean(rmse_by_series(member.validation, rows, rows.validation)),
        "rmse": _mean(rmse_by_series(member.test, rows, rows.test)),
    }


def _best_baseline(
    together: Together, baselines: Sequence[MemberForecasts], rows: ForecastRows
) -> Figures:
    """Return the baseline with the lowest RMSE on the test rows, which is the hardest to beat.

    The Diebold-Mariano statistic is negative where the combined forecast is better.
    """
    errors = [rmse_by_series(own.test, rows, rows.test).mean() for own in baselines]
    best = baselines[int(np.nanargmin(errors))]
    y = rows.test["y"].to_numpy(np.float64)
    numbers = rows.numbers(rows.test)
    tests = []
    for series in range(len(rows.names())):
        own = numbers == series
        tests.append(diebold_mariano((together.test - y)[own], (best.test - y)[own]))
    return {
        "method": best.name,
        "rmse": float(np.nanmin(errors)),
        "diebold_mariano": significance_figures(tests),
    }


def _interval_figures(table: pd.DataFrame, level: float) -> Figures:
    """Return the coverage on the test rows and the width, the means over series."""
    coverages = []
    widths = []
    for _, own in table.groupby("unique_id", sort=False, observed=True):
        interval = Interval(own["low"].to_numpy(), own["high"].to_numpy())
        is_known = bool(np.isfinite(interval.low).all())
        coverages.append(interval.coverage(own["y"].to_numpy()) if is_known else np.nan)
        widths.append(interval.width())
    return {
        "level": level,
        "coverage": number(np.mean(coverages)),
        "width": number(np.mean(widths)),
    }


def _mean(of_series: Floats) -> float | None:
    return number(of_series.mean())
