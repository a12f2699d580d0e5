"""rebatch: bring the trained networks to the forecasting batch size and prove what they compute."""

import logging

from statecast.artifacts.model import Model, write_model
from statecast.artifacts.scaled import read_scaled_for
from statecast.artifacts.trained import TRAINING, read_trained
from statecast.artifacts.undo import read_inputs, read_inverse, read_scaler
from statecast.base.files import write_json
from statecast.base.paths import EXPORTED, MODEL
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.base.writing import whole_folder
from statecast.forecasting.parity import parity
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.undo import Undo
from statecast.network.ensemble import Ensemble
from statecast.params.rebatch import RebatchParams

log = logging.getLogger(__name__)


@stage(
    RebatchParams,
    recurrent_activation="train.recurrent_activation",
    cell="train.cell",
    learning_rate="train.learning_rate",
)
def main() -> None:
    """Write the model with its parity, and Keras models where ``export`` asks for some."""
    params = load(RebatchParams)
    trained = read_trained()
    batching = trained.setting.batching
    networks = Rebatched(trained.ensemble, batching, params.batch_size, params.state)
    proof = parity(networks, read_scaled_for(trained.ensemble).series)
    words = proof.in_words(networks)
    with whole_folder(EXPORTED):
        write_exported(trained.ensemble, params)
    undo = Undo(read_scaler(), read_inverse())
    write_model(Model(networks, read_inputs(), undo), proof, words)
    write_json(trained.setting.as_json(), MODEL / TRAINING)
    log.log(logging.INFO if proof.exact else logging.WARNING, "rebatch: %s", words)


def write_exported(ensemble: Ensemble, params: RebatchParams) -> None:
    """Write what was exported, and the Keras models where ``export`` asks for some."""
    write_json({"export": params.export}, EXPORTED / "export.json")
    if params.export is None:
        return
    from statecast.training.export import export_keras

    export_keras(ensemble, EXPORTED, batch_size=params.batch_size, seed=params.export)


if __name__ == "__main__":
    run(main)
