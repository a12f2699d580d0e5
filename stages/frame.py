"""frame: put the inputs beside each value and split into train, validation and test."""

from statecast.artifacts.frames import read_long
from statecast.base.files import write_frame, write_json
from statecast.base.paths import DIFFERENCED, FRAMED
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.base.writing import whole_folder
from statecast.flow.frame import framed, inputs_of
from statecast.params.frame import FrameParams


@stage(FrameParams)
def main() -> None:
    """Write the three parts (``unique_id, fold, ds``, inputs, y), and what a row is."""
    params = load(FrameParams)
    inputs = inputs_of(params)
    frame = read_long(DIFFERENCED, inputs.covariates, symbols=True)
    split = framed(frame, params)
    with whole_folder(FRAMED):
        for part, rows in split._asdict().items():
            write_frame(rows, FRAMED / f"{part}.csv")
        write_json(inputs.as_json(), FRAMED / "inputs.json")


if __name__ == "__main__":
    run(main)
