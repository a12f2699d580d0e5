"""The figures of metrics/evaluate.json, and those of each series.

A figure of several series is the mean over them, and null where one of them has none.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from statecast.evaluation.measures import direction, mae, mean_over_series, number, rmse, skill, smape, summary
from statecast.evaluation.parts import Forecasts
from statecast.evaluation.significance import Significance, diebold_mariano
from statecast.forecasting.intervals import Interval, conformal, of_repeats

Floats = npt.NDArray[np.float64]
MEASURES = ("rmse", "mae", "mase", "smape", "direction")
SIGNIFICANT = 0.05  # p-value below which a difference counts in the summary over series


def errors(forecast: Floats, part: Forecasts) -> dict[str, Floats]:
    """Return each of MEASURES of forecasts [..., N] of a part, [...]."""
    absolute = mae(forecast, part.y)
    found = (
        rmse(forecast, part.y),
        absolute,
        absolute / part.naive_error,
        smape(forecast, part.y),
        direction(forecast, part.y, part.before),
    )
    return dict(zip(MEASURES, found, strict=True))


def measures(parts: list[Forecasts]) -> dict[str, Any]:
    """Return the metrics of a part: mean over series, then over repeats; the ensemble and the baselines beside."""
    each = _mean([errors(part.forecast, part) for part in parts])
    persistence = float(mean_over_series([rmse(part.before, part.y) for part in parts]))
    spread = summary(each["rmse"])
    return {
        "rmse": spread,
        "persistence": {"rmse": persistence},
        "skill": skill(spread["mean"] or 0.0, persistence),
        **{name: _mean_and_std(each[name]) for name in MEASURES[1:]},
        "ensemble": _figures(_mean([errors(part.ensemble(), part) for part in parts])),
        "baselines": {
            method: _figures(_mean([errors(part.baselines[method], part) for part in parts]))
            for method in common_methods(parts)
        },
    }


def common_methods(parts: list[Forecasts]) -> list[str]:
    """Return the baselines that forecast every series."""
    return [method for method in parts[0].baselines if all(method in part.baselines for part in parts)]


def best_baseline(test: dict[str, Any], validation: dict[str, Any] | None) -> dict[str, str | None]:
    """Return the baseline with the lowest RMSE on the validation rows; on the test rows where there are none."""
    known = validation or test
    by_rmse = {name: known["baselines"][name]["rmse"] for name in known["baselines"] if name in test["baselines"]}
    chosen_by = "validation" if validation else "test"
    return {
        "best_baseline": min(by_rmse, key=lambda name: by_rmse[name], default=None),
        "best_baseline_chosen_by": chosen_by if by_rmse else None,
    }


def significance(parts: list[Forecasts], best: str | None) -> dict[str, Any]:
    """Return the Diebold-Mariano tests of the ensemble against persistence and the best baseline.

    Several series are tested one by one, since their errors have scales of their own; the figures are then in how many
    of them the ensemble is significantly better and worse.
    """
    found = {"persistence": [_test(part, None) for part in parts]}
    found["best_baseline"] = [_test(part, best) if best else None for part in parts]
    return {against: _in_figures(tests) for against, tests in found.items()}


def _test(part: Forecasts, method: str | None) -> Significance | None:
    other = part.before if method is None else part.baselines[method]
    return diebold_mariano(part.ensemble() - part.y, other - part.y)


def _in_figures(tests: list[Significance | None]) -> dict[str, float | None]:
    if len(tests) == 1:
        return {"statistic": None, "p": None} if tests[0] is None else tests[0]._asdict()
    clear = [test.statistic for test in tests if test is not None and test.p < SIGNIFICANT]
    return {"series": len(tests), "better": sum(one < 0 for one in clear), "worse": sum(one > 0 for one in clear)}


def intervals_of(test: list[Forecasts], residuals: dict[str, Floats], level: float) -> dict[str, list[Interval | None]]:
    """Return the prediction intervals of each test series, by method.

    Args:
        test: the forecasts.
        residuals: of the ensemble on the validation rows, by series; a series may be missing.
        level: the share of the values that is to be held.

    """
    none = np.zeros(0)
    return {
        "repeats": [of_repeats(part.forecast, level) for part in test],
        "conformal": [conformal(part.ensemble(), residuals.get(part.unique_id, none), level) for part in test],
    }


def interval_figures(
    test: list[Forecasts], intervals: dict[str, list[Interval | None]], level: float
) -> dict[str, Any]:
    """Return level, and coverage and width of each method: mean over series; null where one has no interval."""
    content: dict[str, Any] = {"level": level}
    for method, each in intervals.items():
        pairs = [(found.coverage(part.y), found.width()) for part, found in zip(test, each, strict=True) if found]
        defined = len(pairs) == len(test)
        coverage, width = np.mean(pairs, axis=0) if defined else (None, None)
        content[method] = {"coverage": number(coverage), "width": number(width)}
    return content


def by_series(parts: list[Forecasts], best: str | None) -> pd.DataFrame:
    """Return a row a series: RMSE of repeats, ensemble and baselines, the skill, and the tests' p-values."""
    rows = []
    for part in parts:
        spread, persistence = summary(rmse(part.forecast, part.y)), float(rmse(part.before, part.y))
        against = {"p_persistence": _test(part, None), "p_best_baseline": _test(part, best) if best else None}
        rows.append(
            {
                "unique_id": part.unique_id,
                "rmse_mean": spread["mean"],
                "rmse_std": spread["std"],
                "rmse_ensemble": float(rmse(part.ensemble(), part.y)),
                "rmse_persistence": persistence,
                "rmse_best_baseline": float(rmse(part.baselines[best], part.y)) if best else None,
                "skill": skill(spread["mean"] or 0.0, persistence),
                **{name: test.p if test else None for name, test in against.items()},
            }
        )
    return pd.DataFrame(rows)


def over_series(table: pd.DataFrame) -> dict[str, Any]:
    """Return how the figures of ``by_series`` spread over the series."""
    skills = table["skill"].dropna().astype(float)
    return {
        "count": len(table),
        "rmse": summary(table["rmse_mean"]),
        "skill": summary(skills) if len(skills) else None,
        "share_better_than_persistence": float((table["rmse_mean"] < table["rmse_persistence"]).mean()),
    }


def share_all_right(parts: list[Forecasts], decimals: int) -> float:
    """Return the share of repeats whose forecasts, rounded, are all the true values."""
    right = [np.round(part.forecast, decimals) == np.round(part.y, decimals) for part in parts]
    return float(np.concatenate(right, axis=1).all(axis=1).mean())


def _mean(each: list[dict[str, Floats]]) -> dict[str, Floats]:
    return {name: mean_over_series([found[name] for found in each]) for name in MEASURES}


def _figures(found: dict[str, Floats]) -> dict[str, float | None]:
    return {name: number(figure) for name, figure in found.items()}


def _mean_and_std(values: Floats) -> dict[str, float | None]:
    return {"mean": number(values.mean()), "std": number(values.std(ddof=1)) if len(values) > 1 else None}
