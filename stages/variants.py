"""variants: run the pipeline of a folder under several settings, side by side."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from statecast.base.errors import require
from statecast.base.files import read_frame, read_json, write_frame, write_json
from statecast.base.keys import flat, require_keys, with_values
from statecast.base.paths import ACCURACY, MODEL, RMSE, SCORES, SOURCES, VARIANTS, VARIANTS_TABLE
from statecast.base.section import read_params
from statecast.base.stage import run, stage
from statecast.pipeline import read_pipeline, run_stages

OF_PARITY = ("exact", "max_abs_difference")

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
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if SOURCES.is_dir():
            shutil.copytree(SOURCES, folder / SOURCES)
        for number, (name, overrides) in enumerate(variants.items(), 1):
            changed = with_values(params, overrides)
            with warnings_alone():
                run_stages(stages, folder, changed, before)
            before = changed
            figures[name] = figures_in(folder)
            repeats.append(repeats_in(folder).assign(variant=name))
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


@contextmanager
def warnings_alone() -> Iterator[None]:
    """Keep what stages and library tell of themselves out of the log, but for warnings."""
    loggers = [logging.getLogger(name) for name in ("stages", "statecast")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


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
