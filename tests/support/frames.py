"""Long frames from a few lines of text."""

from typing import Any

import pandas as pd

from statecast.data.series import long_frame
from statecast.data.table import Columns, read_table


def frame_of(text: str, **more: Any) -> pd.DataFrame:
    """Return the long frame of a CSV text; its columns are t and v unless ``more`` names others."""
    columns = {"value": "v", "time": "t"}
    columns |= {name: more.pop(name) for name in Columns._fields if name in more}
    return long_frame(read_table(text.encode(), source="t.csv"), Columns(**columns), **more)
