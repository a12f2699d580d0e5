"""The section ``evaluate`` of params.yaml."""

from typing import Annotated, ClassVar

from pydantic import Field

from statecast.base.section import Count, Integer, Level, Section

Decimals = Annotated[Integer, Field(ge=0, le=15)]  # a float has 15 digits that are all right


class EvaluateParams(Section):
    """How the forecasts are made and what is told of them."""

    section: ClassVar[str] = "evaluate"

    warm_up: bool
    level: Level = 0.9
    horizon: Count = 1
    decimals: Decimals | None = None
