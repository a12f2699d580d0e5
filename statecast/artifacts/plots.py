"""CSV files behind charts."""

from pathlib import Path

import pandas as pd

from statecast.base.files import write_frame


def write_plot(frame: pd.DataFrame, path: Path, **names: str | float) -> None:
    """Write a table with what its chart is labelled with.

    Args:
        frame: the table.
        path: where it goes.
        names: further columns, with a value in the first row alone: ``unit`` of the values,
            ``time`` as the source calls it, ``level`` of an interval.

    """
    further = pd.DataFrame([names], columns=list(names)).head(len(frame))
    write_frame(pd.concat([frame.reset_index(drop=True), further], axis=1), path)
