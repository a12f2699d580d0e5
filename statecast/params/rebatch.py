"""The section ``rebatch`` of params.yaml."""

from typing import ClassVar, Literal

from statecast.base.section import Count, Section, Seed
from statecast.network.lanes import StatePolicy


class RebatchParams(Section):
    """The batch size of forecasting, the state that a row goes on from, and what is exported."""

    section: ClassVar[str] = "rebatch"

    batch_size: Count
    state: StatePolicy
    export: Seed | Literal["all"] | None = None  # a seed, or all
