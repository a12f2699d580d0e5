"""Measure configurations without registering them: no experiment, no DVC, one training for all.

For many configurations or many repeats this takes a fraction of the time. The stages before the
training run in a temporary folder, and the forecasts are those of the stage evaluate. Shape letter:
R repeats.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from statecast.artifacts.frames import read_aligned
from statecast.artifacts.undo import read_inverse, read_scaler
from statecast.base.arrays import Floats
from statecast.base.keys import with_values
from statecast.base.section import load, read_params
from statecast.evaluation.measures import mean_over_series, rmse
from statecast.forecasting.alignment import AlignedSeries
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
from statecast.training.history import curves_frame
from statecast.training.job import Job

NEEDED = ("stages.train", "stages.evaluate")
NOT_NEEDED = "stages.baseline"  # nothing here reads its forecasts
OWN = {".dvc", ".git", "data", "metrics", "params.yaml", "plots"}  # not linked into the folder


class Ready(NamedTuple):
    """A configuration whose stages before the training have run."""

    job: Job
    series: list[AlignedSeries]
    undo: Undo
    rebatch: RebatchParams
    warm_up: bool


class Measured(NamedTuple):
    """The errors of every repeat, and their curves."""

    errors: pd.DataFrame  # configuration, seed, rmse
    curves: pd.DataFrame  # configuration, seed, epoch, train_rmse, test_rmse


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
    ready = list(_ready(configurations))
    errors = [pd.DataFrame()] * len(ready)
    histories = [pd.DataFrame()] * len(ready)
    jobs = [configuration.job for configuration in ready]
    for index, result in train(jobs):
        if isinstance(result, Exception):
            raise result
        name = configurations[index].name
        seeds = ready[index].job.setting.seeds
        measured = errors_of(ready[index], result.ensemble)
        columns = {"configuration": name, "seed": seeds, "rmse": measured}
        errors[index] = pd.DataFrame(columns)
        if curves:
            curves_of_repeats = curves_frame(result.mean_rmse(), result.epochs, result.parts, seeds)
            histories[index] = curves_of_repeats.assign(configuration=name)
    return Measured(pd.concat(errors), pd.concat(histories))


def errors_of(ready: Ready, ensemble: Ensemble) -> Floats:
    """Return the RMSE of each repeat on the test rows [R], the mean over series.

    It is what the stage evaluate measures.
    """
    batching = ready.job.setting.batching
    networks = Rebatched(ensemble, batching, ready.rebatch.batch_size, ready.rebatch.state)
    tested = [series for series in ready.series if series.rows.count("test")]  # folds have no test
    forecasts = forecast_part(networks, tested, "test", ready.undo, warm_up=ready.warm_up)
    pairs = zip(forecasts, tested, strict=True)
    return mean_over_series([rmse(forecast, own.values("test")) for forecast, own in pairs])


def _ready(configurations: Sequence[Configuration]) -> Iterator[Ready]:
    params = read_params()
    stages = read_pipeline()
    require_stages(stages, NEEDED)
    training = training_stage(stages)
    earlier = [stage for stage in before_training(stages) if stage.module != NOT_NEEDED]
    before = None
    with _folder() as folder:
        for configuration in configurations:
            changed = with_values(params, configuration.overrides)
            run_stages(earlier, folder, changed, before)
            before = changed
            with contextlib.chdir(folder):
                job = training.prepare()
                yield Ready(
                    job=job,
                    series=read_aligned(job.series),
                    undo=Undo(read_scaler(), read_inverse()),
                    rebatch=load(RebatchParams),
                    warm_up=load(EvaluateParams).warm_up,
                )


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Yield a temporary folder with the sources and links to all else of the working directory.

    The links are there because a source may be any path.
    """
    with folder_with_sources() as folder:
        for path in Path.cwd().iterdir():
            if path.name not in OWN:
                (folder / path.name).symlink_to(path)
        yield folder
