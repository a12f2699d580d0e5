"""Configurations measured and not registered: no experiment, no DVC, all trained together.

For many configurations or many repeats this takes a fraction of the time. The stages before the training run as
commands do, in a temporary folder, and the forecasts are those of the stage evaluate.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import yaml

from stages.evaluate import Evaluate
from stages.evaluate import main as evaluate
from stages.rebatch import Rebatch
from stages.train import prepare
from stages.variants import Command, pipeline_commands, run_commands, with_overrides
from statecast.base.errors import require
from statecast.base.files import read_frame, read_json
from statecast.evaluation.measures import mean_over_series, rmse
from statecast.forecasting.alignment import rows_of, true_values
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.walk_forward import on_original_scale, walk_forward
from statecast.network.ensemble import Model
from statecast.network.rows import Series
from statecast.params.section import load_section, read_params
from statecast.study.configurations import Configuration
from statecast.study.session import Train
from statecast.training.job import Request

OWN = {".dvc", ".git", "data", "metrics", "params.yaml", "plots"}  # what a folder of its own has anew


class Asked(NamedTuple):
    """A configuration with its stages before the training run."""

    request: Request
    state: Any  # of forecasting: a section rebatch of params.yaml
    warm_up: bool
    truth: pd.DataFrame
    inverse: dict[str, Any]
    scaler: dict[str, Any]


class Measured(NamedTuple):
    """The errors of every repeat, and their curves."""

    errors: pd.DataFrame  # configuration, seed, rmse
    curves: pd.DataFrame  # configuration, seed, epoch, train_rmse, test_rmse


def measure(configurations: Sequence[Configuration], train: Train, *, curves: bool = False) -> Measured:
    """Return the errors of configurations of the pipeline in the working directory."""
    asked = list(_asked(configurations))
    errors: list[pd.DataFrame] = [pd.DataFrame()] * len(asked)
    histories: list[pd.DataFrame] = [pd.DataFrame()] * len(asked)
    for place, result in train([one.request for one in asked]):
        if isinstance(result, Exception):
            raise result
        name, seeds = configurations[place].name, asked[place].request.setting.seeds
        found = {"configuration": name, "seed": seeds, "rmse": errors_of(asked[place], result.model)}
        errors[place] = pd.DataFrame(found)
        if curves:
            histories[place] = _curves(result, seeds).assign(configuration=name)
    return Measured(pd.concat(errors), pd.concat(histories))


def errors_of(asked: Asked, model: Model) -> np.ndarray:
    """Return the RMSE on the test rows of each repeat [R], the mean over series, as the stage evaluate has it."""
    return mean_over_series([_rmse_of(asked, model, one) for one in asked.request.series])


def _rmse_of(asked: Asked, model: Model, one: Series) -> np.ndarray:
    trained = asked.request.setting.trained
    rebatched = Rebatched(model.network, trained, asked.state.batch_size, asked.state.state)
    y = true_values(one, asked.truth)
    scaled = walk_forward(model, one, "test", rebatched, warm_up=asked.warm_up)[..., 0]
    forecast = on_original_scale(scaled, y, one, "test", scaler=asked.scaler, inverse=asked.inverse)
    return rmse(forecast, y[rows_of(one, "test", y)])


def _asked(configurations: Sequence[Configuration]) -> Iterator[Asked]:
    params = read_params(Path("params.yaml"))
    commands = pipeline_commands(yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8")))
    modules = [module for module, _, _ in commands]
    needed = ["stages.train", "stages.evaluate"]
    require(set(needed) <= set(modules), "dvc.yaml", f"have the stages {' and '.join(needed)}", ", ".join(modules))
    paths = dict(zip(signature(evaluate).parameters, commands[modules.index("stages.evaluate")][1], strict=True))
    training = commands[modules.index("stages.train")][1]
    before: dict[str, Any] = {}
    with _folder() as folder:
        for one in configurations:
            changed = with_overrides(params, one.overrides)
            run_commands(_before_training(commands, modules), folder, changed, before)
            before = changed
            with contextlib.chdir(folder):
                request = prepare(*training[: len(signature(prepare).parameters)])
                files = read_frame(paths["series"]), read_json(paths["inverse"]), read_json(paths["scaler"])
                state, warm_up = load_section(Rebatch, "rebatch"), load_section(Evaluate, "evaluate").warm_up
            yield Asked(request, state, warm_up, *files)


def _before_training(commands: list[Command], modules: list[str]) -> list[Command]:
    before = commands[: modules.index("stages.train")]
    return [command for command in before if command[0] != "stages.baseline"]  # nothing here reads baselines


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Yield a temporary folder with the sources, and links to all else that a source may be read from."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for path in Path.cwd().iterdir():
            if path.name not in OWN:
                (folder / path.name).symlink_to(path)
        if Path("data/source").is_dir():
            shutil.copytree("data/source", folder / "data" / "source")
        yield folder


def _curves(result: Any, seeds: list[int]) -> pd.DataFrame:
    epochs, repeats = len(result.epochs), len(seeds)
    parts = {f"{part}_rmse": np.nanmean(result.rmse[:, place], axis=1) for place, part in enumerate(result.parts)}
    columns = {name: curves.T.ravel() for name, curves in parts.items()}
    return pd.DataFrame({"seed": np.repeat(seeds, epochs), "epoch": np.tile(result.epochs + 1, repeats), **columns})
