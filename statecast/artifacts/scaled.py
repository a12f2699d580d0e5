"""``data/scaled``: the rows as the network sees them.

train.csv, validation.csv and test.csv have the rows; rows.json says what a row is for a network.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from statecast.base.files import read_frame, read_json, write_frame, write_json
from statecast.base.identity import KEY_COLUMNS, PARTS, SeriesKey, rows_by_key
from statecast.base.paths import SCALED
from statecast.network.rows import ScaledRows, SeriesRows


def write_scaled(
    parts: Mapping[str, pd.DataFrame],
    *,
    steps: int,
    scales: Mapping[SeriesKey, float],
    folder: Path = SCALED,
) -> None:
    """Write the scaled rows.

    Args:
        parts: ``unique_id, fold, ds``, inputs and y, of train, validation and test.
        steps: how many steps a row has; all have the same number of inputs.
        scales: how much 1 on the original scale is on the scaled one; a missing series has 1.
        folder: where the files go.

    """
    for part, frame in parts.items():
        write_frame(frame, folder / f"{part}.csv")
    listed = [{**key._asdict(), "scale": scale} for key, scale in scales.items()]
    write_json({"steps": steps, "scales": listed}, folder / "rows.json")


def read_scaled(folder: Path = SCALED) -> ScaledRows:
    """Return the rows of a folder, series by series in the order of their first training rows.

    Raises:
        StatecastError: a file is missing.

    """
    described = read_json(folder / "rows.json")
    scales = {
        SeriesKey(line["unique_id"], line["fold"]): line["scale"] for line in described["scales"]
    }
    train, validation, test = [rows_by_key(read_frame(folder / f"{part}.csv")) for part in PARTS]
    series = []
    for key, training_rows in train.items():
        none = training_rows.iloc[:0]
        parts = [training_rows, validation.get(key, none), test.get(key, none)]
        series.append(_series(key, parts, scales.get(key, 1.0)))
    return ScaledRows(series, described["steps"])


def _series(key: SeriesKey, parts: list[pd.DataFrame], scale: float) -> SeriesRows:
    train, validation, test = parts
    test_is_train = train["ds"].tolist() == test["ds"].tolist()
    rows = pd.concat([train, validation] if test_is_train else parts)
    targets = [name for name in rows.columns if name == "y" or name.startswith("y=")]
    inputs = [name for name in rows.columns if name not in (*KEY_COLUMNS, "ds", *targets)]
    return SeriesRows(
        key=key,
        ds=rows["ds"].to_numpy(),
        x=rows[inputs].to_numpy(np.float64),
        y=rows[targets].to_numpy(np.float64),
        sizes=(len(train), len(validation), 0 if test_is_train else len(test)),
        scale=scale,
        test_is_train=test_is_train,
    )
