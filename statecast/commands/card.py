"""Write the model card: data, params, figures and commit of the networks."""

import argparse
import hashlib
from pathlib import Path
from typing import Any

from statecast.base.files import read_frame, read_json, write_text
from statecast.base.paths import CARD, DIFFERENCED, METRICS, MODEL, SCORES, SERIES
from statecast.base.section import read_params
from statecast.report.card import Facts, card
from statecast.report.directions import direction_figures, learned_direction
from statecast.report.verdict import read_verdict
from statecast.study.repository import git

INPUTS = (  # what the networks follow from; the code is that of the top for a problem's pipeline
    "params.yaml",
    "dvc.lock",
    "stages",
    "statecast",
    ":(top)stages",
    ":(top)statecast",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the verb takes."""
    parser.add_argument("card", nargs="?", type=Path, default=CARD, help=f"the file ({CARD})")


def run(given: argparse.Namespace) -> bool:
    """Write the card and print its path.

    Raises:
        StatecastError: the pipeline has not run, or here is no repository.

    """
    write_text(card(facts()), given.card)
    print(given.card)  # noqa: T201
    return True


def facts() -> Facts:
    """Return what the pipeline found, and what it found it with.

    Raises:
        StatecastError: the pipeline has not run, or here is no repository.

    """
    return Facts(
        commit=commit(),
        params=read_params(),
        figures=_figures(),
        verdict=read_verdict(),
        series=series_in_words(),
        sha256=hashlib.sha256(SERIES.read_bytes()).hexdigest(),
        parity=str(read_json(MODEL / "parity.json")["in_words"]),
    )


def _figures() -> dict[str, Any]:
    """Return the headline metrics, or the shares of directions where these were learned."""
    learned = learned_direction()
    return read_json(METRICS) if learned is None else direction_figures(read_json(SCORES), learned)


def commit() -> str:
    """Return the hash of HEAD, and whether what the networks follow from has changed since.

    Raises:
        StatecastError: here is no repository, or it has no commit.

    """
    here = Path.cwd()
    head = git("rev-parse", "--verify", "HEAD", folder=here).strip()
    changed = git("status", "--porcelain", "--", *INPUTS, folder=here)
    return f"{head}, with changes that are not committed" if changed else head


def series_in_words() -> str:
    """Return how many series there are, with their rows and times.

    Raises:
        StatecastError: the pipeline has not run.

    """
    every = read_frame(SERIES)
    trained = read_frame(DIFFERENCED)["unique_id"]  # the others were too short
    series = every[every["unique_id"].isin(trained)]
    count = series["unique_id"].nunique()
    first, last = series["ds"].iloc[[0, -1]]
    if count == 1:
        return f"{series['unique_id'].iloc[0]}: {len(series)} rows, {first} to {last}"
    times = f"{series['ds'].min()} to {series['ds'].max()}"
    return f"{count} series, {len(series)} rows in all, {times}"
