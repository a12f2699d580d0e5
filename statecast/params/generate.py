"""The section ``generate`` of params.yaml."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from statecast.base.errors import require
from statecast.base.section import Count, CountOrZero, Section, Seed

LARGEST = 10**15  # of a symbol that is written as a number


def of_few_digits(value: object) -> object:
    """Return a value that has a text.

    Raises:
        ValueError: it is a number of very many digits.

    """
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("must be text")
    return value


Symbol = Annotated[
    str,
    Field(min_length=1, pattern=r"^\S+$", coerce_numbers_to_str=True),
    BeforeValidator(of_few_digits),
]


class GenerateParams(Section):
    """Sequences written out, or else the parts that they are made of."""

    section: ClassVar[str] = "generate"

    sequences: list[str] | None
    cues: list[Symbol]
    middle_symbols: list[Symbol]
    middle_length: CountOrZero
    middle_seed: Seed | None
    random_sequences: Count | None = None
    marker: Symbol | None

    def check(self) -> None:
        """Check that a middle part has symbols, and random sequences a seed.

        Raises:
            StatecastError: it has none, or they have none.

        """
        made = self.sequences is None and self.middle_length > 0
        has_symbols = not made or bool(self.middle_symbols)
        require(has_symbols, "`middle_symbols`", "hold symbols for the middle part", "none")
        is_random = self.sequences is None and self.random_sequences is not None
        has_seed = not is_random or self.middle_seed is not None
        must = "be a number that random sequences are drawn with"
        require(has_seed, "`middle_seed`", must, "null")
