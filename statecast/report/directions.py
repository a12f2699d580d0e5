"""Networks that learned up or down: what they are judged by, and what means nothing then."""

from collections.abc import Mapping
from typing import Any

from statecast.artifacts.trained import read_setting
from statecast.base.paths import MODEL

RIGHT = {  # of a measure, which is a loss too: what a forecast may say right
    "direction": "ups and downs",
    "direction_by_size": "way up and down",
}
MEANS_NOTHING = (
    "The networks learned up or down (train.loss {loss}): a forecast says by its sign, not by its"
    " size, where the series goes from the value before. RMSE, intervals, learning curves and"
    " everything else that takes its size mean nothing."
)

Scores = Mapping[str, Any]


def learned_direction() -> str | None:
    """Return the loss of the model's networks where it is one of direction, or else None.

    Raises:
        StatecastError: the pipeline has not run.

    """
    learning = read_setting(MODEL).learning
    return learning.loss if learning.is_of_direction else None


def measures(learned: str) -> dict[str, str]:
    """Return what each measure of direction counts, the one that was learned first."""
    return {learned: RIGHT[learned], **RIGHT}


def direction_figures(scores: Scores, learned: str) -> dict[str, Any]:
    """Return the shares said right by repeats, mean forecast and baselines, by measure.

    Args:
        scores: of a part, from ``data/scores.json``.
        learned: the loss, a name of RIGHT.

    """
    baselines = scores["baselines"]
    return {
        measure: {
            **scores[measure],
            "ensemble": scores["ensemble"][measure],
            "baselines": {method: figures[measure] for method, figures in baselines.items()},
        }
        for measure in measures(learned)
    }
