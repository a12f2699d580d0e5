"""``data/model`` as all that a forecaster needs where it has only this folder.

Beside the files of ``statecast.artifacts.model`` there are:

- history.parquet: the series, as series.csv has them
- params.json: the sections of params.yaml that the model is made with
- parts.json: how many rows of each series and fold are train, validation and test
- interval_folds.npz: the networks whose errors make prediction intervals, where there are some
- training.json: how the networks were trained, for a refit
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from statecast.artifacts.frames import LONG
from statecast.artifacts.interval_folds import (
    INTERVAL_FOLDS,
    read_interval_folds,
    write_interval_folds,
)
from statecast.artifacts.model import Model, read_model, write_model
from statecast.artifacts.trained import TRAINING, read_setting
from statecast.artifacts.typed import require_types
from statecast.artifacts.undo import INPUTS, SCALER
from statecast.base.errors import StatecastError, one_line, require
from statecast.base.files import (
    as_written,
    parquet_columns,
    read_json,
    read_parquet,
    write_json,
    write_parquet,
)
from statecast.base.identity import FILLED, NETWORK, SeriesKey
from statecast.base.paths import INVERSE, MODEL
from statecast.base.paths import PARAMS as PARAMS_YAML
from statecast.base.section import read_params
from statecast.base.writing import whole_folder
from statecast.forecasting.parity import Parity
from statecast.network.ensemble import Ensemble
from statecast.network.rows import SeriesRows
from statecast.training.job import Setting

HISTORY = "history.parquet"
PARAMS = "params.json"
PARTS = "parts.json"
FILES = (  # of a model folder; not each model has all of them
    "weights.npz",
    "networks.json",
    INPUTS,
    SCALER,
    INVERSE.name,
    "parity.json",
    TRAINING,
    HISTORY,
    PARAMS,
    PARTS,
    INTERVAL_FOLDS,
)
SECTIONS = (  # of params.yaml, that a model is made with; a pipeline has some of them
    "generate",
    "series",
    "download",
    "difference",
    "frame",
    "scale",
    "train",
    "rebatch",
)
LATER = (  # that say what is done with a model, and may change without a new one
    "baseline",
    "evaluate",
    "evaluate_symbols",
    "forecast",
)


class PartSizes(NamedTuple):
    """How many rows of a series or fold are in each part."""

    train: int
    validation: int
    test: int
    test_is_train: bool = False  # then test is 0, and the test rows are the training rows


class StoredForecaster(NamedTuple):
    """All that a forecaster needs."""

    model: Model
    setting: Setting  # how the networks were trained
    history: pd.DataFrame  # unique_id, ds, y and the covariates; of several targets also network
    params: dict[str, Any]  # sections of params.yaml, as they were written there
    sizes: dict[SeriesKey, PartSizes]  # of each series and fold
    interval_folds: Ensemble | None  # None: there are none

    @property
    def is_symbols(self) -> bool:
        """Return whether the values are symbols, which are text."""
        return self.model.undo.scaler.is_symbols


def sections_of(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sections of a params.yaml that a model is made with, in the order of SECTIONS.

    Raises:
        StatecastError: a value is none of those that JSON has.

    """
    sections = {name: params[name] for name in SECTIONS if name in params}
    try:
        json.dumps(sections, allow_nan=False)
    except (TypeError, ValueError) as error:
        must = f"hold plain values, got: {one_line(error)}"
        raise StatecastError(f"params.yaml must {must}") from None
    return sections


def sizes_of(series: Iterable[SeriesRows]) -> dict[SeriesKey, PartSizes]:
    """Return how many rows of each part some series have; targets of joint rows are named."""
    return {
        key: PartSizes(*rows.sizes, rows.test_is_train)
        for rows in series
        for key in rows.forecast_keys()
    }


