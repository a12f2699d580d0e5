"""rebatch: bring the trained networks to the forecasting batch size and prove what they compute."""

import logging
from pathlib import Path
from typing import Literal

from statecast.base.files import read_arrays, read_json, write_arrays, write_json
from statecast.base.stage import run
from statecast.forecasting.parity import Parity, parity
from statecast.forecasting.rebatched import Rebatched
from statecast.network.batching import Batching
from statecast.network.ensemble import model_from
from statecast.network.lanes import State
from statecast.network.network import network_from_json
from statecast.network.rows import read_series
from statecast.params.section import Count, CountOrZero, Section, load_section

log = logging.getLogger(__name__)


class Rebatch(Section):
    """The batch size of forecasting, the state that each row goes on from, and which networks Keras can load."""

    batch_size: Count
    state: State
    export: CountOrZero | Literal["all"] | None = None


def in_words(found: Parity, batching: Batching, section: Rebatch) -> str:
    """Return in a sentence whether the rebatched network computes the trained one's function."""
    change = f"batch size {batching.batch_size} to {section.batch_size}, {batching.layout}, state {section.state}"
    far = f"forecasts differ by at most {found.max_abs_difference:.2g} (scaled)"
    if found.exact:
        return f"{change}: the same function as trained, {far}"
    return f"{change}: ANOTHER function than trained, {far}; exact here: {', '.join(found.exact_policies)}"


def main(
    scaled: Path,
    weights: Path,
    network: Path,
    rebatched_weights: Path,
    rebatched: Path,
    exported: Path,
    metrics: Path,
) -> None:
    """Write the rebatched networks, the parity, and a folder of Keras models where ``export`` asks for some."""
    section = load_section(Rebatch, "rebatch")
    content = read_json(network)
    model = model_from(read_arrays(weights), network_from_json(content["network"]))
    batching = Batching(**content["trained"])
    found = parity(model, read_series(scaled), batching, batch_size=section.batch_size, state=section.state)
    words = in_words(found, batching, section)
    write_json({"export": section.export}, exported / "export.json")
    if section.export is not None:
        from statecast.training.export import export_keras

        export_keras(model, exported, batch_size=section.batch_size, seed=section.export)
    write_arrays(model.arrays(), rebatched_weights)
    write_json(Rebatched(model.network, batching, section.batch_size, section.state).as_json(), rebatched)
    exact = ", ".join(found.exact_policies)
    difference = found.max_abs_difference
    write_json(
        {"exact": found.exact, "max_abs_difference": difference, "exact_policies": exact, "in_words": words}, metrics
    )
    log.log(logging.INFO if found.exact else logging.WARNING, "rebatch: %s", words)


if __name__ == "__main__":
    run(main)
