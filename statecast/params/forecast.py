"""The section ``forecast`` of params.yaml."""

from typing import Annotated, ClassVar

from pydantic import Field

from statecast.base.section import CountOrZero, Level, Section


class ForecastParams(Section):
    """How far ahead, and whether the networks are trained anew on all rows."""

    section: ClassVar[str] = "forecast"

    horizon: CountOrZero = 12
    refit: bool = False
    level: Level = 0.9
    features: Annotated[str, Field(min_length=1)] | None = None
