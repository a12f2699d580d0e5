"""The section ``scale`` of params.yaml."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from statecast.base.section import Number, Section
from statecast.data.scaling import Method

LARGEST = 1e6
CLOSEST = 1e-6  # two bounds, and
RELATIVELY_CLOSEST = 1e-3  # relative to the larger: single precision has 7 digits


def rising(bounds: list[float]) -> list[float]:
    """Return two numbers, the smaller first, with room for single precision between them.

    Raises:
        ValueError: they are not two, do not rise, are large or too close together.

    """
    if len(bounds) != 2 or bounds[0] >= bounds[1]:
        raise ValueError("must be two numbers, the smaller first")
    largest = max(map(abs, bounds))
    closest = max(CLOSEST, RELATIVELY_CLOSEST * largest)
    if largest > LARGEST or bounds[1] - bounds[0] < closest:
        must = f"be at most {LARGEST:g} in size and at least {closest:g} apart"
        raise ValueError(f"must {must}")
    return bounds


class ScaleParams(Section):
    """Which scaler; the range is that of minmax."""

    section: ClassVar[str] = "scale"

    method: Method
    range: Annotated[list[Number], AfterValidator(rising)] = Field(default=[-1, 1])
