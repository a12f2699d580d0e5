"""The section ``evaluate_symbols`` of params.yaml."""

from typing import ClassVar

from statecast.base.section import Count, CountOrZero, Section


class EvaluateSymbolsParams(Section):
    """How the networks go on by themselves, and of which repeat the memory is shown."""

    section: ClassVar[str] = "evaluate_symbols"

    known: Count | None
    next_steps: CountOrZero
    show_repeat: CountOrZero
