"""forecast: the next values after the end of each series, with an interval."""

import logging
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from statecast.base.errors import require
from statecast.base.files import read_arrays, read_frame, read_json, write_frame
from statecast.base.stage import run
from statecast.data.folds import fold_of
from statecast.data.inputs import Inputs
from statecast.data.scaling import scale_frame
from statecast.forecasting.future import future_rows
from statecast.forecasting.intervals import conformal, of_repeats
from statecast.forecasting.rebatched import Rebatched, rebatched_from_json
from statecast.forecasting.rollout import feedback_of, paths_on_original_scale, rollout, truth_ahead
from statecast.network.ensemble import Model, model_from
from statecast.network.rows import Series, read_series
from statecast.params.frame import Frame
from statecast.params.section import CountOrZero, Number, Section, load_section, read_params

log = logging.getLogger(__name__)

COLUMNS = ["unique_id", "ds", "step", "forecast", "low", "high", "interval"]


class Forecast(Section):
    """How far ahead, and whether the networks are trained anew on all rows."""

    horizon: CountOrZero = 12
    refit: bool = False
    level: Annotated[Number, Field(gt=0, lt=1)] = 0.9


class Files(NamedTuple):
    """What the stages before wrote."""

    truth: pd.DataFrame
    differenced: pd.DataFrame
    inverse: dict[str, Any]
    row: dict[str, Any]  # what a row is: scaled/frame.json
    scaler: dict[str, Any]
    rebatched: Rebatched


def refitted(scaled: Path, scaler: Path) -> Model:
    """Return networks trained as params.yaml says, on all rows of each series."""
    from stages.train import prepare
    from statecast.training.sharing import train_request

    request = prepare(scaled, scaler)
    where = "params.yaml: forecast.refit"
    stops = request.setting.learning.patience is None
    require(stops, where, "be false with train.patience: no rows are left to stop by", "true")
    whole = [one._replace(sizes=(sum(one.sizes), 0, 0)) for one in request.series if fold_of(one.unique_id)[1] is None]
    return train_request(request._replace(series=whole)).model


def extended(one: Series, files: Files, section: Frame, horizon: int) -> Series:
    """Return a scaled series with the rows after its end, whose y is not known."""
    mine = files.differenced[files.differenced["unique_id"] == one.unique_id]
    inputs = Inputs(section.lookback, (), _waves(files.row), section.as_ == "timesteps")
    frequency = (read_params(Path("params.yaml")).get("download") or {}).get("frequency")
    rows = scale_frame(future_rows(mine, horizon, inputs, list(section.calendar), frequency), files.scaler)
    x, y = rows[files.row["inputs"]].to_numpy(float), rows[["y"]].to_numpy(float)
    train, validation, test = one.sizes
    ds = np.concatenate([one.ds, rows["ds"].to_numpy()])
    sizes = (train, validation, test + horizon)
    return Series(one.unique_id, ds, np.concatenate([one.x, x]), np.concatenate([one.y, y]), sizes)


def _waves(row: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(known["column"] for known in row["ahead"].values()))


def residuals_ahead(model: Model, one: Series, y: np.ndarray, files: Files, horizon: int) -> np.ndarray:
    """Return the residuals [K, H] of the ensemble from each validation and test row on, NaN after the last row."""
    origins = range(one.sizes[0], len(one.y))
    if len(origins) == 0 or one.test_is_train:
        return np.empty((0, horizon))
    feedback = feedback_of(files.row, files.scaler, one.unique_id)
    scaled = rollout(model, one, files.rebatched, feedback, origins=origins, horizon=horizon)
    paths = paths_on_original_scale(scaled, y, one, origins, scaler=files.scaler, inverse=files.inverse)
    return np.asarray(paths.mean(axis=0) - truth_ahead(one, y, origins, horizon))


def future_of(models: tuple[Model, Model], one: Series, files: Files, section: Forecast, frame: Frame) -> pd.DataFrame:
    """Return the forecasts of a series; ``models`` are the networks in use, and those before a refit."""
    y = files.truth.loc[files.truth["unique_id"] == one.unique_id, "y"].to_numpy(float)
    horizon, feedback = section.horizon, feedback_of(files.row, files.scaler, one.unique_id)
    used = one._replace(sizes=(len(one.y), 0, 0)) if section.refit else one
    longer, origin = extended(used, files, frame, horizon), [len(one.y)]
    scaled = rollout(models[0], longer, files.rebatched, feedback, origins=origin, horizon=horizon)
    paths = paths_on_original_scale(scaled, y, longer, origin, scaler=files.scaler, inverse=files.inverse)[:, 0]
    residuals = residuals_ahead(models[1], one, y, files, horizon)
    ensemble, repeats = paths.mean(axis=0), of_repeats(paths, section.level)
    half = half_widths(residuals, section.level)
    found = pd.DataFrame({"unique_id": one.unique_id, "ds": longer.ds[len(one.y) :], "step": np.arange(1, horizon + 1)})
    found = found.assign(forecast=ensemble, low=repeats.low, high=repeats.high, interval="repeats")
    return found if half is None else found.assign(low=ensemble - half, high=ensemble + half, interval="conformal")


def half_widths(residuals: np.ndarray, level: float) -> np.ndarray | None:
    """Return half the width of the conformal interval at each step [H]; None where there are too few residuals for any.

    A step with too few residuals [K, H] of its own has the widest interval of the steps before.
    """
    found: list[float] = []
    for step in residuals.T:
        bounds = conformal(np.zeros(1), step[np.isfinite(step)], level)
        if bounds is None and not found:
            return None
        found.append(max(found) if bounds is None else float(bounds.high[0]))
    return np.array(found)


def main(
    series: Path,
    differenced: Path,
    inverse: Path,
    scaled: Path,
    scaler: Path,
    rebatched_weights: Path,
    rebatched: Path,
    future: Path,
) -> None:
    """Write ``future`` (``unique_id,ds,step,forecast,low,high,interval``)."""
    section, frame = load_section(Forecast, "forecast"), load_section(Frame, "frame")
    networks = rebatched_from_json(read_json(rebatched))
    content = (read_json(inverse), read_json(scaled / "frame.json"), read_json(scaler))
    files = Files(read_frame(series), read_frame(differenced), *content, networks)
    if section.horizon == 0 or frame.features:
        if frame.features:
            log.info("forecast: none: frame.features (%s) are not known after the end", ", ".join(frame.features))
        write_frame(pd.DataFrame(columns=COLUMNS), future)
        return
    model = model_from(read_arrays(rebatched_weights), networks.network)
    used = refitted(scaled, scaler) if section.refit else model
    wanted = [one for one in read_series(scaled) if fold_of(one.unique_id)[1] is None]
    write_frame(pd.concat(future_of((used, model), one, files, section, frame) for one in wanted), future)


if __name__ == "__main__":
    run(main)
