"""The section on larger batches, which are said to give a flat line with a lower RMSE."""

from collections.abc import Sequence

import numpy as np

from studies.extensions.comparison import moments
from studies.extensions.references import Reference
from studies.extensions.result import ExtensionResult, Results
from studies.extensions.settings import Settings
from studies.reproduction.markdown import p_cell, p_text
from studies.reproduction.statistics import LEVEL, Trend, holm_by_name, moments_of, trend, welch

HEADING = "## Larger batches: a flat line with a lower RMSE, is there anything to learn?"
ABOUT = (
    "The shampoo series, {repeats} repeats, all 22 training rows. **Flatness** is the standard"
    " deviation of a repeat's forecasts of the test rows divided by that of the true values, mean"
    " of the repeats: 0 is a flat line, 1 moves as much as the truth. With differences the network"
    " forecasts steps, and the value before is added: then the values move even where the network"
    " says the same step every month, and the flatness of the *steps* shows it. p: Welch's test"
    " against batch size 1, with Holm's correction."
)
HEAD = (
    "| | RMSE | p | flatness | of the steps |",
    "|---|---:|---:|---:|---:|",
)


def flat_line(results: Results, references: dict[str, Reference], asked: Settings) -> list[str]:
    """Return the section.

    Args:
        results: of each batch size.
        references: forecasts without a network.
        asked: the settings.

    """
    findings = [
        _on_error_and_flatness(results, asked),
        _on_lowest(results, asked),
        _on_updates(results, asked),
        _on_references(results, references, asked),
        _without_differences(results, references, asked),
    ]
    return [
        HEADING,
        "",
        ABOUT.format(repeats=asked["repeats"]),
        "",
        *HEAD,
        *_rows(results),
        *(_reference_row(name, reference) for name, reference in references.items()),
        "",
        *(f"- {finding}" for finding in findings),
        "",
    ]


def _rows(results: Results) -> list[str]:
    first, *others = results
    one = moments(results[first])
    corrected = holm_by_name({name: welch(one, moments(results[name])) for name in others})
    rows = []
    for name, result in results.items():
        sample = moments(result)
        p = "" if name == first else p_cell(corrected[name])
        cells = [name, f"{sample.mean:.2f} ± {sample.std:.2f}", p, *_flatness_cells(result)]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def _flatness_cells(result: ExtensionResult) -> list[str]:
    return [f"{np.mean(result.flatness):.2f}", f"{np.mean(result.flatness_of_steps):.2f}"]


def _reference_row(name: str, reference: Reference) -> str:
    figures = f"{reference.flatness:.2f} | {reference.flatness_of_steps:.2f}"
    return f"| *{name}* | {reference.rmse:.2f} | | {figures} |"


def _on_error_and_flatness(results: Results, asked: Settings) -> str:
    """Return whether a larger batch has a lower error and flatter forecasts, at equal epochs."""
    sizes = asked["flat_line"]["sizes"]
    names = list(sizes)
    errors = trend([results[name].rmse for name in names])
    steps = trend([results[name].flatness_of_steps for name in names])
    first = np.mean(results[names[0]].flatness_of_steps)
    last = np.mean(results[names[-1]].flatness_of_steps)
    return (
        f"From {names[0]} to {names[-1]}, with as many epochs, the RMSE {_direction(errors)}"
        f" ({_trend_text(errors)}), and the forecast steps {_movement(steps)}"
        f" ({_trend_text(steps)}): from {first:.2f} to {last:.2f} of the true ones."
    )


def _on_updates(results: Results, asked: Settings) -> str:
    """Return whether the largest batch does the same with as many updates as batch size 1."""
    smallest, *_, largest = asked["flat_line"]["sizes"]
    (longer,) = asked["flat_line"]["as_many_updates"]
    steps = {name: float(np.mean(results[name].flatness_of_steps)) for name in results}
    p = welch(moments(results[largest]), moments(results[longer]))
    told = "is told apart" if p < LEVEL else "is not told apart"
    return (
        f"A larger batch makes fewer updates an epoch. With as many updates as {smallest}, {longer}"
        f" has an RMSE of {moments(results[longer]).mean:.2f}, which {told} from that of {largest}"
        f" ({moments(results[largest]).mean:.2f}, {p_text(p)}); its steps move"
        f" {steps[longer]:.2f} as much as the true ones, instead of {steps[largest]:.2f} there and"
        f" {steps[smallest]:.2f} at {smallest}."
    )


