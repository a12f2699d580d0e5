"""evaluate: walk forward over the test rows and compare with persistence on the original scale."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.command import run
from statecast.base.params import CountOrZero, Section, load_section
from statecast.base.storage import read_arrays, read_frame, read_json, write_frame, write_json
from statecast.data.inverse import Inverse
from statecast.evaluation.measures import mean_over_series, rmse, skill, summary
from statecast.evaluation.walk_forward import on_original_scale, walk_forward
from statecast.model.dataset import Series, fold_of, read_series
from statecast.model.rebatched import Rebatched, rebatched_from_json
from statecast.model.trained import Model, model_from


class Evaluate(Section):
    """How the forecasts are made."""

    warm_up: bool
    decimals: CountOrZero | None = None


class Files(NamedTuple):
    """What undoes the stages before."""

    inverse: Inverse
    scaler: dict[str, Any]
    rebatched: Rebatched


class Forecasts(NamedTuple):
    """Forecasts of one part of one series, on the original scale."""

    unique_id: str
    ds: np.ndarray  # [N]
    y: np.ndarray  # [N]
    persistence: np.ndarray  # [N]
    forecast: np.ndarray  # [R, N]


def true_values(truth: dict[str, pd.DataFrame], one: Series) -> np.ndarray:
    """Return y of a series on the original scale up to its last row, which a fold has before the series ends."""
    mine = truth[fold_of(one.unique_id)[0]]
    last = mine["ds"].tolist().index(one.ds[-1])
    return mine["y"].to_numpy(float)[: last + 1]


def with_rows(series: list[Series], part: str) -> list[Series]:
    """Return the series that have rows in a part: with folds, they alone have validation rows, and no test rows."""
    return [one for one in series if len(one.y[one.part(part)])]


def forecasts_of(model: Model, one: Series, part: str, y: np.ndarray, files: Files, *, warm_up: bool) -> Forecasts:
    """Return the forecasts of a part and the true values beside them."""
    scaled = walk_forward(model, one, part, files.rebatched, warm_up=warm_up)[..., 0]
    forecast = on_original_scale(scaled, y, one, part, scaler=files.scaler, inverse=files.inverse)
    last = len(y) - sum(one.sizes) + one.part(part).stop
    first = last - scaled.shape[1]
    return Forecasts(one.unique_id, one.ds[one.part(part)], y[first:last], y[first - 1 : last - 1], forecast)


def measures(parts: list[Forecasts]) -> dict[str, Any]:
    """Return the metrics of a part: mean over series, then the summary over repeats."""
    persistence = float(mean_over_series([rmse(part.persistence, part.y) for part in parts]))
    errors = summary(mean_over_series([rmse(part.forecast, part.y) for part in parts]))
    return {
        "rmse": errors,
        "persistence": {"rmse": persistence},
        "skill": skill(errors["mean"] or 0.0, persistence),
    }


def share_all_right(parts: list[Forecasts], decimals: int) -> float:
    """Return the share of repeats whose forecasts, rounded, are all the true values."""
    right = [np.round(part.forecast, decimals) == np.round(part.y, decimals) for part in parts]
    return float(np.concatenate(right, axis=1).all(axis=1).mean())


def long_forecasts(parts: list[Forecasts], seeds: np.ndarray) -> pd.DataFrame:
    """Return ``unique_id, ds, seed, y, forecast``."""
    return pd.concat(
        pd.DataFrame(
            {
                "unique_id": part.unique_id,
                "ds": np.tile(part.ds, len(seeds)),
                "seed": np.repeat(seeds, len(part.ds)),
                "y": np.tile(part.y, len(seeds)),
                "forecast": part.forecast.ravel(),
            }
        )
        for part in parts
    )


def main(
    series: Path,
    inverse: Path,
    scaled: Path,
    scaler: Path,
    rebatched_weights: Path,
    rebatched: Path,
    metrics: Path,
    errors: Path,
    forecasts: Path,
    baselines: Path,
) -> None:
    """Write ``metrics/evaluate.json`` and the tables behind the plots."""
    section = load_section(Evaluate, "evaluate")
    files = Files(read_json(inverse), read_json(scaler), rebatched_from_json(read_json(rebatched)))
    model = model_from(read_arrays(rebatched_weights), files.rebatched.network)
    truth = {str(name): part for name, part in read_frame(series).groupby("unique_id", sort=False)}
    all_series = read_series(scaled)
    found = {
        part: [
            forecasts_of(model, one, part, true_values(truth, one), files, warm_up=section.warm_up) for one in having
        ]
        for part in ("validation", "test")
        if (having := with_rows(all_series, part))
    }
    test = found["test"]
    content = measures(test)
    if section.decimals is not None:
        content["share_all_right"] = share_all_right(test, section.decimals)
    if "validation" in found:
        content["validation"] = measures(found["validation"])
    write_json(content, metrics)
    per_seed = mean_over_series([rmse(part.forecast, part.y) for part in test])
    write_frame(pd.DataFrame({"seed": model.seeds, "rmse": per_seed}), errors)
    write_frame(long_forecasts(test, model.seeds), forecasts)
    persistence = [
        pd.DataFrame(
            {"unique_id": p.unique_id, "ds": p.ds, "method": "persistence", "y": p.y, "forecast": p.persistence}
        )
        for p in test
    ]
    write_frame(pd.concat(persistence), baselines)


if __name__ == "__main__":
    run(main)
