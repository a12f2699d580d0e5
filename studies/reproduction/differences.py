"""The section on what does not agree, and on the changes that were tried, with 300 repeats."""

from typing import Any

import pandas as pd

from studies.reproduction.comparison import (
    compare,
    how_many_differ,
    published_moments,
    spread_ratio,
)
from studies.reproduction.figures import (
    BY_GATE,
    KERAS_2,
    TRIED,
    VERSIONS,
    VERSIONS_IN_FULL,
    Figures,
    of_variant,
)
from studies.reproduction.markdown import p_text, table
from studies.reproduction.settings import KEYS, TODAY, setting_text
from studies.reproduction.statistics import LEVEL, equal_spreads

NO_EFFECT = 0.05  # of RMSE: less is not seen in a table with one decimal
CLOSE = 1.1  # spread ratio: what is above it is left to explain
PUBLISHED_THREE_TIMES = {"epochs": 1000, "batch_size": 4, "units": 1}

ABOUT = (
    "The same {rows} published rows against 300 repeats here, so that nearly all of the uncertainty"
    " is that of the published figures. The columns count rows that differ at 5 %. Resampled: the"
    " spread against that of 30 repeats drawn at random from the 300, which needs no normal"
    " distribution. Spread ratio: published / here, the geometric mean."
)
NOTHING_TUNED = (
    "Every row of the table is a change that has a name. Nothing was tuned until it agreed."
)

Compared = dict[str, pd.DataFrame]  # what was tried to its comparison


def differences(figures: Figures) -> list[str]:
    """Return what does not agree, and what each change that was tried does to it."""
    compared = {}
    for name in TRIED:
        errors = of_variant(figures.repeats, name)
        compared[name] = compare(figures.published, errors, KEYS)
    findings = [
        _fewest(compared),
        _closest_version(compared),
        *_effects(figures.repeats),
        _three_times(figures.published),
        _closest(compared),
        NOTHING_TUNED,
    ]
    return [
        "## What does not agree, and what was tried",
        "",
        ABOUT.format(rows=len(figures.published)),
        "",
        *table([_row(TRIED[name], rows) for name, rows in compared.items()]),
        *(f"- {finding}" for finding in findings),
        "",
    ]


def _row(words: str, compared: pd.DataFrame) -> dict[str, Any]:
    differing = how_many_differ(compared)
    return {
        "with": words,
        "means": differing.means,
        "means after Holm": differing.means_after_holm,
        "spreads": differing.spreads,
        "spreads resampled": differing.resampled,
        "spreads after Holm": differing.spreads_after_holm,
        "spread ratio": f"{spread_ratio(compared):.2f}",
    }


def _fewest(compared: Compared) -> str:
    """Return with which change the fewest means and spreads differ, and which settings still do."""

    def number(name: str) -> int:
        differing = how_many_differ(compared[name])
        return differing.means_after_holm + differing.spreads_after_holm

    fewest = min(compared, key=number)
    rows = compared[fewest]
    differing = how_many_differ(rows)
    left = rows[(rows["holm_mean"] < LEVEL) | (rows["holm_std"] < LEVEL)]
    settings = dict.fromkeys(setting_text(row) for row in left.to_dict("records"))
    return (
        f"Fewest differences: {TRIED[fewest]}. After Holm's correction"
        f" {differing.means_after_holm} means and {differing.spreads_after_holm} spreads still"
        f" differ: {'; '.join(settings) or 'none'}."
    )


def _closest_version(compared: Compared) -> str:
    ratios = {version: spread_ratio(compared[version]) for version in VERSIONS}
    best = min(ratios, key=lambda version: abs(ratios[version] - 1))
    rest = "what is left is open" if ratios[best] > CLOSE else "that is all of it"
    return (
        f"The published spreads are {ratios[TODAY]:.2f} times those of {VERSIONS_IN_FULL[TODAY]};"
        f" the closest version is {VERSIONS_IN_FULL[best]}, with {ratios[best]:.2f}; {rest}."
        " Before version 2 Keras drew the kernels of each gate by themselves, wider, and the"
        " recurrent ones 1.1 times as large. Which version made the published figures is not known:"
        " a candidate, no proof."
    )


def _effects(repeats: pd.DataFrame) -> list[str]:
    """Return a sentence for each change: by how much it moves the means of its version."""
    means = repeats.groupby(["variant", *KEYS])["rmse"].mean()
    sentences = []
    for name, words in TRIED.items():
        if name in VERSIONS:
            continue
        unchanged = TODAY if name == BY_GATE else KERAS_2
        change = float((means[name] - means[unchanged]).abs().max())
        effect = f"means change by up to {change:.1f}" if change >= NO_EFFECT else "no effect"
        sentences.append(f"{words}: {effect}.")
    return sentences


def _three_times(published: pd.DataFrame) -> str:
    """Return whether the tables agree with each other on the setting that each of them has."""
    wanted = [PUBLISHED_THREE_TIMES[key] for key in KEYS]
    rows = published[(published[KEYS] == wanted).all(axis=1)]
    samples = [published_moments(row) for row in rows.to_dict("records")]
    means = [sample.mean for sample in samples]
    narrowest, *_, widest = sorted(samples, key=lambda sample: sample.std)
    p = equal_spreads(widest, narrowest)
    return (
        f"1000 epochs, batch size 4, 1 unit was published {len(samples)} times, with means"
        f" {max(means) - min(means):.1f} apart and spreads"
        f" {', '.join(f'{sample.std:.1f}' for sample in samples)}, which"
        f" {'agree' if p >= LEVEL else 'do not agree'} with each other (F test of the widest and"
        f" the narrowest, {p_text(p)})."
    )


def _closest(compared: Compared) -> str:
    best = min(compared, key=lambda name: abs(spread_ratio(compared[name]) - 1))
    rows = compared[best]
    differing = how_many_differ(rows)
    return (
        f"Of everything tried the spreads are closest with: {TRIED[best]}"
        f" ({spread_ratio(rows):.2f}); there {differing.means} of {len(rows)} means differ,"
        f" {differing.means_after_holm} after Holm."
    )
