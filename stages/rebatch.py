"""rebatch: bring the trained networks to the forecasting batch size and prove what they compute."""

import logging
from collections.abc import Sequence

from statecast.artifacts.forecaster import (
    StoredForecaster,
    history_for,
    sections_of,
    sizes_of,
    write_forecaster,
)
from statecast.artifacts.frames import read_long
from statecast.artifacts.interval_folds import read_interval_folds
from statecast.artifacts.model import Model
from statecast.artifacts.scaled import read_scaled_for
from statecast.artifacts.trained import TrainedNetworks, read_trained
from statecast.artifacts.undo import read_inputs, read_inverse, read_scaler
from statecast.base.files import write_json
from statecast.base.paths import EXPORTED, SERIES, TRAINED
from statecast.base.section import load, read_params
from statecast.base.stage import run, stage
from statecast.base.writing import whole_folder
from statecast.forecasting.parity import parity
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.network.ensemble import Ensemble
from statecast.network.rows import SeriesRows
from statecast.params.rebatch import RebatchParams

log = logging.getLogger(__name__)


@stage(
    RebatchParams,
    recurrent_activation="train.recurrent_activation",
    cell="train.cell",
    learning_rate="train.learning_rate",
)
def main() -> None:
    """Write the forecaster with its parity, and Keras models where ``export`` asks for some."""
    params = load(RebatchParams)
    trained = read_trained()
    batching = trained.setting.batching
    networks = Rebatched(trained.ensemble, batching, params.batch_size, params.state)
    series = read_scaled_for(trained.ensemble).series
    proof = parity(networks, series)
    words = proof.in_words(networks)
    with whole_folder(EXPORTED):
        write_exported(trained.ensemble, params)
    model = Model(networks, read_inputs(), Undo(read_scaler(), read_inverse()))
    write_forecaster(stored_of(model, trained, series), proof, words)
    log.log(logging.INFO if proof.exact else logging.WARNING, "rebatch: %s", words)


def stored_of(
    model: Model, trained: TrainedNetworks, series: Sequence[SeriesRows]
) -> StoredForecaster:
    """Return the networks with all else that a forecaster needs.

    Raises:
        StatecastError: a file of an earlier stage is missing or damaged.

    """
    is_symbols = model.undo.scaler.is_symbols
    sizes = sizes_of(series)
    every = read_long(SERIES, model.inputs.covariates, symbols=is_symbols)
    return StoredForecaster(
        model=model,
        setting=trained.setting,
        history=history_for(sizes, every),
        params=sections_of(read_params()),
        sizes=sizes,
        interval_folds=read_interval_folds(trained.ensemble.network, TRAINED),
    )


def write_exported(ensemble: Ensemble, params: RebatchParams) -> None:
    """Write what was exported, and the Keras models where ``export`` asks for some."""
    write_json({"export": params.export}, EXPORTED / "export.json")
    if params.export is None:
        return
    from statecast.training.export import export_keras

    export_keras(ensemble, EXPORTED, batch_size=params.batch_size, seed=params.export)


if __name__ == "__main__":
    run(main)
