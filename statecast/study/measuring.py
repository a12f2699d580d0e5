"""Measure configurations without registering them: no experiment, no DVC, one training for all.

For many configurations or many repeats this takes a fraction of the time. The stages before the
training run in a temporary folder, and the forecasts are those of the stage evaluate. No networks
are trained for intervals. Shape letter: R repeats.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.artifacts.frames import read_long
from statecast.artifacts.undo import read_inputs, read_inverse, read_scaler
from statecast.base.arrays import Floats
from statecast.base.errors import StatecastError
from statecast.base.keys import with_values
from statecast.base.paths import ALL_FORECASTS, PARAMS, RMSE, SERIES
from statecast.base.section import load, read_params
from statecast.data.inputs import Inputs
from statecast.evaluation.measures import mean_over_series, rmse
from statecast.forecasting.alignment import AlignedSeries, align
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.forecasting.walk_forward import forecast_part
from statecast.network.ensemble import Ensemble
from statecast.params.evaluate import EvaluateParams
from statecast.params.rebatch import RebatchParams
from statecast.pipeline import (
    before_training,
    folder_with_sources,
    read_pipeline,
    require_stages,
    run_stages,
    training_stage,
)
from statecast.study.configurations import Configuration
from statecast.study.local import Train
from statecast.study.session import Outcome, Seconds, failed, trained
from statecast.training.history import curves_frame
from statecast.training.job import Job

if TYPE_CHECKING:
    from statecast.training.result import Result

NEEDED = ("stages.train", "stages.evaluate")
NOT_NEEDED = "stages.baseline"  # nothing here reads its forecasts
OWN = {".dvc", ".git", "data", "metrics", "params.yaml", "plots"}  # not linked into the folder


class Ready(NamedTuple):
    """A configuration whose stages before the training have run."""

    job: Job
    series: list[AlignedSeries]
    undo: Undo
    frame: pd.DataFrame  # unique_id, ds, y, all values of the series
    rebatch: RebatchParams
    warm_up: bool
    inputs: Inputs

    def networks(self, ensemble: Ensemble) -> Rebatched:
        """Return trained networks at the forecasting batch size."""
        batching = self.job.setting.batching
        return Rebatched(ensemble, batching, self.rebatch.batch_size, self.rebatch.state)

    def with_part(self, part: str) -> list[AlignedSeries]:
        """Return the series and folds that have rows of a part."""
        return [own for own in self.series if own.rows.count(part)]


Forecasts = Mapping[str, Sequence[Floats]]  # by part, of each series and fold [R, rows of the part]
Keep = Callable[[Configuration, Ready, Ensemble, Forecasts], None]


class Measured(NamedTuple):
    """The errors of every repeat, and their curves."""

    errors: pd.DataFrame  # configuration, seed, rmse; validation_rmse where there are such rows
    curves: pd.DataFrame  # configuration, seed, epoch, train_rmse, test_rmse


class Results:
    """What configurations left behind, which for registered ones are files of experiments."""

    def __init__(self, folder: Path) -> None:
        """Start with none.

        Args:
            folder: of the pipeline.

        """
        self.studies = folder / ".dvc" / "tmp" / "studies"
        self.head = hashlib.sha256((folder / PARAMS).read_bytes()).hexdigest()
        self.tables: dict[tuple[str, str], pd.DataFrame] = {}  # by configuration and path
        self.curves: dict[str, pd.DataFrame] = {}  # by configuration

    def read(self, name: str, path: str) -> str:
        """Return a table of a configuration as text.

        Raises:
            StatecastError: it was not measured.

        """
        if (name, path) not in self.tables:
            raise StatecastError(f"{name} must have {path}, got no such table")
        return str(self.tables[name, path].to_csv(index=False))


class Measuring:
    """A session that registers nothing."""

    registers = False

    def __init__(
        self,
        train: Train,
        folder: Path,
        *,
        curves: bool = False,
        forecasts: bool = False,
        keep: Keep | None = None,
    ) -> None:
        """Read the pipeline of the working directory.

        Args:
            train: trains jobs.
            folder: from ``folder_to_measure_in``.
            curves: whether the RMSE after the epochs is wanted too.
            forecasts: whether the forecasts of all rows, and the series, are wanted too.
            keep: is given each configuration with its rows, its networks and what they forecast.

        Raises:
            StatecastError: a stage is missing.

        """
        self.experiments = Results(Path.cwd())
        self._train = train
        self._folder = folder
        self._has_curves = curves
        self._has_forecasts = forecasts
        self._keep = keep
        self._params = read_params()
        stages = read_pipeline()
        require_stages(stages, NEEDED)
        self._training = training_stage(stages)
        self._earlier = [one for one in before_training(stages) if one.module != NOT_NEEDED]
        self._before: dict[str, Any] | None = None  # the sections that lie in the folder

    def run(
        self,
        configurations: Sequence[Configuration],
        *,
        register: bool = True,  # noqa: ARG002 (sessions are called alike)
    ) -> Iterator[Outcome]:
        """Yield the outcome of every configuration as it is done; all are trained together."""
        ready: dict[str, Ready] = {}
        by_name = {configuration.name: configuration for configuration in configurations}
        for name, configuration in by_name.items():
            try:
                ready[name] = self._ready(configuration)
            except Exception as error:  # noqa: BLE001 (whatever one raises, the others go on)
                yield failed(configuration, error)
        jobs = {name: own.job for name, own in ready.items()}
        for name, result in trained(jobs, self._train, Seconds()):
            if isinstance(result, Exception):
                yield failed(by_name[name], result)
                continue
            try:
                yield self._outcome(by_name[name], ready[name], result)
            except Exception as error:  # noqa: BLE001 (whatever one raises, the others go on)
                yield failed(by_name[name], error)

    def _ready(self, configuration: Configuration) -> Ready:
        changed = with_values(self._params, configuration.overrides)
        before, self._before = self._before, None  # where a stage fails, all run again
        run_stages(self._earlier, self._folder, changed, before)
        self._before = changed
        with contextlib.chdir(self._folder):
            job = self._training.prepare()
            series = [own for own in job.series if not own.for_intervals]
            frame = read_long(SERIES)
            return Ready(
                job=job._replace(series=series),
                series=align(series, frame),
                frame=frame[["unique_id", "ds", "y"]],
                undo=Undo(read_scaler(), read_inverse()),
                rebatch=load(RebatchParams),
                warm_up=load(EvaluateParams).warm_up,
                inputs=read_inputs(),
            )

    def _outcome(self, configuration: Configuration, ready: Ready, result: "Result") -> Outcome:
        name = configuration.name
        seeds = ready.job.setting.seeds
        forecasts = forecasts_of(ready, result.ensemble)
        errors = errors_of(ready, forecasts)
        self.experiments.tables[name, str(RMSE)] = pd.DataFrame({"seed": seeds, **errors})
        if self._has_forecasts:
            table = forecast_table(ready, forecasts)
            self.experiments.tables[name, str(ALL_FORECASTS)] = table
            self.experiments.tables[name, str(SERIES)] = ready.frame
        if self._keep is not None:
            self._keep(configuration, ready, result.ensemble, forecasts)
        if self._has_curves:
            curves = curves_frame(result.mean_rmse(), result.epochs, result.parts, seeds)
            self.experiments.curves[name] = curves.assign(configuration=name)
        metrics: dict[str, Any] = {"rmse": _mean_and_std(errors["rmse"])}
        if "validation_rmse" in errors:
            metrics["validation"] = {"rmse": _mean_and_std(errors["validation_rmse"])}
        return Outcome(configuration, "measured", metrics)


def measure(
    configurations: Sequence[Configuration], train: Train, *, curves: bool = False
) -> Measured:
    """Return the errors of configurations of the pipeline in the working directory.

    Args:
        configurations: what is measured.
        train: trains jobs.
        curves: whether the RMSE after the epochs is wanted too.

    Raises:
        StatecastError: a configuration cannot be run.

    """
    with folder_to_measure_in() as folder:
        session = Measuring(train, folder, curves=curves)
        for outcome in session.run(configurations):
            if outcome.error:
                raise StatecastError(outcome.error)
    tables = session.experiments.tables
    errors = []
    histories = [pd.DataFrame()]
    for configuration in configurations:
        name = configuration.name
        table = tables[name, str(RMSE)]
        table.insert(0, "configuration", name)
        errors.append(table)
        histories += [session.experiments.curves[name]] if curves else []
    return Measured(pd.concat(errors), pd.concat(histories))


def forecasts_of(ready: Ready, ensemble: Ensemble) -> dict[str, list[Floats]]:
    """Return the forecasts of the test and the validation rows of each series that has some."""
    networks = ready.networks(ensemble)
    forecasts = {}
    for part in ("test", "validation"):
        own = ready.with_part(part)
        forecasts[part] = forecast_part(networks, own, part, ready.undo, warm_up=ready.warm_up)
    return forecasts


def errors_of(ready: Ready, forecasts: Mapping[str, Sequence[Floats]]) -> dict[str, Floats]:
    """Return the RMSE of each repeat [R], the mean over series, as the stage evaluate measures it.

    Args:
        ready: what was forecast.
        forecasts: from ``forecasts_of``.

    """
    errors = {}
    for part, name in (("test", "rmse"), ("validation", "validation_rmse")):
        pairs = list(zip(forecasts[part], ready.with_part(part), strict=True))
        if pairs:
            of_series = [rmse(forecast, own.values(part)) for forecast, own in pairs]
            errors[name] = mean_over_series(of_series)
    return errors


def forecast_table(ready: Ready, forecasts: Mapping[str, Sequence[Floats]]) -> pd.DataFrame:
    """Return ``unique_id, fold, part, ds, seed, y, forecast`` of the test and validation rows.

    Args:
        ready: what was forecast.
        forecasts: from ``forecasts_of``.

    """
    seeds = ready.job.setting.seeds
    tables = []
    for part, of_series in forecasts.items():
        for own, forecast in zip(ready.with_part(part), of_series, strict=True):
            repeats, rows = forecast.shape
            columns = {
                "unique_id": own.key.unique_id,
                "fold": own.key.fold,
                "part": part,
                "ds": np.tile(own.rows.ds[own.rows.part(part)], repeats),
                "seed": np.repeat(seeds, rows),
                "y": np.tile(own.values(part), repeats),
                "forecast": forecast.ravel(),
            }
            tables.append(pd.DataFrame(columns))
    return pd.concat(tables)


def _mean_and_std(errors: Floats) -> dict[str, float]:
    return {"mean": float(errors.mean()), "std": float(errors.std(ddof=len(errors) > 1))}


@contextlib.contextmanager
def folder_to_measure_in() -> Iterator[Path]:
    """Yield a temporary folder with the sources and links to all else of the working directory.

    The links are there because a source may be any path.
    """
    with folder_with_sources() as folder:
        for path in Path.cwd().iterdir():
            if path.name not in OWN:
                (folder / path.name).symlink_to(path)
        yield folder
