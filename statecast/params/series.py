"""The section ``series`` of params.yaml, which several stages read."""

from statecast.params.section import Count, Section


class Season(Section):
    """How many rows of a series make a season: 12 months, 7 days; 1: the series has none."""

    season_length: Count
