"""Run the pipeline under each configuration, and measure it. Letters: E epochs, R repeats."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from statecast.artifacts.trained import read_history, read_trained
from statecast.base.arrays import Floats, Ints
from statecast.base.errors import StatecastError
from statecast.base.files import read_frame, read_json
from statecast.base.keys import require_keys, with_values
from statecast.base.paths import FORECASTS, RMSE, SCORES, SERIES, TRAINED
from statecast.base.section import read_params
from statecast.evaluation.measures import flatness
from statecast.pipeline import folder_with_sources, read_pipeline, run_stages
from studies.extensions.result import ExtensionResult, MeanCurves, Outcomes
from studies.extensions.settings import (
    SETTINGS,
    Overrides,
    Settings,
    extensions_of,
    flat_line_configurations,
)

# Nothing measures the forecasts after the end, so they are not made.
RMSE_ALONE = {"forecast.horizon": 0, "train.interval_folds": 0}
# The other baselines have nothing to do with the network: they are those of the first one.
BASELINES_OF_AN_EXTENSION = ["ridge"]
EPOCHS_SHOWN = 50  # of a curve

log = logging.getLogger(__name__)


class History(NamedTuple):
    """The curves of a training on the original scale."""

    epochs: Ints  # [E], counted from 1
    train: Floats  # RMSE [E, R]
    test: Floats  # RMSE [E, R]

    @property
    def halfway(self) -> float:
        """Return the RMSE in the middle between the first epoch and the last, training rows."""
        first = self.train[0].mean()
        last = self.train[-1].mean()
        return float((first + last) / 2)


def run_series(series: str, asked: Settings) -> Outcomes:
    """Return what was measured on one series, by the name of the extension.

    Args:
        series: its name in the settings.
        asked: the settings.

    Raises:
        StatecastError: as ``run_all``.

    """
    own = {"train.repeats": asked["repeats"], **asked["series"][series]["params"]}
    return run_all(series, own, extensions_of(series, asked))


def run_flat_line(asked: Settings) -> Outcomes:
    """Return what was measured with larger batches, by the name of the configuration.

    Raises:
        StatecastError: as ``run_all``.

    """
    own = {"train.repeats": asked["repeats"], **asked["flat_line"]["params"]}
    return run_all("flat line", own, flat_line_configurations(asked))


def run_all(name: str, own: Overrides, configurations: Mapping[str, Overrides]) -> Outcomes:
    """Return what was measured under each configuration.

    Args:
        name: for messages.
        own: overrides of params.yaml that all of them share.
        configurations: further overrides, by name; the first is the one that others are
            compared with.

    Raises:
        StatecastError: a setting is no key of params.yaml, or the first configuration fails.

    """
    shared = _with_known(read_params(), {**own, **RMSE_ALONE}, name)
    all_params = {
        configuration: _with_known(shared, overrides, configuration)
        for configuration, overrides in configurations.items()
    }
    first, *others = all_params
    failures = {}
    with folder_with_sources() as folder:
        runner = Runner(folder, all_params[first])
        results = {first: runner.first()}
        for configuration in others:
            try:
                results[configuration] = runner.extension(all_params[configuration])
            except StatecastError as error:
                failures[configuration] = str(error)
            log.info("extensions: %s, %s", name, configuration)
    return Outcomes(results, failures)


class Runner:
    """Runs one configuration after another in a folder, from the first stage that differs."""

    def __init__(self, folder: Path, plain: dict[str, Any]) -> None:
        """Take the folder, which has the sources, and the params of the first configuration."""
        self._folder = folder
        self._plain = plain
        self._stages = read_pipeline()
        self._before: dict[str, Any] | None = None  # params of the run that the folder is of
        self._halfway = np.nan

    def first(self) -> ExtensionResult:
        """Return what is measured under the first configuration.

        Raises:
            StatecastError: a stage says what is wrong.

        """
        self._run(self._plain)
        history = read_curves(self._folder)
        self._halfway = history.halfway
        return result_in(self._folder, history, curves_of(history, self._halfway))

    def extension(self, params: dict[str, Any]) -> ExtensionResult:
        """Return what is measured under another configuration, after the first one.

        Raises:
            StatecastError: a stage says what is wrong.

        """
        params["baseline"]["methods"] = BASELINES_OF_AN_EXTENSION
        self._run(params)
        history = read_curves(self._folder)
        return result_in(self._folder, history, curves_of(history, self._halfway))

    def _run(self, params: dict[str, Any]) -> None:
        before = self._before
        self._before = None  # where a stage fails, nobody knows what the folder is of
        run_stages(self._stages, self._folder, params, before)
        self._before = params


def result_in(folder: Path, history: History, curves: MeanCurves) -> ExtensionResult:
    """Return what the stages wrote in a folder, as far as the document shows it."""
    scores = read_json(folder / SCORES)
    weights = read_trained(folder / TRAINED).ensemble.weights
    best = history.epochs[history.test.argmin(axis=0)]
    of_values, of_steps = flatness_in(folder)
    return ExtensionResult(
        rmse=read_frame(folder / RMSE)["rmse"].tolist(),
        ensemble=scores["ensemble"]["rmse"],
        baselines={name: figures["rmse"] for name, figures in scores["baselines"].items()},
        weights=sum(int(np.prod(weight.shape[1:])) for weight in weights),
        flatness=of_values.tolist(),
        flatness_of_steps=of_steps.tolist(),
        best_epoch=best.tolist(),
        curves=curves,
    )


def read_curves(folder: Path) -> History:
    """Return the curves of the one series in a folder."""
    arrays = read_history(folder / TRAINED)
    parts = arrays["parts"].tolist()
    rmse = arrays["rmse"][:, :, 0]  # [E, P, R]
    return History(
        epochs=arrays["epoch"],
        train=rmse[:, parts.index("train")],
        test=rmse[:, parts.index("test")],
    )


def curves_of(history: History, target: float) -> MeanCurves:
    """Return how fast the repeats learn.

    Args:
        history: the curves.
        target: RMSE on the training rows at which a repeat is half trained.

    """
    there = history.train <= target  # [E, R]
    first = history.epochs[there.argmax(axis=0)].tolist()
    arrives = np.asarray(there.any(axis=0)).tolist()
    halfway = [epoch if ever else None for epoch, ever in zip(first, arrives, strict=True)]
    places = np.linspace(0, len(history.epochs) - 1, min(EPOCHS_SHOWN, len(history.epochs)))
    shown = np.unique(places.round().astype(int))
    return MeanCurves(
        halfway=halfway,
        epochs=history.epochs[shown].tolist(),
        train=history.train[shown].mean(axis=1).tolist(),
        test=history.test[shown].mean(axis=1).tolist(),
    )


def flatness_in(folder: Path) -> tuple[Floats, Floats]:
    """Return the flatness [R] of the forecasts of the test rows, and of their steps."""
    table = read_frame(folder / FORECASTS)
    forecasts = table.pivot_table("forecast", "seed", "ds", sort=False).to_numpy()  # [R, N]
    rows = forecasts.shape[1]
    y = read_frame(folder / SERIES)["y"].to_numpy(np.float64)
    truth = y[-rows:]
    before = y[-rows - 1 : -1]
    return flatness(forecasts, truth), flatness(forecasts - before, truth - before)


def _with_known(params: dict[str, Any], overrides: Overrides, name: str) -> dict[str, Any]:
    """Return the params with overrides whose keys they all have."""
    require_keys(overrides, params, f"{SETTINGS}: {name}")
    return with_values(params, overrides)
