"""docs/extensions.md as a text."""

from studies.extensions.comparison import (
    Effect,
    LearningSpeed,
    effects,
    halfway_epoch,
    learning,
    moments,
)
from studies.extensions.flat_line import flat_line
from studies.extensions.measured import Measurements
from studies.extensions.pictures import picture_name, pictures
from studies.extensions.result import ExtensionResult, Outcomes, Results
from studies.extensions.settings import PLAIN, Settings, depth_pairs, groups_of
from studies.extensions.verdicts import (
    best_epoch,
    epoch_text,
    on_baselines,
    on_depth,
    on_slower_learning,
    on_speed,
    sentence,
    spaced,
)
from studies.reproduction.markdown import p_cell
from studies.reproduction.statistics import LEVEL

ABOUT = (
    "Written by `make extensions` from [studies/extensions.yaml](../studies/extensions.yaml), which"
    " has the settings; no figure and no verdict below is typed. One extension at a time is added"
    " to the plain configuration of a series, {repeats} repeats each."
)
ABOUT_RMSE = (
    "- **RMSE**: on the test rows, mean ± standard deviation of the repeats; the ensemble is their"
    " mean forecast."
)
ABOUT_P = (
    "- **p**: Welch's test of the mean against the plain one, without correction. The verdict has"
    " Holm's correction over the extensions of the series: of {tests} tests in all, {chance:.0f}"
    " would fall below 0.05 by chance alone."
)
ABOUT_HALFWAY = (
    "- **halfway**: the epoch (median of the repeats) at which the RMSE on the training rows has"
    " come down to the middle of the way that the plain configuration goes. Later is slower"
    " learning; the verdict tells epochs apart by the rank test of Mann and Whitney, with Holm's"
    " correction. Curves are on the original scale, under a transform too."
)
ABOUT_BEST = (
    "- **best**: the epoch (median) with the lowest RMSE on the test rows. At the last epoch the"
    " lowest is still to come."
)
WARNING = (
    "Nothing was chosen or tuned by these figures, and nobody should choose by them: they are test"
    " errors. Choose by validation rows or folds."
)
HEAD = (
    "| | repeats | RMSE | ensemble | change | p | halfway | best | verdict |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---|",
)
ABOUT_PICTURES = (
    "The pictures show the mean RMSE of the repeats after each epoch, forecast from the zero state."
)


def page(measured: Measurements, asked: Settings) -> str:
    """Return the document.

    Args:
        measured: everything.
        asked: the settings.

    """
    tests = sum(len(outcome.results) - 1 for outcome in measured.series.values())
    lines = ["# What each extension changes", "", ABOUT.format(repeats=asked["repeats"]), ""]
    lines += [ABOUT_RMSE, ABOUT_P.format(tests=tests, chance=LEVEL * tests)]
    lines += [ABOUT_HALFWAY, ABOUT_BEST, "", WARNING, "", "## In short", ""]
    lines += [on_speed([outcome.results for outcome in measured.series.values()]), ""]
    for series, outcome in measured.series.items():
        lines += [*_in_short(series, outcome), ""]
    for series, outcome in measured.series.items():
        lines += _series(series, outcome, asked)
    lines += flat_line(measured.flat_line.results, measured.references, asked)
    return "\n".join(lines).rstrip() + "\n"


def rows(outcome: Outcomes) -> dict[str, str]:
    """Return the row of each configuration, the plain one first."""
    plain, *extensions = outcome.results
    effect_of = effects(outcome.results)
    speed_of = learning(outcome.results)
    lines = {plain: _plain_row(outcome.results[plain])}
    for name in extensions:
        lines[name] = _row(name, outcome.results[name], effect_of[name], speed_of[name])
    for name, why in outcome.failures.items():
        lines[name] = _line([name, *[""] * 7, f"Failed: {why}."])
    return lines


def baselines(results: Results) -> list[str]:
    """Return a table of the baselines of the plain configuration, the best first."""
    errors = results[PLAIN].baselines
    names = sorted(errors, key=errors.__getitem__)
    return ["| baseline | RMSE |", "|---|---:|"] + [
        f"| {spaced(name)} | {errors[name]:.2f} |" for name in names
    ]


def _series(series: str, outcome: Outcomes, asked: Settings) -> list[str]:
    results = outcome.results
    lines = [
        f"## {asked['series'][series]['title']}",
        "",
        *baselines(results),
        "",
        on_baselines(results),
        "",
        ABOUT_PICTURES,
        "",
    ]
    row_of = rows(outcome)
    drawn = pictures({series: outcome}, asked)
    for group, extensions in groups_of(series, asked).items():
        lines += [f"### {group}: {series}", ""]
        name = picture_name(series, group)
        if name in drawn:
            lines += [f"![{group}: learning curves](pictures/extensions/{name}.png)", ""]
        lines += [*HEAD, *(row_of[name] for name in [PLAIN, *extensions]), ""]
        pairs = [pair for pair in depth_pairs(series, asked) if pair.deep in extensions]
        lines += [f"- {verdict}" for verdict in on_depth(pairs, results)]
        lines += [""] if pairs else []
    return lines


def _in_short(series: str, outcome: Outcomes) -> list[str]:
    results = outcome.results
    effect_of = effects(results)
    lines = [f"**{series}**", ""]
    for word in ("better", "worse"):
        names = [name for name, effect in effect_of.items() if effect.word == word]
        names.sort(key=lambda name: -abs(effect_of[name].change))
        shown = [f"{name} ({effect_of[name].change:+.1f})" for name in names]
        lines.append(f"- {word} than plain: {'; '.join(shown) or 'none'}.")
    lines.append(f"- {on_slower_learning(results)}")
    if outcome.failures:
        lines.append(f"- failed: {'; '.join(outcome.failures)}.")
    return lines


def _plain_row(plain: ExtensionResult) -> str:
    halfway = epoch_text(halfway_epoch(plain.curves))
    return _line([PLAIN, *_errors(plain), "", "", halfway, best_epoch(plain), ""])


def _row(name: str, result: ExtensionResult, effect: Effect, speed: LearningSpeed) -> str:
    return _line(
        [
            name,
            *_errors(result),
            f"{effect.change:+.2f}",
            p_cell(effect.p),
            epoch_text(speed.halfway),
            best_epoch(result),
            sentence(effect, speed),
        ]
    )


def _errors(result: ExtensionResult) -> list[str]:
    sample = moments(result)
    rmse = f"{sample.mean:.2f} ± {sample.std:.2f}"
    return [str(sample.size), rmse, f"{result.ensemble:.2f}"]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
