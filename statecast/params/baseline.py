"""The section ``baseline`` of params.yaml."""

from typing import ClassVar

from pydantic import Field

from statecast.base.section import NotNegative, Section
from statecast.evaluation.baselines import METHODS, Method


class BaselineParams(Section):
    """Which methods, and the penalty of the ridge regression."""

    section: ClassVar[str] = "baseline"

    methods: list[Method] = Field(default=list(METHODS))
    ridge_alpha: NotNegative = 1.0