def history_for(sizes: Mapping[SeriesKey, PartSizes], series: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the series that networks were trained on, or forecast.

    Args:
        sizes: from ``sizes_of``; series that were left out are not there.
        series: ``unique_id, ds, y`` and other columns of all series.

    """
    names = {key.unique_id for key in sizes}
    is_known = series["unique_id"].isin(names)
    return series if is_known.all() else series[is_known].reset_index(drop=True)


def write_forecaster(
    stored: StoredForecaster, parity: Parity, words: str, folder: Path = MODEL
) -> None:
    """Write a forecaster.

    Args:
        stored: all that it needs.
        parity: whether the networks compute what was trained.
        words: the parity as a sentence.
        folder: where the files go.

    """
    listed = [{**key._asdict(), **sizes._asdict()} for key, sizes in stored.sizes.items()]
    with whole_folder(folder):
        write_model(stored.model, parity, words, folder)
        write_json(stored.setting.as_json(), folder / TRAINING)
        write_parquet(stored.history, folder / HISTORY)
        write_json(stored.params, folder / PARAMS)
        write_json({"series": listed}, folder / PARTS)
        if stored.interval_folds is not None:
            write_interval_folds(stored.interval_folds, folder)


def read_forecaster(folder: str | Path = MODEL) -> StoredForecaster:
    """Return the forecaster of a folder; neither TensorFlow nor DVC is needed.

    What is done with a model, the sections ``evaluate`` and ``forecast`` among it, stands in the
    params.yaml of the pipeline whose ``data/model`` the folder is, unless ``params.json`` has it.

    Raises:
        StatecastError: a file is missing or damaged.

    """
    folder = Path(folder)
    model = read_model(folder)
    stored = StoredForecaster(
        model=model,
        setting=read_setting(folder),
        history=_read_history(folder / HISTORY, model),
        params=_later_sections(folder) | _read_params(folder / PARAMS),
        sizes=_read_sizes(folder / PARTS),
        interval_folds=read_interval_folds(model.networks.ensemble.network, folder),
    )
    with as_written(folder / PARTS):
        scaled = model.undo.scaler.lines
        missing = [str(key) for key in scaled if key not in stored.sizes]
        require(not missing, "the series", "be those of the scaler", f"no {', '.join(missing)}")
    return stored


def _read_history(path: Path, model: Model) -> pd.DataFrame:
    """Return the series; names are text, and so are symbols."""
    columns = [*LONG, *model.inputs.covariates]
    written = parquet_columns(path)
    if NETWORK in written:
        columns.insert(1, NETWORK)
    if FILLED in written:
        columns.append(FILLED)
    history = read_parquet(path, columns)
    with as_written(path):
        require(len(history) > 0, "the file", "have rows", "none")
        missing = [name for name in columns if bool(history[name].isna().any())]
        require(not missing, "every row", "have all values", f"none in {', '.join(missing)}")
        if not model.undo.scaler.is_symbols:
            history = history.astype({"y": float})
        known = set(history["unique_id"])
        others = [str(key) for key in model.undo.scaler.lines if key.unique_id not in known]
        require(not others, "the file", "have all series", f"no {', '.join(others)}")
    return history


def _later_sections(folder: Path) -> dict[str, Any]:
    """Return what the pipeline of a folder does with its model; nothing for any other folder."""
    depth = len(MODEL.parts)
    whole = folder.absolute()
    params = whole.parents[depth - 1] / PARAMS_YAML
    if whole.parts[-depth:] != MODEL.parts or not params.is_file():
        return {}
    sections = read_params(params)
    return {name: sections[name] for name in LATER if name in sections}


def _read_params(path: Path) -> dict[str, Any]:
    params = read_json(path)
    with as_written(path):
        require_types(params, dict[str, dict[str, Any]])
    return params


def _read_sizes(path: Path) -> dict[SeriesKey, PartSizes]:
    content = read_json(path)
    with as_written(path):
        sizes = {}
        for line in content["series"]:
            key = SeriesKey(line.pop("unique_id"), line.pop("fold"))
            sizes[key] = PartSizes(**line)
        require_types(list(sizes.items()), list[tuple[SeriesKey, PartSizes]])
    return sizes
