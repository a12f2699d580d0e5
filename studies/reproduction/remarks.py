"""The section on what was remarked on the published diagnostics; every verdict is the data's."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from statecast.base.arrays import Floats
from studies.reproduction.claims import (
    Claim,
    Verdict,
    judge,
    judge_published,
    judge_published_medians,
)
from studies.reproduction.comparison import published_moments
from studies.reproduction.curves import bends, overfits, runs_of, turns
from studies.reproduction.figures import VERSIONS, Figures, of_variant
from studies.reproduction.markdown import table
from studies.reproduction.settings import BASE, values_of
from studies.reproduction.statistics import Estimate, Quartiles, median_interval, share_interval

SIZES = (1, 2, 4)
WIDEST = Claim("batch size 4 has the widest spread of 1, 2 and 4", "batch_size", SIZES, "widest", 4)
LOWEST = Claim("batch size 4 has the lowest median of 1, 2 and 4", "batch_size", SIZES, "median", 4)
NO_CURVES = Verdict("no curves published", "")

HOW = (
    "Each remark that was made on the published diagnostics, judged by {repeats} learning curves a"
    " version, and those on batch sizes by 300 repeats. A curve *turns* at the epoch of its lowest"
    " test RMSE (1000: it still falls), and *bends* where two straight lines meet that fit it best"
    " up to 1000 epochs; a run *overfits* where its last test RMSE is more than 5 % above its"
    " lowest, while its training RMSE fell. In brackets the median epoch or the share, and its 95 %"
    " interval (order statistics; Clopper and Pearson). Of an epoch *holds*: the whole interval"
    " lies where it was said (near 600: 500 to 700); *undecided*: a part of it; *does not hold*:"
    " nothing of it. A half *holds* where the interval has it. Spreads are told apart by the test"
    " of Brown and Forsythe (published: F), medians by Mood's (published: the notches of McGill,"
    " Tukey and Larsen), with Holm's correction: *not shown* and *undecided* as in the conclusions."
)


class Remark(NamedTuple):
    """What was remarked, and what judges it."""

    words: str
    measured: Callable[[Figures, str], Verdict]  # of a version of Keras
    published: Callable[[Figures], Verdict]


def remarks(figures: Figures) -> list[str]:
    """Return the verdicts on the remarks."""
    repeats = figures.remarks["seed"].nunique()
    lines = ["## The published remarks on the learning curves", "", HOW.format(repeats=repeats), ""]
    judged = {remark.words: verdicts_on(remark, figures) for remark in REMARKS}
    lines += table([_row(words, verdicts) for words, verdicts in judged.items()])
    for words, verdicts in judged.items():
        lines.append(f"- {words}:")
        lines += [f"  - {who}: {verdict}" for who, verdict in verdicts.items() if verdict.why]
    return [*lines, ""]


def verdicts_on(remark: Remark, figures: Figures) -> dict[str, Verdict]:
    """Return the verdicts on a remark, by whose figures they are."""
    verdicts = {"the published figures": remark.published(figures)}
    for version, words in VERSIONS.items():
        verdicts[words] = remark.measured(figures, version)
    return verdicts


def all_below(values: Floats, limit: float) -> Verdict:
    """Return whether all RMSE [R] are below a limit."""
    below = int((values < limit).sum())
    word = "holds" if below == len(values) else "does not hold"
    why = f"{below} of {len(values)} below {limit:.1f}, the highest has {values.max():.1f}"
    return Verdict(word, why)


def median_within(epochs: Floats, low: int, high: int) -> Verdict:
    """Return whether the median of epochs [R] lies between two."""
    found = median_interval(epochs)
    figures = f"{found.figure:.0f}, {found.low:.0f} to {found.high:.0f}"
    return Verdict(_word(found, low, high), figures)


def in_half(happens: np.ndarray) -> Verdict:
    """Return whether something happens [R] in half of the runs."""
    number = int(happens.sum())
    found = share_interval(number, len(happens))
    word = "holds" if found.low <= 1 / 2 <= found.high else "does not hold"
    why = f"{number} of {len(happens)}: {found.figure:.0%}, {found.low:.0%} to {found.high:.0%}"
    return Verdict(word, why)


def _word(found: Estimate, low: float, high: float) -> str:
    if low <= found.low and found.high <= high:
        return "holds"
    return "does not hold" if found.high < low or found.low > high else "undecided"


def _row(words: str, verdicts: dict[str, Verdict]) -> dict[str, str]:
    return {"remark": words, **{who: verdict.word for who, verdict in verdicts.items()}}


def _beats_persistence(figures: Figures, version: str) -> Verdict:
    runs = runs_of(figures, version, 2000, 1).up_to(500)
    return all_below(runs.test[-1], figures.persistence)


def _published_beat_persistence(figures: Figures) -> Verdict:
    rows = figures.diagnostics
    values = rows.loc[rows["epochs"] == 500, "test_rmse"].to_numpy(np.float64)
    return all_below(values, figures.persistence)


def _bends_near_600(figures: Figures, version: str) -> Verdict:
    return median_within(bends(runs_of(figures, version, 2000, 1).up_to(1000)), 500, 700)


def _turns_near_600(figures: Figures, version: str) -> Verdict:
    return median_within(turns(runs_of(figures, version, 2000, 1).up_to(1000)), 500, 700)


def _overfits_at_2000(figures: Figures, version: str) -> Verdict:
    return in_half(overfits(runs_of(figures, version, 2000, 1)))


def _two_units_turn(figures: Figures, version: str) -> Verdict:
    return median_within(turns(runs_of(figures, version, 1000, 2)), 500, 750)


def _three_units_turn(figures: Figures, version: str) -> Verdict:
    return median_within(turns(runs_of(figures, version, 1000, 3)), 300, 400)


def _batch_size_4(claim: Claim) -> Callable[[Figures, str], Verdict]:
    def judged(figures: Figures, version: str) -> Verdict:
        repeats = of_variant(figures.repeats, version)
        values = {}
        for size in claim.settings:
            wanted = BASE | {claim.key: size}
            values[size] = values_of(repeats, **wanted)
        return judge(claim, values)

    return judged


def _published_spreads(figures: Figures) -> Verdict:
    rows = _published_batch_sizes(figures).items()
    return judge_published(WIDEST, {size: published_moments(row) for size, row in rows})


def _published_medians(figures: Figures) -> Verdict:
    samples = {}
    for size, row in _published_batch_sizes(figures).items():
        samples[size] = Quartiles(int(row["count"]), row["q25"], row["median"], row["q75"])
    return judge_published_medians(LOWEST, samples)


def _published_batch_sizes(figures: Figures) -> dict[int, dict[Any, Any]]:
    rows = figures.published[figures.published["study"] == "batch_size"]
    return {int(row["batch_size"]): row for row in rows.to_dict("records")}


def _no_curves(_: Figures) -> Verdict:
    return NO_CURVES


REMARKS = (
    Remark(
        "after 500 epochs all runs beat persistence",
        _beats_persistence,
        _published_beat_persistence,
    ),
    Remark("an inflection near 600 epochs: the test error bends", _bends_near_600, _no_curves),
    Remark("an inflection near 600 epochs: the test error turns", _turns_near_600, _no_curves),
    Remark("at 2000 epochs half of the runs overfit", _overfits_at_2000, _no_curves),
    Remark("with 2 units the test error turns at 500 to 750 epochs", _two_units_turn, _no_curves),
    Remark("with 3 units the test error turns at 300 to 400 epochs", _three_units_turn, _no_curves),
    Remark(WIDEST.words, _batch_size_4(WIDEST), _published_spreads),
    Remark(LOWEST.words, _batch_size_4(LOWEST), _published_medians),
)
