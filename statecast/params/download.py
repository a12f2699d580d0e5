"""The section ``download`` of params.yaml."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from statecast.base.section import Count, CountOrZero, Positive, Section
from statecast.data.gaps import Fill

Digest = Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")]


class DownloadParams(Section):
    """Where the series is and which columns it has."""

    section: ClassVar[str] = "download"

    source: Annotated[str, Field(min_length=1)]
    sha256: Digest | None
    time_column: str | None
    value_column: str
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
