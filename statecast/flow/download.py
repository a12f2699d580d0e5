"""download: the table of a source, and the validated long frame that it becomes."""

import pandas as pd

from statecast.base.errors import StatecastError
from statecast.base.paths import SOURCES
from statecast.data.features import features_ahead
from statecast.data.fetch import check_sha256, fetch, without_password
from statecast.data.gaps import Gaps
from statecast.data.table import Columns, read_table
from statecast.data.targets import frame_of_targets
from statecast.data.times import TimeForm
from statecast.data.usable import require_usable
from statecast.params.download import DownloadParams
from statecast.params.frame import FrameParams


def source_of(name: str) -> str:
    """Return the path of a file in data/source, and any other path or address as it is."""
    own = SOURCES / name
    try:
        return str(own) if own.is_file() else name
    except OSError:  # no file can have such a name
        return name


def table_of(source: str, params: DownloadParams, sha256: str | None = None) -> pd.DataFrame:
    """Return the table behind a path or an address, every cell as text.

    Args:
        source: from ``source_of``.
        params: how it is read.
        sha256: hexadecimal digest that it must have; None: it is not checked.

    Raises:
        StatecastError: it cannot be read, or is no table.

    """
    content = fetch(
        source, timeout=params.timeout, retries=params.retries, max_bytes=params.max_bytes
    )
    check_sha256(content, sha256)
    return read_table(content, source=without_password(source), separator=params.separator)


def checked_frame(
    table: pd.DataFrame, params: DownloadParams, of_frame: FrameParams, season_length: int
) -> pd.DataFrame:
    """Return the long frame of a table; later steps check how many rows they need.

    Args:
        table: from ``table_of``.
        params: what its columns are, and how gaps are filled.
        of_frame: which columns stand beside the series.
        season_length: rows in a season.

    Raises:
        StatecastError: the table is not what the params say, or has gaps that nothing fills.

    """
    targets = params.value_column
    columns = Columns(
        targets[0],
        params.time_column,
        params.id_column,
        tuple(of_frame.features),
        tuple(of_frame.lagged),
    )
    frame = frame_of_targets(
        table,
        columns,
        targets,
        form=form_of(params),
        values=params.values,
        decimal=params.decimal,
        gaps=Gaps(params.fill, params.frequency, season_length),
    )
    require_usable(frame)
    return frame


def features_of(source: str, params: DownloadParams, names: list[str]) -> pd.DataFrame:
    """Return the values that features have after the ends of the series.

    Args:
        source: from ``source_of``; it has the columns of the series' source for times and ids.
        params: what these columns are, and how the source is read.
        names: of the features.

    Raises:
        StatecastError: it cannot be read, a column is missing, or a cell is no time and no finite
            number.

    """
    try:
        table = table_of(source, params)
    except StatecastError as error:
        raise StatecastError(str(error).replace("`source`", "`features`")) from None
    columns = Columns(params.value_column[0], params.time_column, params.id_column, tuple(names))
    return features_ahead(table, columns, form=form_of(params), decimal=params.decimal)


def form_of(params: DownloadParams) -> TimeForm:
    """Return how times are written."""
    return TimeForm(params.time_format, params.time_zone, params.time_prefix)
