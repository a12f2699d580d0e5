"""The section on larger batches, contiguous lanes and 3000 repeats."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from studies.reproduction.figures import Figures, of_variant
from studies.reproduction.markdown import mean_and_std, p_cell, table
from studies.reproduction.settings import KEYS, TODAY, setting_text
from studies.reproduction.statistics import (
    LEVEL,
    Moments,
    holm_by_name,
    moments_of,
    needed_repeats,
    welch,
)

NORMAL_95 = 1.96  # standard errors on either side of a mean
ABOUT = (
    "Keras today, 1000 epochs, 1 unit, 300 repeats; p against batch size 1, with Holm's correction."
    " Interleaved lanes are those of Keras; a contiguous lane holds a stretch of the series."
)


class BatchKind(NamedTuple):
    """How the training rows are laid into batches."""

    layout: str
    size: int


ONE = BatchKind("interleaved", 1)
TWO = BatchKind("interleaved", 2)


class MeasuredKind(NamedTuple):
    """What was measured with batches of one kind."""

    values: Floats  # [N], RMSE of the repeats
    sample: Moments
    p: float | None  # of a mean equal to that of batch size 1, after Holm; None: batch size 1


def unseen(figures: Figures) -> list[str]:
    """Return what the published studies did not try."""
    measured = _measured(figures.unseen)
    findings = [
        _lowest(measured),
        _flattered(measured),
        _one_and_two(measured),
        _many(figures),
    ]
    return [
        "## What the published studies did not try",
        "",
        ABOUT,
        "",
        *table([_row(kind, measured) for kind in measured]),
        *(f"- {finding}" for finding in findings),
        "",
    ]


def _measured(errors: pd.DataFrame) -> dict[BatchKind, MeasuredKind]:
    """Return what was measured with batches of each kind, in the order of the table."""
    groups: Any = errors.groupby(["layout", "batch_size"], sort=False)["rmse"]
    values = {BatchKind(*key): group.to_numpy(np.float64) for key, group in groups}
    samples = {kind: moments_of(array) for kind, array in values.items()}
    p = {kind: welch(samples[ONE], samples[kind]) for kind in values if kind != ONE}
    corrected = holm_by_name(p)
    return {
        kind: MeasuredKind(array, samples[kind], corrected.get(kind))
        for kind, array in values.items()
    }


def _row(kind: BatchKind, measured: dict[BatchKind, MeasuredKind]) -> dict[str, Any]:
    values, sample, p = measured[kind]
    return {
        "layout": kind.layout,
        "batch size": kind.size,
        "RMSE": mean_and_std(sample.mean, sample.std),
        "median": f"{np.median(values):.1f}",
        "p": "" if p is None else p_cell(p),
        "than batch size 1": _word(kind, measured),
    }


def _word(kind: BatchKind, measured: dict[BatchKind, MeasuredKind]) -> str:
    p = measured[kind].p
    if p is None:
        return ""
    if p >= LEVEL:
        return "not told apart"
    is_lower = measured[kind].sample.mean < measured[ONE].sample.mean
    return "better" if is_lower else "worse"


def _lowest(measured: dict[BatchKind, MeasuredKind]) -> str:
    best = min(measured, key=lambda kind: measured[kind].sample.mean)
    words = [_word(kind, measured) for kind in measured]
    return (
        f"Lowest mean: {best.layout}, batch size {best.size}, with"
        f" {measured[best].sample.mean:.1f} against {measured[ONE].sample.mean:.1f} at batch size"
        f" 1. {words.count('better')} of {len(measured) - 1} settings are significantly better"
        " than batch size 1."
    )


def _flattered(measured: dict[BatchKind, MeasuredKind]) -> str:
    return (
        f"The winner of {len(measured)} settings on 12 test rows is flattered by the choice: this"
        " describes these rows, it is no advice for others."
    )


def _one_and_two(measured: dict[BatchKind, MeasuredKind]) -> str:
    one = measured[ONE].sample
    two = measured[TWO].sample
    difference = one.mean - two.mean
    return (
        f"Batch sizes 1 and 2 (interleaved) differ by {abs(difference):.1f}. To see that at 5 % in"
        f" four studies of five takes {needed_repeats(difference, one, two)} repeats of each, not"
        " 30."
    )


def _many(figures: Figures) -> str:
    """Return what 3000 repeats say of one configuration."""
    values = figures.many["rmse"].to_numpy(np.float64)
    setting = figures.many.iloc[0].to_dict()
    low, high = np.quantile(values, [0.05, 0.95])
    std = values.std(ddof=1)
    error = NORMAL_95 * std / np.sqrt(len(values))
    return (
        f"{setting_text(setting)} is {_rank(setting, figures)} of the published configurations over"
        f" 300 repeats. {len(values)} repeats of it from other seeds: mean"
        f" {values.mean():.2f} ± {error:.2f} (95 %), standard deviation {std:.2f}; 90 % of them lie"
        f" from {low:.1f} to {high:.1f}, the luckiest has {values.min():.1f}, the unluckiest"
        f" {values.max():.1f}."
    )


def _rank(setting: dict[Any, Any], figures: Figures) -> str:
    means = of_variant(figures.repeats, TODAY).groupby(KEYS)["rmse"].mean()
    lowest: Any = means.idxmin()
    best = dict(zip(KEYS, lowest, strict=True))
    is_best = all(setting[key] == best[key] for key in KEYS)
    return "the best" if is_best else f"not the best ({setting_text(best)} is)"
