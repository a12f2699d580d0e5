"""A study's own forecast: that of its best configurations and of methods together.

Shape letters: D series, K origins, H steps ahead.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.evaluation.measures import number
from statecast.evaluation.part_ahead import PartAhead, rmse_by_series
from statecast.evaluation.scores import significance_figures
from statecast.evaluation.significance import diebold_mariano
from statecast.forecasting.future import next_times
from statecast.study.file import Combine
from statecast.study.local import Train
from statecast.study.measuring import Ready
from statecast.study.members import (
    Chosen,
    method_after,
    method_member,
    network_member,
    networks_after,
)
from statecast.study.together import (
    Combination,
    Halves,
    Rule,
    combination_of,
    halves_after,
    halves_held_out,
)

PERSISTENCE = "persistence"
Figures = dict[str, Any]


def _nothing() -> None:
    """Do nothing after a member."""


class After(NamedTuple):
    """What comes after the end of each series."""

    ds: list[np.ndarray]  # of each series [H]
    forecast: list[Floats]  # of each series [H]
    halves: Halves  # half the width of the interval


class Combined(NamedTuple):
    """The best configurations and methods together."""

    together: Combination
    networks: int  # how many of the members are networks; they are the first
    test_ds: list[np.ndarray]  # of each series, its test rows [K]
    held_out: Halves  # half the width of the interval on the test rows
    level: float  # the share of the true values that intervals are to hold
    after: After | None  # None: no horizon is asked for, or inputs after the end are not known

    @property
    def methods(self) -> list[str]:
        """Return the members without a network, persistence as the last."""
        return [own.name for own in self.together.members[self.networks :]]


def combined_of(
    chosen: Sequence[Chosen],
    section: Combine,
    train: Train,
    *,
    season_length: int,
    done: Callable[[], object] = _nothing,
) -> Combined:
    """Combine configurations with methods, and forecast what comes next.

    Args:
        chosen: the configurations, the best first.
        section: how they are combined.
        train: trains the configurations anew on all rows.
        season_length: rows in a season.
        done: is called after each member.

    Raises:
        StatecastError: the configurations forecast different rows.
        Exception: what a training raises.

    """
    judged, tested = (own.ready for own in chosen[0])
    asked = horizon_of([own.tested.ready for own in chosen])
    horizon = max(asked, 1)
    members = []
    for own in chosen:
        members.append(network_member(own, horizon))
        done()
    for method in (*section.baselines, PERSISTENCE):
        members.append(
            method_member(method, judged, tested, season_length=season_length, horizon=horizon)
        )
        done()
    rule = Rule(section.weights, section.power, section.floor is not None)
    together = combination_of(members[:-1], members[-1], rule)
    after = None
    if asked:
        after = _after(chosen, together, train, section.level, asked, season_length)
    return Combined(
        together=together,
        networks=len(chosen),
        test_ds=[own.rows.ds[own.rows.part("test")] for own in tested.with_part("test")],
        held_out=halves_held_out(together, section.level),
        level=section.level,
        after=after,
    )


def _after(
    chosen: Sequence[Chosen],
    together: Combination,
    train: Train,
    level: float,
    horizon: int,
    season_length: int,
) -> After:
    """Return what comes next; all members are fitted anew on all rows."""
    ready = chosen[0].tested.ready
    forecasts: list[Sequence[Floats | None]] = []
    forecasts += networks_after([own.tested for own in chosen], train, horizon)
    for own in together.members[len(chosen) :]:
        forecasts.append(
            method_after(own.name, ready, season_length=season_length, horizon=horizon)
        )
    times = next_times(ready.after.differenced, horizon, ready.after.frequency)
    ds = {str(name): own.to_numpy() for name, own in times.groupby("unique_id")["ds"]}
    return After(
        ds=[ds[name] for name in together.names],
        forecast=together.after(forecasts),
        halves=halves_after(together, level),
    )


def horizon_of(configurations: Sequence[Ready]) -> int:
    """Return how many steps after the end all configurations can forecast; 0: one of them none."""
    return min(ready.after.horizon(ready.inputs) for ready in configurations)


def held_out_table(combined: Combined) -> pd.DataFrame:
    """Return ``unique_id, ds, y, forecast, low, high`` of the test rows, one step ahead.

    A value that is not judged is NaN, as are the bounds of a series with too few validation rows.
    """
    tables = []
    for own, ds in zip(combined.together.test, combined.test_ds, strict=True):
        half = _at(combined.held_out[own.key.unique_id], 0)
        forecast = own.forecast[:, 0]
        columns = {
            "unique_id": own.key.unique_id,
            "ds": ds,
            "y": own.y[:, 0],
            "forecast": forecast,
            "low": forecast - half,
            "high": forecast + half,
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def ahead_table(combined: Combined) -> pd.DataFrame:
    """Return ``step, forecasts, rmse, coverage, width`` over the test rows of all series.

    The RMSE is the mean over the series that have forecasts of the step, as the RMSE of the figures
    is. Coverage is the share of the true values that the interval of the step holds; the interval
    is made of the validation errors alone. It and its width are NaN where a series has no interval.
    """
    rows = []
    horizon = combined.together.test[0].forecast.shape[1]
    for step in range(horizon):
        residuals = [_known(own, step) for own in combined.together.test]
        halves = [_at(combined.held_out[own.key.unique_id], step) for own in combined.together.test]
        errors = np.concatenate(residuals)
        of_series = [np.sqrt(np.mean(own**2)) for own in residuals if len(own)]
        half = np.repeat(halves, [len(own) for own in residuals])
        has_interval = bool(np.isfinite(half).all()) and len(errors) > 0
        row = {
            "step": step + 1,
            "forecasts": len(errors),
            "rmse": float(np.mean(of_series)) if of_series else np.nan,
            "coverage": float(np.mean(np.abs(errors) <= half)) if has_interval else np.nan,
            "width": float(2 * np.mean(half)) if has_interval else np.nan,
        }
        rows.append(row)
    return pd.DataFrame(rows)


def future_table(combined: Combined) -> pd.DataFrame:
    """Return ``unique_id, ds, step, forecast, low, high``; no rows where nothing was asked for."""
    after = combined.after
    columns = ["unique_id", "ds", "step", "forecast", "low", "high"]
    if after is None:
        return pd.DataFrame(columns=columns)
    tables = []
    for name, ds, forecast in zip(combined.together.names, after.ds, after.forecast, strict=True):
        own = after.halves[name]
        half = np.full(len(ds), np.nan) if own is None else own
        steps = np.arange(1, len(ds) + 1)
        values = (name, ds, steps, forecast, forecast - half, forecast + half)
        tables.append(pd.DataFrame(dict(zip(columns, values, strict=True))))
    return pd.concat(tables, ignore_index=True)


def combined_figures(combined: Combined) -> Figures:
    """Return the RMSE of the combined forecast beside those of its members, and their weights."""
    together = combined.together
    rule = together.rule
    members = _members(together)
    networks = [own.name for own in together.members[: combined.networks]]
    return {
        "weights": rule.weights,
        "power": rule.power if rule.weights == "validation" else None,
        "floor": PERSISTENCE if rule.is_floored else None,
        "configurations": networks,
        "rmse": _mean(rmse_by_series(together.test, together.names, step=0)),
        "validation_rmse": _mean(rmse_by_series(together.validation, together.names, step=0)),
        "best": {
            "configuration": networks[0],
            "rmse_of_mean_forecast": members[networks[0]]["rmse"],
        },
        "best_baseline": _best_baseline(combined),
        "interval": _interval_figures(combined),
        "unjudged": unjudged_count(combined),
        "ahead": _plain(ahead_table(combined)),
        "members": members,
    }


def unjudged_count(combined: Combined) -> int:
    """Return how many values of the test rows were filled, or come after one that was."""
    return sum(int(np.isnan(own.y[:, 0]).sum()) for own in combined.together.test)


def lines_of(figures: Figures) -> list[str]:
    """Return what a terminal shows of the figures."""
    best = figures["best_baseline"]
    interval = figures["interval"]
    one_step = _shown(interval["coverage"])
    all_steps = _shown(interval["coverage_ahead"])
    lines = [
        f"combined: RMSE {_shown(figures['rmse'])}, weights {figures['weights']}",
        f"best network alone: {_shown(figures['best']['rmse_of_mean_forecast'])}",
        f"best baseline: {best['method']} {_shown(best['rmse'])}",
        f"interval for {interval['level']:.0%}: coverage {one_step}, at all steps {all_steps}",
    ]
    if figures["unjudged"]:
        lines.append(f"not judged: {figures['unjudged']} test rows in or right after a gap")
    heaviest = sorted(figures["members"].items(), key=lambda item: -item[1]["weight"])
    return lines + [f"weight {own['weight']:.3f} {name}" for name, own in heaviest]


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


def _members(together: Combination) -> Figures:
    """Return weights and errors of each member; persistence, which may be one twice, has a sum."""
    members: Figures = {}
    for own, weights, ahead in zip(
        together.members, together.weights, together.weights_ahead, strict=True
    ):
        before = members.get(own.name, {"weight": 0.0, "weight_ahead": 0.0})
        members[own.name] = {
            "weight": before["weight"] + float(weights.mean()),
            "weight_ahead": before["weight_ahead"] + float(ahead.mean()),
            "validation_rmse": _mean(own.validation_rmse(together.names, step=0)),
            "rmse": _mean(own.test_rmse(together.names)),
        }
    return members


def _best_baseline(combined: Combined) -> Figures:
    """Return the method with the lowest RMSE on the test rows, which is the hardest to beat.

    The Diebold-Mariano statistic is negative where the combined forecast is better.
    """
    together = combined.together
    methods = together.members[combined.networks :]
    errors = [float(own.test_rmse(together.names).mean()) for own in methods]
    is_known = np.isfinite(errors)
    place = int(np.nanargmin(errors)) if is_known.any() else len(methods) - 1
    best = methods[place]
    tests = [
        diebold_mariano(_known(ours, 0), _known(theirs, 0))
        for ours, theirs in zip(together.test, best.test, strict=True)
    ]
    return {
        "method": best.name,
        "rmse": number(errors[place]),
        "diebold_mariano": significance_figures(tests),
    }


def _interval_figures(combined: Combined) -> Figures:
    """Return the mean over series of coverage and width one step ahead, and coverage of all."""
    ahead = ahead_table(combined)
    judged = ahead[ahead["forecasts"] > 0]
    held = judged["coverage"] * judged["forecasts"]
    coverages = []
    widths = []
    for own in combined.together.test:
        half = _at(combined.held_out[own.key.unique_id], 0)
        is_held = np.abs(_known(own, 0)) <= half
        is_unknown = np.isnan(half) or not is_held.size
        coverages.append(np.nan if is_unknown else float(np.mean(is_held)))
        widths.append(2 * half)
    return {
        "level": combined.level,
        "coverage": number(np.mean(coverages)),
        "width": number(np.mean(widths)),
        "coverage_ahead": number(held.sum(skipna=False) / judged["forecasts"].sum())
        if len(judged)
        else None,
    }


def _known(own: PartAhead, step: int) -> Floats:
    """Return the errors at a step of the forecasts whose true value is known."""
    return own.residuals()[np.isfinite(own.y[:, step]), step]


def _at(half: Floats | None, step: int) -> float:
    return np.nan if half is None else float(half[step])


def _plain(table: pd.DataFrame) -> list[Figures]:
    """Return the rows of a table as JSON takes them."""
    whole = ("step", "forecasts")
    rows = table.to_dict("records")
    return [
        {str(key): int(own) if key in whole else number(own) for key, own in row.items()}
        for row in rows
    ]


def _mean(of_series: Floats) -> float | None:
    return number(of_series.mean())
