"""The section ``download`` of params.yaml."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from statecast.base.errors import require
from statecast.base.section import Count, CountOrZero, Positive, Section, all_different
from statecast.data.filling import Fill

Digest = Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")]


def list_of_names(value: object) -> object:
    """Return one name as a list of one.

    Raises:
        ValueError: it is neither a name nor a list of names.

    """
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("must be text, or a list of texts")
    return names


Names = Annotated[
    list[str],
    BeforeValidator(list_of_names),
    AfterValidator(all_different),
    Field(min_length=1),
]


class DownloadParams(Section):
    """Where the series is and which columns it has."""

    section: ClassVar[str] = "download"

    source: Annotated[str, Field(min_length=1)]
    sha256: Digest | None
    time_column: str | None
    value_column: Names
    id_column: str | None
    time_format: str | None = None
    time_zone: str | None = None
    time_prefix: Annotated[str, Field(max_length=40)] = ""
    frequency: str | None = None
    fill: Fill | None = None
    values: Literal["numbers", "symbols"] = "numbers"
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ","
    decimal: Literal[".", ","] = "."
    timeout: Annotated[Positive, Field(le=3600)] = 30  # seconds
    retries: Annotated[CountOrZero, Field(le=100)] = 3
    max_bytes: Count = 100_000_000

    def check(self) -> None:
        """Check that several targets are numbers.

        Raises:
            StatecastError: they are symbols.

        """
        fits = self.values == "numbers" or len(self.value_column) == 1
        must = "be one column where download.values is symbols"
        require(fits, "`value_column`", must, self.value_column)

    @property
    def unit(self) -> str:
        """Return what charts call the values: nothing for symbols, or where targets have names."""
        is_one_amount = self.values == "numbers" and len(self.value_column) == 1
        return self.value_column[0] if is_one_amount else ""

    @property
    def time(self) -> str:
        """Return what charts call the times."""
        return self.time_column or "row"
