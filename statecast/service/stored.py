"""Values as the journal holds them, and back."""

import json
import math
from collections.abc import Mapping

from statecast.service.forecaster import Next
from statecast.service.journal import Answer, written_time

NO_FEATURES = "{}"


def features_text(features: Mapping[str, float] | None) -> str:
    """Return the features of an observation as JSON, the same text for the same features."""
    return json.dumps(features, sort_keys=True) if features else NO_FEATURES


def features_from(text: str) -> dict[str, float]:
    """Return the features of an observation by their names."""
    return {} if text == NO_FEATURES else dict(json.loads(text))


def answer_of(value: Next) -> Answer:
    """Return a forecast in plain numbers."""
    forecast, low, high, level = map(
        plain_number, (value.forecast, value.low, value.high, value.level)
    )
    interval = None if forecast is None else value.interval
    return Answer(written_time(value.ds), forecast, low, high, level, interval)


def plain_health(value: float) -> float | int | None:
    """Return a figure of health; a count stays an integer."""
    return value if isinstance(value, int) else plain_number(value)


def plain_number(value: float | None) -> float | None:
    """Return a number; None where there is none."""
    return None if value is None or not math.isfinite(value) else float(value)
