"""The section ``scale`` of params.yaml."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from statecast.base.section import Number, Section
from statecast.data.scaling import Method


def rising(bounds: list[float]) -> list[float]:
    """Return two numbers, the smaller first.

    Raises:
        ValueError: they are not two, or do not rise.

    """
    if len(bounds) != 2 or bounds[0] >= bounds[1]:
        raise ValueError("must be two numbers, the smaller first")
    return bounds


class ScaleParams(Section):
    """Which scaler; the range is that of minmax."""

    section: ClassVar[str] = "scale"

    method: Method
    range: Annotated[list[Number], AfterValidator(rising)] = Field(default=[-1, 1])
