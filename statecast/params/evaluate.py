"""The section ``evaluate`` of params.yaml."""

from typing import ClassVar

from statecast.base.section import Count, CountOrZero, Level, Section


class EvaluateParams(Section):
    """How the forecasts are made and what is told of them."""

    section: ClassVar[str] = "evaluate"

    warm_up: bool
    level: Level = 0.9
    horizon: Count = 1
    decimals: CountOrZero | None = None
