"""difference: transform each series and take its lag differences."""

from statecast.artifacts.frames import read_long
from statecast.base.files import write_frame, write_json
from statecast.base.paths import DIFFERENCED, INVERSE, SERIES
from statecast.base.section import load
from statecast.base.stage import run, stage
from statecast.flow.difference import differenced, is_untouched
from statecast.params.difference import DifferenceParams
from statecast.params.download import DownloadParams
from statecast.params.frame import FrameParams
from statecast.params.series import SeriesParams
from statecast.params.train import TrainParams


@stage(DifferenceParams, FrameParams, TrainParams)
def main() -> None:
    """Write ``unique_id, ds, y`` and the features, and what undoes the changes of y."""
    params = load(DifferenceParams)
    series = read_long(SERIES, symbols=is_untouched(params))
    has_symbols = load(DownloadParams).values == "symbols"
    frame, inverse = differenced(
        series,
        params,
        load(FrameParams),
        season_length=load(SeriesParams).season_length,
        rows_of_update=load(TrainParams).rows_of_update(),
        symbols=has_symbols,
    )
    write_frame(frame, DIFFERENCED)
    write_json(inverse.as_json(), INVERSE)


if __name__ == "__main__":
    run(main)
