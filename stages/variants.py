"""variants: run the pipeline of a folder under several settings, side by side."""

import logging
from pathlib import Path
from typing import Any

import pandas as pd

from statecast.base.errors import require
from statecast.base.files import read_frame, read_json, write_frame, write_json
from statecast.base.keys import flat, require_keys, with_values
from statecast.base.logs import logged_from
from statecast.base.paths import ACCURACY, MODEL, RMSE, SCORES, VARIANTS, VARIANTS_TABLE
from statecast.base.section import read_params
from statecast.base.stage import run, stage
from statecast.pipeline import folder_with_sources, read_pipeline, run_stages

OF_PARITY = ("exact", "max_abs_difference")  # figures that are shown of it

log = logging.getLogger(__name__)


@stage()
def main() -> None:
    """Write the figures of every variant, and its metrics of each repeat."""
    params = read_params()
    variants = variants_of(params)
    stages = read_pipeline()
    figures: dict[str, Any] = {}
    repeats = []
    before = None
    with folder_with_sources() as folder:
        for number, (name, overrides) in enumerate(variants.items(), 1):
            changed = with_values(params, overrides)
            with logged_from(logging.WARNING, "stages", "statecast"):
                run_stages(stages, folder, changed, before)
            before = changed
            of_repeats = repeats_in(folder)
            figures[name] = {**figures_in(folder), "repeats": len(of_repeats)}
            repeats.append(of_repeats.assign(variant=name))
            log.info("variants: %d of %d, %s", number, len(variants), name)
    write_json(figures, VARIANTS)
    write_frame(pd.concat(repeats), VARIANTS_TABLE)


def variants_of(params: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the section ``variants``, taken out of the params: name to dotted keys and values.

    Raises:
        StatecastError: there is no such section, or a key in it is not in the params.

    """
    variants = params.pop("variants", None)
    is_section = isinstance(variants, dict)
    require(is_section, "params.yaml: variants", "be a section of names with overrides", variants)
    named = {name: overrides or {} for name, overrides in variants.items()}
    for name, overrides in named.items():
        require_keys(overrides, params, f"params.yaml: variants: {name}")
    return named


def figures_in(folder: Path) -> dict[str, Any]:
    """Return the scores and the parity of the pipeline in a folder by their dotted names."""
    parity = read_json(folder / MODEL / "parity.json")
    scores = flat(read_json(folder / SCORES))
    return scores | {name: parity[name] for name in OF_PARITY}


def repeats_in(folder: Path) -> pd.DataFrame:
    """Return what was measured of each repeat in a folder."""
    path = next(path for path in (RMSE, ACCURACY) if (folder / path).is_file())
    return read_frame(folder / path)


if __name__ == "__main__":
    run(main)
