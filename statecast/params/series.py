"""The section ``series`` of params.yaml."""

from typing import ClassVar

from statecast.base.section import Count, Section


class SeriesParams(Section):
    """What is known of every series."""

    section: ClassVar[str] = "series"

    season_length: Count  # rows in a season: 12 months, 7 days; 1: none
