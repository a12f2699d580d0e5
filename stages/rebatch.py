"""rebatch: bring the trained networks to the forecasting batch size and prove that they compute the same."""

import logging
from pathlib import Path
from typing import Literal

from statecast.base.command import run
from statecast.base.params import Count, Section, load_section
from statecast.base.storage import read_arrays, read_json, write_arrays, write_json
from statecast.model.dataset import read_series
from statecast.model.rebatching import Trained, largest_difference
from statecast.model.trained import model_arrays, model_from

log = logging.getLogger(__name__)


class Rebatch(Section):
    """The batch size of forecasting, and the state that each row goes on from."""

    batch_size: Count
    state: Literal["lanes"]


def main(scaled: Path, weights: Path, network: Path, rebatched_weights: Path, rebatched: Path, metrics: Path) -> None:
    """Write the rebatched networks and ``metrics/rebatch.json``."""
    section = load_section(Rebatch, "rebatch")
    trained = read_json(network)
    model = model_from(read_arrays(weights), trained["network"])
    how = Trained(**{key: value for key, value in trained["trained"].items() if key != "series"})
    difference = max(
        largest_difference(model, one, how, batch_size=section.batch_size, state=section.state)
        for one in read_series(scaled)
    )
    write_arrays(model_arrays(model), rebatched_weights)
    write_json({**trained, "batch_size": section.batch_size, "state": section.state}, rebatched)
    write_json({"max_abs_difference": difference}, metrics)
    log.info(
        "rebatch: batch size %d to %d, state %s: forecasts differ by at most %.2g (scaled)",
        how.batch_size,
        section.batch_size,
        section.state,
        difference,
    )


if __name__ == "__main__":
    run(main)
