"""evaluate: walk forward over the test rows and compare with the baselines on the original scale."""

from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from statecast.base.errors import require
from statecast.base.files import read_arrays, read_frame, read_json, write_frame, write_json
from statecast.base.stage import run
from statecast.evaluation import scores as report
from statecast.evaluation.ahead import Ahead, Undo, errors_ahead, forecasts_ahead, measures_ahead, table_ahead
from statecast.evaluation.measures import mean_over_series, rmse, seasonal_naive_error
from statecast.evaluation.parts import Forecasts, baselines_of, interval_table, long_forecasts
from statecast.forecasting.alignment import rows_of, series_of, training_values, true_values
from statecast.forecasting.rebatched import Rebatched, rebatched_from_json
from statecast.forecasting.walk_forward import on_original_scale, walk_forward
from statecast.network.ensemble import Model, model_from
from statecast.network.rows import Series, read_series
from statecast.params.section import Count, CountOrZero, Number, Section, load_section
from statecast.params.series import Season

NOTHING_AHEAD = pd.DataFrame(columns=["step", "method", "rmse", "std"])


class Evaluate(Section):
    """How the forecasts are made and what is reported of them."""

    warm_up: bool
    level: Annotated[Number, Field(gt=0, lt=1)] = 0.9
    horizon: Count = 1
    decimals: CountOrZero | None = None


class Files(NamedTuple):
    """What the stages before wrote."""

    truth: pd.DataFrame
    inverse: dict[str, Any]
    scaler: dict[str, Any]
    row: dict[str, Any]  # what a row is
    rebatched: Rebatched
    baselines: pd.DataFrame


def forecasts_of(model: Model, one: Series, part: str, files: Files, *, warm_up: bool, season_length: int) -> Forecasts:
    """Return the forecasts of a part, the true values and the baselines beside them."""
    y = true_values(one, files.truth)
    scaled = walk_forward(model, one, part, files.rebatched, warm_up=warm_up)[..., 0]
    forecast = on_original_scale(scaled, y, one, part, scaler=files.scaler, inverse=files.inverse)
    rows = rows_of(one, part, y)
    return Forecasts(
        one.unique_id,
        one.ds[one.part(part)],
        y[rows],
        y[rows.start - 1 : rows.stop - 1],
        seasonal_naive_error(training_values(one, y), season_length),
        forecast,
        baselines_of(files.baselines, one.unique_id, part),
    )


def all_forecasts(
    model: Model, all_series: list[Series], files: Files, section: Evaluate
) -> dict[str, list[Forecasts]]:
    """Return the forecasts of the validation and the test rows of all series that have some."""
    season_length = load_section(Season, "series").season_length
    return {
        part: [
            forecasts_of(model, one, part, files, warm_up=section.warm_up, season_length=season_length)
            for one in all_series
            if len(one.y[one.part(part)])
        ]
        for part in ("validation", "test")
    }


def all_ahead(model: Model, all_series: list[Series], files: Files, horizon: int) -> list[Ahead]:
    """Return the forecasts of several steps ahead of all series with enough test rows."""
    season_length = load_section(Season, "series").season_length
    undo = Undo(files.row, files.scaler, files.inverse)
    found = []
    for one in all_series:
        y = true_values(one, files.truth)
        ahead = forecasts_ahead(model, one, y, files.rebatched, undo, horizon=horizon, season_length=season_length)
        found += [ahead] if ahead else []
    where = "params.yaml: evaluate.horizon"
    require(bool(found), where, "be at most the number of test rows of a series", horizon)
    return found


def residuals_of(validation: list[Forecasts], known: set[str]) -> dict[str, np.ndarray]:
    """Return the ensemble's residuals on the validation rows by series; those of its folds together."""
    found: dict[str, list[np.ndarray]] = {}
    for part in validation:
        found.setdefault(series_of(part.unique_id, known), []).append(part.ensemble() - part.y)
    return {name: np.concatenate(each) for name, each in found.items()}


def main(
    series: Path,
    inverse: Path,
    scaled: Path,
    scaler: Path,
    rebatched_weights: Path,
    rebatched: Path,
    baselines: Path,
    metrics: Path,
    errors: Path,
    forecasts: Path,
    each_series: Path,
    intervals: Path,
    ahead: Path,
) -> None:
    """Write ``metrics/evaluate.json`` and the tables behind the plots."""
    section = load_section(Evaluate, "evaluate")
    networks = rebatched_from_json(read_json(rebatched))
    row = read_json(scaled / "frame.json")
    files = Files(read_frame(series), read_json(inverse), read_json(scaler), row, networks, read_frame(baselines))
    model = model_from(read_arrays(rebatched_weights), networks.network)
    all_series = read_series(scaled)
    found = all_forecasts(model, all_series, files, section)
    test, validation = found["test"], found["validation"]
    content = report.measures(test)
    beside = report.measures(validation) if validation else None
    content |= report.best_baseline(content, beside)
    best = content["best_baseline"]
    content["diebold_mariano"] = report.significance(test, best)
    bounds = report.intervals_of(test, residuals_of(validation, set(files.truth["unique_id"])), section.level)
    content["interval"] = report.interval_figures(test, bounds, section.level)
    table = report.by_series(test, best)
    if len(test) > 1:
        content["series"] = report.over_series(table)
    found_ahead = all_ahead(model, all_series, files, section.horizon) if section.horizon > 1 else []
    if found_ahead:
        content["ahead"] = measures_ahead(errors_ahead(found_ahead))
    if section.decimals is not None:
        content["share_all_right"] = report.share_all_right(test, section.decimals)
    if beside:
        content["validation"] = beside
    write_json(content, metrics)
    by_seed = {"rmse": test} | ({"validation_rmse": validation} if validation else {})
    columns = {name: mean_over_series([rmse(p.forecast, p.y) for p in parts]) for name, parts in by_seed.items()}
    write_frame(pd.DataFrame({"seed": model.seeds, **columns}), errors)
    write_frame(long_forecasts(test, model.seeds), forecasts)
    write_frame(table, each_series)
    write_frame(interval_table(test, bounds), intervals)
    write_frame(table_ahead(errors_ahead(found_ahead)) if found_ahead else NOTHING_AHEAD, ahead)


if __name__ == "__main__":
    run(main)
