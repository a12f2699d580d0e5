"""The table of the study of the smallest network that remembers, as lines of Markdown."""

from pathlib import Path
from typing import Any, NamedTuple

from statecast.base.paths import STUDY_METRICS

STUDY = STUDY_METRICS / "smallest.json"  # in the folder of the problem
YAML = Path("studies/smallest.yaml")
ENOUGH = 0.95  # of the repeats

Share = dict[tuple[int, int], float]  # units and epochs to the share of repeats all right


class Found(NamedTuple):
    """What the study found."""

    share: Share
    repeats: int


def found_in(study: dict[str, Any]) -> Found:
    """Return what a study of units and epochs found.

    Args:
        study: the content of its metrics, all with the same number of repeats.

    """
    share = {}
    for configuration in study["configurations"].values():
        overrides = configuration["overrides"]
        (units,) = overrides["train.units"]
        share[units, overrides["train.epochs"]] = configuration["metrics"]["share_all_right"]
    return Found(share, overrides["train.repeats"])


def lines_of(found: Found) -> list[str]:
    """Return the table, a row a number of units, and the sentence that it is there for."""
    units = sorted({units for units, _ in found.share})
    epochs = sorted({epochs for _, epochs in found.share})
    head = ["units", *(f"{count} epochs" for count in epochs)]
    rows = [head, ["---:"] * len(head)]
    for size in units:
        shares = [found.share[size, count] for count in epochs]
        rows.append([str(size), *(f"{share:.3g}" for share in shares)])
    table = [f"| {' | '.join(cells)} |" for cells in rows]
    return [*table, "", sentence(found)]


def sentence(found: Found) -> str:
    """Return which network is the smallest that succeeds, and the fewest epochs it takes."""
    enough = [size for size, share in found.share.items() if share >= ENOUGH]
    of = f"of {found.repeats} repeats"
    if not enough:
        return f"No network of these is all right in {ENOUGH:.0%} {of}."
    units, epochs = min(enough)
    right = round(found.share[units, epochs] * found.repeats)
    word = "unit" if units == 1 else "units"
    return (
        f"The smallest network that is all right in at least {ENOUGH:.0%} {of} has {units} {word},"
        f" trained for {epochs} epochs: {right} of {found.repeats}."
    )
