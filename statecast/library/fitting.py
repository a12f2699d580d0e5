"""From a long frame to trained networks, by the functions of the stages."""

from typing import NamedTuple

import pandas as pd

from statecast.artifacts.forecaster import StoredForecaster, history_for, sizes_of
from statecast.artifacts.model import Model
from statecast.artifacts.scaled import scaled_rows
from statecast.base.identity import FILLED
from statecast.flow.difference import Differenced, differenced
from statecast.flow.frame import framed, inputs_of
from statecast.flow.known import PreparedSeries
from statecast.flow.scale import Scaled, scaled
from statecast.flow.train import fold_networks, job_of
from statecast.forecasting.alignment import align, with_truth
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.library.keywords import Sections
from statecast.library.messages import keys_from
from statecast.network.rows import ScaledRows
from statecast.params.difference import DifferenceParams
from statecast.params.frame import FrameParams
from statecast.params.scale import ScaleParams
from statecast.params.train import TrainParams
from statecast.training.guest import environment_put_back
from statecast.training.job import Job


class Fit(NamedTuple):
    """Trained networks, and the series that they were trained on."""

    stored: StoredForecaster
    prepared: PreparedSeries


def fitted(history: pd.DataFrame, sections: Sections) -> Fit:
    """Train networks on series.

    Args:
        history: ``unique_id, ds, y`` and the covariates, as text and numbers.
        sections: how.

    Raises:
        StatecastError: keys do not suit the series, or a loss is not finite any more.

    """
    changed = _differenced(history, sections)
    inputs = inputs_of(sections.frame)
    result = _scaled(changed, sections)
    undo = Undo(result.scaler, changed.inverse)
    parts = [result.parts[name] for name in ("train", "validation", "test")]
    rows = scaled_rows(parts, result.scales, inputs.steps, inputs)
    prepared = PreparedSeries(history, changed.frame, rows.series, inputs, undo)
    return Fit(_trained(prepared, rows, sections), prepared)


@keys_from(DifferenceParams, FrameParams, TrainParams)
def _differenced(history: pd.DataFrame, sections: Sections) -> Differenced:
    return differenced(
        history,
        sections.difference,
        sections.frame,
        season_length=sections.series.season_length,
        rows_of_update=sections.train.rows_of_update(),
    )


@keys_from(ScaleParams, FrameParams)
def _scaled(changed: Differenced, sections: Sections) -> Scaled:
    split = framed(changed.frame, sections.frame)
    return scaled(split._asdict(), inputs_of(sections.frame), sections.scale)


@keys_from(TrainParams)
def _trained(prepared: PreparedSeries, rows: ScaledRows, sections: Sections) -> StoredForecaster:
    """Train what the sections ask for, and return all that a forecaster needs."""
    inverse = prepared.undo.inverse
    if not inverse.keeps_scale or FILLED in prepared.history:
        aligned = align(rows.series, prepared.history)
        rows = rows._replace(series=with_truth(aligned, inverse))
    job: Job = job_of(sections.train, rows, prepared.undo.scaler, inverse)
    with environment_put_back():
        from statecast.training.sharing import train_job

        result = train_job(job)
    folds = fold_networks(job, result)
    networks = Rebatched(
        result.without_interval_folds(job).ensemble,
        job.setting.batching,
        sections.rebatch.batch_size,
        sections.rebatch.state,
    )
    sizes = sizes_of(prepared.rows)
    return StoredForecaster(
        model=Model(networks, prepared.inputs, prepared.undo),
        setting=job.setting,
        history=history_for(sizes, prepared.history),
        params=sections.as_json(),
        sizes=sizes,
        interval_folds=folds,
    )
