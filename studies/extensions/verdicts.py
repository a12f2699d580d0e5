"""The sentences about extensions; every figure in them comes from the results."""

from collections.abc import Sequence

import numpy as np

from studies.extensions.comparison import (
    Effect,
    LearningSpeed,
    Speed,
    effects,
    learning,
    moments,
)
from studies.extensions.result import ExtensionResult, Results
from studies.extensions.settings import PLAIN, DepthPair
from studies.reproduction.markdown import p_text
from studies.reproduction.statistics import LEVEL, holm_by_name, welch

WORDS = {"better": "Better", "not told apart": "Not told apart from plain", "worse": "Worse"}


def sentence(effect: Effect, speed: LearningSpeed) -> str:
    """Return the verdict on an extension.

    Args:
        effect: on the mean.
        speed: of its learning.

    """
    words = WORDS[effect.word]
    if effect.word != "not told apart":
        words += f" by {abs(effect.change):.1f}"
    elif effect.p < LEVEL:
        words += f" after Holm ({p_text(effect.p)} in itself)"
    if speed.speed == "not told apart":
        return f"{words}; its speed is not told apart."
    if np.isinf(speed.halfway):
        return f"{words}; learns slower: most repeats never get halfway."
    return f"{words}; learns {speed.speed}."


def epoch_text(epoch: float) -> str:
    """Return an epoch in a table."""
    return "never" if np.isinf(epoch) else f"{epoch:.0f}"


def best_epoch(result: ExtensionResult) -> str:
    """Return the median epoch at which the test error is lowest."""
    return epoch_text(float(np.median(result.best_epoch)))


def on_baselines(results: Results) -> str:
    """Return in a sentence who is ahead of the best baseline."""
    baselines = results[PLAIN].baselines
    best = min(baselines, key=baselines.__getitem__)
    error = baselines[best]
    repeats_ahead = sum(moments(result).mean < error for result in results.values())
    ensembles_ahead = sum(result.ensemble < error for result in results.values())
    words = (
        f"The best baseline is {spaced(best)} with {error:.2f}: the mean repeat is ahead of it in"
        f" {repeats_ahead} of {len(results)} configurations, the ensemble in {ensembles_ahead}."
    )
    if "ridge" not in baselines:
        return words
    # ridge has the inputs of the network, so it changes with the extension
    ahead = sum(moments(result).mean < result.baselines["ridge"] for result in results.values())
    return (
        f"{words} Ridge regression on the very inputs of the network loses to the mean repeat in"
        f" {ahead} of them."
    )


def on_slower_learning(results: Results) -> str:
    """Return in a sentence whether extensions that slow learning lower the error."""
    effect_of = effects(results)
    slower = [name for name, one in learning(results).items() if one.speed == "slower"]
    if not slower:
        return "No extension slows learning."
    parts = []
    for word in WORDS:
        names = [name for name in slower if effect_of[name].word == word]
        if names:
            parts.append(f"{len(names)} {word} ({'; '.join(names)})")
    return f"{len(slower)} extensions slow learning: {', '.join(parts)}."


def on_speed(series: Sequence[Results]) -> str:
    """Return in a sentence what slower and faster learning went with, over all series."""
    words: dict[Speed, list[str]] = {"slower": [], "faster": []}
    for results in series:
        effect_of = effects(results)
        for name, one in learning(results).items():
            if one.speed in words:
                words[one.speed].append(effect_of[name].word)
    counts = {speed: _counted(found) for speed, found in words.items()}
    return (
        f"Does slower learning help? Of {len(words['slower'])} cases in which an extension slows"
        f" learning, the mean RMSE is {counts['slower']}; of {len(words['faster'])} in which it"
        f" speeds it up, {counts['faster']}."
    )


def on_depth(pairs: Sequence[DepthPair], results: Results) -> list[str]:
    """Return in a sentence a pair whether two layers are better than one that is as large.

    Means are told apart by Welch's test, with Holm's correction over the pairs.
    """
    p = {}
    for pair in pairs:
        p[pair] = welch(moments(results[pair.wide]), moments(results[pair.deep]))
    corrected = holm_by_name(p)
    return [_on_pair(pair, corrected[pair], results) for pair in pairs]


def _on_pair(pair: DepthPair, p: float, results: Results) -> str:
    first = moments(results[pair.wide])
    second = moments(results[pair.deep])
    word = "not told apart"
    if p < LEVEL:
        word = "depth is better" if second.mean < first.mean else "depth is worse"
    weights = {name: results[name].weights for name in (pair.wide, pair.deep)}
    return (
        f"Depth at {pair.same}: {pair.wide} ({weights[pair.wide]} weights) {first.mean:.2f},"
        f" {pair.deep} ({weights[pair.deep]} weights) {second.mean:.2f}: {word} ({p_text(p)})."
    )


def _counted(words: list[str]) -> str:
    counted = [f"{word} in {words.count(word)}" for word in WORDS]
    return ", ".join(counted)


def spaced(name: str) -> str:
    """Return a name of the code as words."""
    return name.replace("_", " ")
