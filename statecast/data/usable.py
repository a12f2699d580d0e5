"""Whether the series of a long frame can be used at all."""

import pandas as pd

from statecast.data.magnitudes import require_magnitudes
from statecast.data.series import require_rows

LEAST_ROWS = 2  # of a series: one to train on and one before it


def require_usable(frame: pd.DataFrame) -> None:
    """Check that every series has rows, and numbers that can be computed with.

    Args:
        frame: ``unique_id, ds, y`` and the features.

    Raises:
        StatecastError: a series has not.

    """
    require_rows(frame, LEAST_ROWS, "one to train on and one before it")
    require_magnitudes(frame)
