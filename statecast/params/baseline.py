"""The section ``baseline`` of params.yaml."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from statecast.base.section import Count, NotNegative, Section, all_different
from statecast.evaluation.methods import METHODS, Method


class BaselineParams(Section):
    """Which methods, and the penalty of the ridge regression."""

    section: ClassVar[str] = "baseline"

    methods: Annotated[list[Method], AfterValidator(all_different)] = Field(default=list(METHODS))
    ridge_alpha: NotNegative = 1.0
    automatic_up_to: Count | None = 200
