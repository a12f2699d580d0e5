"""CSV files behind charts."""

from pathlib import Path

import pandas as pd

from statecast.base.files import write_frame


def write_plot(frame: pd.DataFrame, path: Path, **names: str | float | None) -> None:
    """Write a table with what its chart is labelled with.

    Args:
        frame: the table.
        path: where it goes.
        names: further columns, with a value in the first row alone: ``unit`` of the values,
            ``time`` as the source calls it, ``level`` of an interval, ``drawn`` where series are
            left out. There is no column for None.

    """
    known = {name: value for name, value in names.items() if value is not None}
    further = pd.DataFrame([known], columns=list(known)).head(len(frame))
    write_frame(pd.concat([frame.reset_index(drop=True), further], axis=1), path)
