"""scale: fit a scaler on the training rows and scale all three parts with it."""

from statecast.artifacts.frames import read_framed
from statecast.artifacts.scaled import write_scaled
from statecast.artifacts.undo import INPUTS, SCALER, read_inputs
from statecast.base.files import write_json
from statecast.base.paths import FRAMED, SCALED
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.flow.scale import scaled
from statecast.params.scale import ScaleParams


@stage(ScaleParams, features="frame.features", lags="frame.lags", lagged="frame.lagged")
def main() -> None:
    """Write the scaled rows, the scaler as JSON, and what a row is."""
    params = load(ScaleParams)
    inputs = read_inputs(FRAMED)
    parts = read_framed(inputs, symbols=params.method == "onehot")
    result = scaled(parts, inputs, params)
    write_scaled(result.parts, steps=inputs.steps, scales=result.scales)
    write_json(result.scaler.as_json(), SCALED / SCALER)
    write_json(inputs.as_json(), SCALED / INPUTS)


if __name__ == "__main__":
    run(main)