def _on_lowest(results: Results, asked: Settings) -> str:
    """Return whether the batch size with the lowest error has a flatter line."""
    first, *others = asked["flat_line"]["sizes"]
    best = min(others, key=lambda name: moments(results[name]).mean)
    one = results[first]
    other = results[best]
    p = welch(moments(one), moments(other))
    p_of_steps = welch(moments_of(one.flatness_of_steps), moments_of(other.flatness_of_steps))
    before = np.mean(one.flatness_of_steps)
    after = np.mean(other.flatness_of_steps)
    line = "the line is no flatter"
    if p_of_steps < LEVEL:
        line = "the line is flatter" if after < before else "the line moves more"
    return (
        f"Of the larger batches {best} has the lowest RMSE: {moments(other).mean:.2f} against"
        f" {moments(one).mean:.2f} at {first} ({p_text(p)}). Its steps move {after:.2f} as much as"
        f" the true ones, against {before:.2f} ({p_text(p_of_steps)}): {line}."
    )


def _on_references(results: Results, references: dict[str, Reference], asked: Settings) -> str:
    """Return whether the networks are worth more than the same step every month."""
    best_name = min(references, key=lambda name: references[name].rmse)
    best = references[best_name].rmse
    ahead = {name: _share_ahead(results[name], best) for name in asked["flat_line"]["sizes"]}
    least = min(ahead, key=ahead.__getitem__)
    share = "all" if ahead[least] == 1 else f"at least {ahead[least]:.0%} of the"
    verdict = "there is something to learn" if ahead[least] > 1 / 2 else "there may be nothing"
    name, _, _ = best_name.partition(":")
    return (
        "Is there anything to learn? Of the three forecasts that learn no more than a mean the"
        f" best, {name}, has an RMSE of {best:.2f}. At every batch size {share} repeats are ahead"
        f" of it: {verdict}. {_on_ridge(results, asked)}"
    )


def _on_ridge(results: Results, asked: Settings) -> str:
    """Return at how many batch sizes the mean repeat is ahead of ridge regression."""
    sizes = [results[name] for name in asked["flat_line"]["sizes"]]
    errors = [one.baselines["ridge"] for one in sizes]
    ahead = sum(moments(one).mean < error for one, error in zip(sizes, errors, strict=True))
    return (
        f"Ridge regression learns it too, with {min(errors):.2f}: the mean repeat is ahead of that"
        f" at {ahead} of {len(sizes)} batch sizes."
    )


def _without_differences(
    results: Results, references: dict[str, Reference], asked: Settings
) -> str:
    """Return what becomes of the forecasts of values where no differences are taken."""
    raw = [results[name] for name in asked["flat_line"]["no_differences"]]
    differenced = [results[name] for name in asked["flat_line"]["sizes"]]
    errors = [moments(one).mean for one in raw]
    errors_differenced = [moments(one).mean for one in differenced]
    *_, mean = references.values()
    return (
        f"Without differences the values move {_flatness_of(raw)} as much as the truth, the RMSE"
        f" is {_range(errors, 0)}; with differences {_flatness_of(differenced)} as much, with"
        f" {_range(errors_differenced, 0)}. The mean of the training values, which is all flat, has"
        f" {mean.rmse:.0f}."
    )


def _flatness_of(several: Sequence[ExtensionResult]) -> str:
    return _range([float(np.mean(one.flatness)) for one in several], 2)


def _range(values: Sequence[float], digits: int) -> str:
    return f"{min(values):.{digits}f} to {max(values):.{digits}f}"


def _trend_text(one: Trend) -> str:
    return f"rank correlation {one.correlation:.2f}, {p_text(one.p)}"


def _direction(one: Trend) -> str:
    if one.p >= LEVEL:
        return "neither falls nor rises"
    return "falls" if one.correlation < 0 else "rises"


def _movement(one: Trend) -> str:
    if one.p >= LEVEL:
        return "move as before"
    return "become flatter" if one.correlation < 0 else "move more"


def _share_ahead(result: ExtensionResult, error: float) -> float:
    return float(np.mean(np.asarray(result.rmse) < error))
