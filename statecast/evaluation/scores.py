"""All figures of an evaluation, and the few of them that people sort by.

A figure of several series is the mean over them, and None if a series has no such figure. Shape
letters: R repeats, N rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.evaluation.measures import (
    Figures,
    direction,
    direction_by_size,
    flatness,
    mae,
    mean_and_std,
    mean_over_series,
    number,
    rmse,
    skill,
    smape,
    spread,
)
from statecast.evaluation.parts import PartForecasts
from statecast.evaluation.significance import Significance, diebold_mariano

MEASURES = ("rmse", "mae", "mase", "smape", "direction", "direction_by_size", "flatness")
SIGNIFICANT = 0.05  # a p-value below it counts in the summary over series

Scores = dict[str, Any]  # nested figures by name, as in the JSON file


def errors(forecast: Floats, part: PartForecasts) -> dict[str, Floats]:
    """Return each of MEASURES of forecasts [..., N] of a part, [...]."""
    absolute = mae(forecast, part.y)
    return {
        "rmse": rmse(forecast, part.y),
        "mae": absolute,
        "mase": absolute / part.naive_error,
        "smape": smape(forecast, part.y),
        "direction": direction(forecast, part.y, part.before),
        "direction_by_size": direction_by_size(forecast, part.y, part.before),
        "flatness": flatness(forecast, part.y),
    }


class PartErrors(NamedTuple):
    """Each of MEASURES of all forecasts of a part of one series."""

    network: dict[str, Floats]  # each [R]
    ensemble: dict[str, Floats]
    persistence: dict[str, Floats]
    baselines: dict[str, dict[str, Floats]]  # of each method


def part_errors(part: PartForecasts) -> PartErrors:
    """Return the errors of all forecasts of a part."""
    return PartErrors(
        network=errors(part.forecast, part),
        ensemble=errors(part.ensemble(), part),
        persistence=errors(part.before, part),
        baselines={method: errors(own, part) for method, own in part.baselines.items()},
    )


def part_scores(measured: Sequence[PartErrors]) -> Scores:
    """Return the figures of a part: of the repeats, of the ensemble and of each baseline.

    Args:
        measured: of each series, from ``part_errors``.

    """
    network = _mean_errors([own.network for own in measured])  # each [R]
    ensemble = _mean_errors([own.ensemble for own in measured])
    persistence = float(mean_over_series([own.persistence["rmse"] for own in measured]))
    by_repeat = spread(network["rmse"])
    return {
        "rmse": by_repeat,
        "persistence": {"rmse": persistence},
        "skill": skill(by_repeat["mean"] or 0.0, persistence),
        **{name: mean_and_std(network[name]) for name in MEASURES[1:]},
        "ensemble": _figures(ensemble),
        "baselines": {
            method: _figures(_mean_errors([own.baselines[method] for own in measured]))
            for method in common_methods(measured)
        },
    }


def common_methods(measured: Sequence[PartErrors]) -> list[str]:
    """Return the baselines that forecast every series."""
    return [
        method
        for method in measured[0].baselines
        if all(method in own.baselines for own in measured)
    ]


def best_baseline(test: Scores, validation: Scores | None) -> Scores:
    """Return the baseline with the lowest RMSE, and on which rows.

    These are the validation rows, or the test rows if there are no validation rows.
    """
    judged_by = validation or test
    by_method = {
        method: figures["rmse"]
        for method, figures in judged_by["baselines"].items()
        if method in test["baselines"]
    }
    best = min(by_method, key=lambda method: by_method[method], default=None)
    chosen_by = "validation" if validation else "test"
    return {"best_baseline": best, "best_baseline_chosen_by": chosen_by if best else None}


def headline(scores: Scores) -> Scores:
    """Return the figures that people sort experiments by: ten at most."""
    best = scores["best_baseline"]
    figures = {
        "rmse": _mean_and_std_of(scores["rmse"]),
        "skill": scores["skill"],
        "ensemble": {"rmse": scores["ensemble"]["rmse"]},
        "persistence": {"rmse": scores["persistence"]["rmse"]},
        "best_baseline": {
            "method": best,
            "rmse": scores["baselines"][best]["rmse"] if best else None,
        },
    }
    if "share_all_right" in scores:
        figures["share_all_right"] = scores["share_all_right"]
    if "validation" in scores:
        figures["validation"] = {"rmse": _mean_and_std_of(scores["validation"]["rmse"])}
    return figures


def significance(parts: Sequence[PartForecasts], best: str | None) -> Scores:
    """Return the Diebold-Mariano tests of the ensemble against persistence and the best baseline.

    Several series are tested one by one, since their errors have scales of their own. The figures
    then say in how many of them the ensemble is significantly better, and worse.
    """
    return {
        "persistence": significance_figures([against_persistence(part) for part in parts]),
        "best_baseline": significance_figures([against(part, best) for part in parts]),
    }


def against_persistence(part: PartForecasts) -> Significance | None:
    """Return the test of the ensemble against persistence; None if it is not defined."""
    return diebold_mariano(part.residuals(), part.before - part.y)


def against(part: PartForecasts, method: str | None) -> Significance | None:
    """Return the test of the ensemble against a baseline; None without one or if not defined."""
    if method is None:
        return None
    return diebold_mariano(part.residuals(), part.baselines[method] - part.y)


def series_table(parts: Sequence[PartForecasts], best: str | None) -> pd.DataFrame:
    """Return a row a series: RMSE of all methods, skill, and p-values of the tests.

    Args:
        parts: the forecasts, one part a series.
        best: the best baseline; None: there is none.

    """
    rows = []
    for part in parts:
        by_repeat = mean_and_std(rmse(part.forecast, part.y))
        persistence = float(rmse(part.before, part.y))
        row = {
            "unique_id": part.key.unique_id,
            "rmse_mean": by_repeat["mean"],
            "rmse_std": by_repeat["std"],
            "rmse_ensemble": float(rmse(part.ensemble(), part.y)),
            "rmse_persistence": persistence,
            "rmse_best_baseline": float(rmse(part.baselines[best], part.y)) if best else None,
            "skill": skill(by_repeat["mean"] or 0.0, persistence),
            "p_persistence": _p(against_persistence(part)),
            "p_best_baseline": _p(against(part, best)),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def over_series(table: pd.DataFrame) -> Scores:
    """Return how the figures of ``series_table`` spread over the series."""
    skills = table["skill"].dropna().astype(float)
    is_better = table["rmse_mean"] < table["rmse_persistence"]
    return {
        "count": len(table),
        "rmse": spread(table["rmse_mean"]),
        "skill": spread(skills) if len(skills) else None,
        "share_better_than_persistence": float(is_better.mean()),
    }


def share_all_right(parts: Sequence[PartForecasts], decimals: int) -> float:
    """Return the share of repeats whose forecasts, rounded, are all the true values."""
    is_right = [np.round(part.forecast, decimals) == np.round(part.y, decimals) for part in parts]
    in_every_row = np.concatenate(is_right, axis=1).all(axis=1)  # [R]
    return float(in_every_row.mean())


def _mean_errors(by_series: Sequence[Mapping[str, Floats]]) -> dict[str, Floats]:
    means = {}
    for name in MEASURES:
        measured = [of_series[name] for of_series in by_series]
        means[name] = mean_over_series(measured)
    return means


def _figures(measured: Mapping[str, Floats]) -> Figures:
    return {name: number(figure) for name, figure in measured.items()}


def _mean_and_std_of(figures: Figures) -> Figures:
    return {name: figures[name] for name in ("mean", "std")}


def significance_figures(tests: Sequence[Significance | None]) -> Scores:
    """Return the test of one series; of several, in how many the first forecast is clearly better.

    Args:
        tests: of each series; None where one is not defined.

    """
    if len(tests) == 1:
        test = tests[0]
        return {"statistic": None, "p": None} if test is None else test._asdict()
    clear = [test.statistic for test in tests if test is not None and test.p < SIGNIFICANT]
    return {
        "series": len(tests),
        "better": sum(statistic < 0 for statistic in clear),
        "worse": sum(statistic > 0 for statistic in clear),
    }


def _p(test: Significance | None) -> float | None:
    return None if test is None else test.p
