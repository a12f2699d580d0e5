"""baseline: forecast validation and test rows with methods that know no network, fitted on the training rows."""

import logging
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from statecast.base.errors import require
from statecast.base.files import read_frame, read_json, write_frame
from statecast.base.stage import run
from statecast.evaluation.baselines import METHODS, Method, ridge, walk
from statecast.forecasting.alignment import rows_of, training_values, true_values
from statecast.forecasting.walk_forward import on_original_scale
from statecast.network.rows import Series, read_series
from statecast.params.section import Number, Section, load_section
from statecast.params.series import Season

log = logging.getLogger(__name__)


class Baseline(Section):
    """Which methods, and the penalty of the ridge regression."""

    methods: list[Method] = Field(default=list(METHODS))
    ridge_alpha: Annotated[Number, Field(ge=0)] = 1.0


class Undo(NamedTuple):
    """What brings ridge's forecasts to the original scale."""

    scaler: dict[str, Any]
    inverse: dict[str, Any]


def forecasts_of(one: Series, y: np.ndarray, section: Baseline, *, season_length: int, undo: Undo) -> pd.DataFrame:
    """Return the rows of one series: every method that can forecast it, validation (where there is one) and test."""
    parts = [part for part in ("validation", "test") if len(one.y[one.part(part)])]
    places = {part: np.arange(len(y))[rows_of(one, part, y)] for part in parts}
    times = np.concatenate(list(places.values()))
    frame = pd.DataFrame(
        {
            "unique_id": one.unique_id,
            "ds": np.concatenate([one.ds[one.part(part)] for part in parts]),
            "part": np.repeat(parts, [len(place) for place in places.values()]),
            "method": "",
            "y": y[times],
        }
    )
    train = len(training_values(one, y))
    frames = []
    for method in section.methods:
        found = (
            _ridge(one, y, parts, section.ridge_alpha, undo)
            if method == "ridge"
            else walk(method, y, train, times.tolist(), season_length=season_length, name=one.unique_id)
        )
        if found is not None:
            frames.append(frame.assign(method=method, forecast=found))
    return pd.concat(frames) if frames else frame.iloc[:0].assign(forecast=[])


def _ridge(one: Series, y: np.ndarray, parts: list[str], alpha: float, undo: Undo) -> np.ndarray:
    scaled = ridge(one, alpha)
    back = [
        on_original_scale(scaled[None, one.part(part)], y, one, part, scaler=undo.scaler, inverse=undo.inverse)[0]
        for part in parts
    ]
    return np.concatenate(back)


def main(series: Path, inverse: Path, scaled: Path, scaler: Path, baselines: Path) -> None:
    """Write ``unique_id,ds,part,method,y,forecast``."""
    section = load_section(Baseline, "baseline")
    season_length = load_section(Season, "series").season_length
    undo = Undo(read_json(scaler), read_json(inverse))
    symbols = undo.scaler["method"] == "onehot"
    require(not symbols, "params.yaml: scale.method", "scale numbers for the baselines", "onehot")
    frame = read_frame(series)
    found = [
        forecasts_of(one, true_values(one, frame), section, season_length=season_length, undo=undo)
        for one in read_series(scaled)
    ]
    write_frame(pd.concat(found), baselines)
    log.info("baseline: %s", ", ".join(section.methods) or "none")


if __name__ == "__main__":
    run(main)
