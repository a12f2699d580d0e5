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
from statecast.base.keys import Nested, with_values
from statecast.base.paths import DIFFERENCED, PARAMS, RMSE, SERIES
from statecast.base.section import S, load, read_params, validated
from statecast.data.inputs import Inputs
from statecast.evaluation.measures import mean_over_series, rmse_where_known
from statecast.flow.download import features_of, source_of
from statecast.forecasting.alignment import AlignedSeries, align
from statecast.forecasting.future import future_rows
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.forecasting.walk_forward import forecast_part
from statecast.network.ensemble import Ensemble
from statecast.params.baseline import BaselineParams
from statecast.params.download import DownloadParams
from statecast.params.evaluate import EvaluateParams
from statecast.params.forecast import ForecastParams
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
LAST_EPOCH_ALONE = 2**31 - 1  # epochs between two recorded RMSE: more than a training has
OWN = {".dvc", ".git", "data", "metrics", "params.yaml", "plots"}  # not linked into the folder


class AfterTheEnd(NamedTuple):
    """What forecasts of the rows after the end of each series need."""

    params: ForecastParams
    differenced: pd.DataFrame  # all series and covariates, before they were framed
    frequency: str | None  # a pandas offset alias of the dates; None: inferred
    features: pd.DataFrame | None  # from ``features_ahead``; None: none are known

    def horizon(self, inputs: Inputs) -> int:
        """Return how many steps can be forecast: 0 where inputs after the end are not known."""
        is_known = not inputs.features or self.features is not None
        return self.params.horizon if is_known else 0


class Ready(NamedTuple):
    """A configuration whose stages before the training have run."""

    job: Job
    series: list[AlignedSeries]
    undo: Undo
    frame: pd.DataFrame  # unique_id, ds, y, all values of the series
    rebatch: RebatchParams
    warm_up: bool
    inputs: Inputs
    after: AfterTheEnd
    ridge_alpha: float  # penalty of the ridge regression on these inputs

    def networks(self, ensemble: Ensemble) -> Rebatched:
        """Return trained networks at the forecasting batch size."""
        batching = self.job.setting.batching
        return Rebatched(ensemble, batching, self.rebatch.batch_size, self.rebatch.state)

    def with_part(self, part: str) -> list[AlignedSeries]:
        """Return the series and folds that have rows of a part."""
        return [own for own in self.series if own.rows.count(part)]

    def future_rows(self, horizon: int) -> pd.DataFrame:
        """Return the rows after the end of each series, as ``next_paths`` takes them."""
        after = self.after
        return future_rows(after.differenced, horizon, self.inputs, after.frequency, after.features)


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
        self.ensembles: dict[str, Ensemble] = {}  # by configuration

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
        keep: Keep | None = None,
        prepared: Callable[[], None] | None = None,
        params: Nested | None = None,
    ) -> None:
        """Read the pipeline of the working directory.

        Args:
            train: trains jobs.
            folder: from ``folder_to_measure_in``.
            curves: whether the RMSE after the epochs is wanted too.
            keep: is given each configuration with its rows, its networks and what they forecast.
            prepared: is called after the stages before the training of each configuration.
            params: all sections, before the overrides; None: those of params.yaml.

        Raises:
            StatecastError: a stage is missing.

        """
        self.experiments = Results(Path.cwd())
        self.train = train
        self._folder = folder
        self._has_curves = curves
        self._keep = keep
        self._prepared = prepared
        self.params: Nested = read_params() if params is None else params
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
                ready[name] = self.ready(configuration)
            except Exception as error:  # noqa: BLE001 (whatever one raises, the others go on)
                yield failed(configuration, error)
            if self._prepared is not None:
                self._prepared()
        jobs = {name: own.job for name, own in ready.items()}
        for name, result in trained(jobs, self.train, Seconds()):
            if isinstance(result, Exception):
                yield failed(by_name[name], result)
                continue
            try:
                yield self._outcome(by_name[name], ready[name], result)
            except Exception as error:  # noqa: BLE001 (whatever one raises, the others go on)
                yield failed(by_name[name], error)

    def ready(self, configuration: Configuration) -> Ready:
        """Run the stages before the training of a configuration.

        Raises:
            StatecastError: a stage says what is wrong with it.

        """
        changed = with_values(self.params, configuration.overrides)
        before, self._before = self._before, None  # where a stage fails, all run again
        run_stages(self._earlier, self._folder, changed, before)
        self._before = changed
        with contextlib.chdir(self._folder):
            job = self._training.prepare()
            series = [own for own in job.series if not own.for_intervals]
            frame = read_long(SERIES)
            inputs = read_inputs()
            return Ready(
                job=self._asked(job._replace(series=series)),
                series=align(series, frame),
                frame=frame[["unique_id", "ds", "y"]],
                undo=Undo(read_scaler(), read_inverse()),
                rebatch=load(RebatchParams),
                warm_up=load(EvaluateParams).warm_up,
                inputs=inputs,
                after=_after_the_end(changed, inputs),
                ridge_alpha=_section(BaselineParams, changed).ridge_alpha,
            )

    def _asked(self, job: Job) -> Job:
        """Return a job that forecasts its rows after no more epochs than somebody looks at."""
        setting = job.setting
        if self._has_curves or setting.learning.patience is not None:
            return job
        return job._replace(setting=setting._replace(history_every=LAST_EPOCH_ALONE))

    def _outcome(self, configuration: Configuration, ready: Ready, result: "Result") -> Outcome:
        name = configuration.name
        seeds = ready.job.setting.seeds
        forecasts = forecasts_of(ready, result.ensemble)
        errors = errors_of(ready, forecasts)
        self.experiments.tables[name, str(RMSE)] = pd.DataFrame({"seed": seeds, **errors})
        self.experiments.ensembles[name] = result.ensemble
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
        pairs = zip(forecasts[part], ready.with_part(part), strict=True)
        of_series = [rmse_where_known(forecast, own.judged_values(part)) for forecast, own in pairs]
        judged = [of_own for of_own in of_series if np.isfinite(of_own).any()]
        if judged:
            errors[name] = mean_over_series(judged)
    return errors


def _after_the_end(params: Nested, inputs: Inputs) -> AfterTheEnd:
    """Return what lies in the working directory for forecasts after the end."""
    section = _section(ForecastParams, params)
    download = load(DownloadParams)
    features = None
    if section.features is not None and inputs.features:
        source = source_of(section.features)
        features = features_of(source, download, list(inputs.features))
    differenced = read_long(DIFFERENCED, inputs.covariates)
    return AfterTheEnd(section, differenced, download.frequency, features)


def _section(of_params: type[S], params: Nested) -> S:
    """Return a section that some pipelines do not have; all its keys have defaults."""
    return validated(of_params, params.get(of_params.section, {}), str(PARAMS))


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
