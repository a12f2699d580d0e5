"""studies/extensions.yaml: which series, and which extensions in which groups."""

from pathlib import Path
from typing import Any, NamedTuple

from statecast.base.section import read_params

SETTINGS = Path("studies/extensions.yaml")
PLAIN = "plain"  # the configuration without an extension

Settings = dict[str, Any]
Overrides = dict[str, Any]  # dotted keys of params.yaml


class DepthPair(NamedTuple):
    """One layer and two that have something the same."""

    same: str
    wide: str  # the name of the configuration with one layer
    deep: str


def read_settings() -> Settings:
    """Return the settings.

    Raises:
        StatecastError: the file cannot be read.

    """
    return read_params(SETTINGS)


def groups_of(series: str, asked: Settings) -> dict[str, dict[str, Overrides]]:
    """Return the extensions that are meant for a series, by group; none is empty."""
    groups = {}
    for group, extensions in asked["groups"].items():
        meant = {
            name: overrides
            for name, overrides in extensions.items()
            if series in asked["only"].get(name, asked["series"])
        }
        if meant:
            groups[group] = meant
    return groups


def extensions_of(series: str, asked: Settings) -> dict[str, Overrides]:
    """Return the plain configuration of a series, and each extension that is meant for it."""
    overrides: dict[str, Overrides] = {PLAIN: {}}
    for extensions in groups_of(series, asked).values():
        overrides |= extensions
    return overrides


def depth_pairs(series: str, asked: Settings) -> list[DepthPair]:
    """Return the pairs of one layer and two that are meant for a series."""
    there = extensions_of(series, asked)
    pairs = []
    for same, names in asked["depth"].items():
        for wide, deep in names:
            if wide in there and deep in there:
                pairs.append(DepthPair(same, wide, deep))
    return pairs


def flat_line_configurations(asked: Settings) -> dict[str, Overrides]:
    """Return the configurations with larger batches; the first has batch size 1."""
    flat_line = asked["flat_line"]
    return {**flat_line["sizes"], **flat_line["as_many_updates"], **flat_line["no_differences"]}
