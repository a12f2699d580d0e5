"""What is known of the series of a study before its configurations are drawn."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.artifacts.frames import read_long
from statecast.base.errors import StatecastError
from statecast.base.keys import Nested, value_at
from statecast.base.paths import SERIES
from statecast.data.calendar import DATE
from statecast.data.groups import groups_of_series
from statecast.pipeline import read_pipeline, require_stages, run_stages
from statecast.study.expressions import has_expressions, with_amounts
from statecast.study.measuring import folder_to_measure_in

DOWNLOAD = "stages.download"
OF_THE_SERIES = ("download.", "series.", "frame.features", "frame.lagged")  # keys that it hangs on
SEARCHES = ("random", "optuna")  # of a study file, which have ranges


class SeriesFacts(NamedTuple):
    """What configurations may depend on."""

    season: int  # rows of a season; 1: none
    rows: int  # of the shortest series
    lowest: float = np.nan  # of all values; NaN: they are symbols
    has_dates: bool = True

    def named(self) -> dict[str, int]:
        """Return what expressions of a study file may name."""
        return {"season": self.season, "rows": self.rows}


def facts_of(params: Nested) -> SeriesFacts:
    """Return the facts of the series that params say, which is fetched for it.

    Raises:
        StatecastError: the series cannot be read, or no stage reads one.

    """
    stages = read_pipeline()
    require_stages(stages, [DOWNLOAD])
    place = [stage.module for stage in stages].index(DOWNLOAD)
    with folder_to_measure_in() as folder:
        run_stages(stages[: place + 1], folder, params)
        frame = read_long(folder / SERIES, symbols=True)
    return facts_in(frame, season=_season_of(params))


def is_of_the_series(key: str) -> bool:
    """Return whether a dotted key of params.yaml says which series is read, and how."""
    return key.startswith(OF_THE_SERIES)


def names_facts(content: Nested) -> bool:
    """Return whether a study file has values that are worked out of facts."""
    return any(has_expressions(values) for values in _worked_out(content).values())


def with_facts(content: Nested, facts: SeriesFacts, where: str) -> dict[str, Any]:
    """Return the content of a study file with the amounts of its expressions.

    Args:
        content: of the file.
        facts: of the series.
        where: the file, for the message of an error.

    Raises:
        StatecastError: one is no expression.

    """
    known = facts.named()
    changed = dict(content)
    for way, values in _worked_out(content).items():
        amounts = {
            key: _amounts(value, known, f"{where}: {way}.{key}") for key, value in values.items()
        }
        if way in SEARCHES:
            changed[way] = {**content[way], "ranges": {**content[way]["ranges"], **amounts}}
        else:
            changed[way] = {**content[way], **amounts}
    return changed


def _amounts(content: Any, known: dict[str, int], where: str) -> Any:
    """Return a value with the amounts of the expressions in it.

    Raises:
        StatecastError: one is no expression; the message says where it stands.

    """
    try:
        return with_amounts(content, known)
    except StatecastError as error:
        raise StatecastError(f"{where}: {error}") from None


def _worked_out(content: Nested) -> dict[str, dict[str, Any]]:
    """Return overrides, grid and ranges of a study file, without the keys that a column names."""
    ways = {way: content.get(way) for way in ("overrides", "grid")}
    for way in SEARCHES:
        search = content.get(way)
        ways[way] = search.get("ranges") if isinstance(search, dict) else None
    return {
        way: {key: value for key, value in values.items() if not is_of_the_series(str(key))}
        for way, values in ways.items()
        if isinstance(values, dict)
    }


def facts_in(frame: pd.DataFrame, *, season: int) -> SeriesFacts:
    """Return the facts of a long frame.

    Args:
        frame: ``unique_id, ds, y``.
        season: rows of a season.

    """
    values = pd.to_numeric(frame["y"], errors="coerce").to_numpy(float)
    has_dates = bool(frame["ds"].astype(str).str.match(DATE).all())
    rows = int(groups_of_series(frame).sizes.min())
    return SeriesFacts(season, rows, float(values.min()), has_dates)


def _season_of(params: Nested) -> int:
    try:
        return int(value_at(params, "series.season_length"))
    except (KeyError, TypeError, ValueError):
        must = "be a number of rows for a study that names a season"
        raise StatecastError(f"params.yaml: series.season_length must {must}") from None
