"""Which values of series were filled, and are not to be judged as if they were true."""

import pandas as pd

from statecast.base.arrays import Bools
from statecast.data.cells import ids, numbers
from statecast.data.times import times, written_times
from statecast.flow.download import form_of
from statecast.params.download import DownloadParams


def filled_values(
    frame: pd.DataFrame, table: pd.DataFrame, params: DownloadParams
) -> dict[str, Bools]:
    """Return of each series with filled values which of its values they are [rows of the series].

    Args:
        frame: ``unique_id, ds, y`` of all series, as the stage download writes it.
        table: from ``table_of``, of which it was made.
        params: how it was read.

    """
    known = pd.concat([_known_rows(table, params, target) for target in params.value_column])
    rows = pd.DataFrame({"unique_id": frame["unique_id"].astype(str)})
    rows["ds"] = written_times(frame["ds"]).to_numpy()
    marked = rows.merge(known.assign(is_known=True).astype({"ds": rows["ds"].dtype}), how="left")
    is_filled = marked["is_known"].isna()
    by_series = is_filled.groupby(marked["unique_id"], sort=False)
    return {str(name): own.to_numpy() for name, own in by_series if own.any()}


def _known_rows(table: pd.DataFrame, params: DownloadParams, target: str) -> pd.DataFrame:
    """Return ``unique_id, ds`` of the rows of a target that have a value."""
    several = len(params.value_column) > 1
    names = pd.Series(target, index=table.index)
    if params.id_column is not None:
        own = ids(table[params.id_column])
        names = own + f"/{target}" if several else own
    if params.time_column is None:
        ds = names.groupby(names, sort=False).cumcount() + 1
    else:
        ds = times(table[params.time_column], form_of(params))
    has_value = numbers(table[target], decimal=params.decimal, may_miss=True).notna()
    return pd.DataFrame({"unique_id": names.astype(str), "ds": ds})[has_value]
