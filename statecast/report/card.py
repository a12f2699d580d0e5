"""The model card: what the networks are, what they were trained on, what they are good for.

After Mitchell et al. (2019), Model Cards for Model Reporting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from statecast.base.keys import flat

Values = Mapping[str, Any]

TRAINING = (  # keys of params.yaml that say how the networks came to be
    "difference.seasonal",
    "difference.transform",
    "difference.lags",
    "frame.lookback",
    "frame.features",
    "frame.lagged",
    "frame.calendar",
    "scale.method",
    "train.cell",
    "train.units",
    "train.repeats",
    "train.epochs",
    "train.batch_size",
    "train.learning_rate",
    "train.optimizer",
    "train.loss",
    "train.seed",
    "rebatch.batch_size",
    "rebatch.state",
)
USE = (
    "The networks forecast the series that they were trained on, one row ahead at each call, with"
    " their state carried from call to call; further ahead they are fed their own forecasts."
    " `data/model` has all that this takes: weights, scaler, differences."
)
LIMITS = (
    "They know nothing of other series. The figures hold for the test rows alone, and a series that"
    " changes its behaviour is forecast worse than they say. The networks of two repeats differ in"
    " nothing but their seed: use the mean of all, not the best on the test rows."
)


@dataclass(frozen=True)
class Facts:
    """What a card tells."""

    commit: str  # hash, and whether files had changes
    params: Values  # of params.yaml
    figures: Values  # the headline metrics
    verdict: str
    series: str  # how many, of which rows and times
    sha256: str  # of data/series.csv
    parity: str  # of the rebatched networks, in words


def card(facts: Facts) -> str:
    """Return the card as Markdown."""
    settings = flat(dict(facts.params))
    training = {key: settings[key] for key in TRAINING if key in settings}
    data = {
        "source": settings.get("download.source", settings.get("generate.sequences")),
        "series": facts.series,
        "SHA-256 of data/series.csv": facts.sha256,
    }
    parts = [
        "# Model card: networks",
        f"Written by `python -m statecast card` at commit {facts.commit}.",
        "## Verdict",
        facts.verdict,
        "## Data",
        _table(data),
        "## Training",
        _table(training),
        "## Results on the test rows",
        _table(flat(dict(facts.figures))),
        "## Batch size",
        f"{facts.parity}.",
        "## Use",
        USE,
        "## Limits",
        LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def _table(values: Values) -> str:
    rows = [f"| {key} | {_shown(value)} |" for key, value in values.items()]
    return "\n".join(["| | |", "|---|---|", *rows])


def _shown(value: object) -> str:
    """Return a value as a cell of a Markdown table."""
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
