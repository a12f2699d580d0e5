"""Shipped series as frames, and keywords of small models."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from statecast.base.files import read_frame
from statecast.base.paths import FUTURE
from tests.support.project import ROOT

SMALL: dict[str, Any] = {"repeats": 2, "epochs": 3, "interval_folds": 0}
SOURCES = ROOT / "data" / "source"


def shampoo() -> pd.DataFrame:
    """Return ``unique_id, ds, y`` of monthly sales of shampoo."""
    table = pd.read_csv(SOURCES / "shampoo.csv", parse_dates=["month"])
    return table.rename(columns={"month": "ds", "sales": "y"}).assign(unique_id="sales")


def sales() -> pd.DataFrame:
    """Return ``unique_id, ds, y, price`` of weekly sales."""
    table = pd.read_csv(SOURCES / "sales.csv", parse_dates=["week"])
    return table.rename(columns={"week": "ds", "sales": "y"}).assign(unique_id="sales")


def same_as_pipeline(table: pd.DataFrame, folder: Path) -> bool:
    """Return whether forecasts and 90 % intervals are those of the stage forecast."""
    future = read_frame(folder / FUTURE)
    of_pipeline = future[["forecast", "low", "high"]].to_numpy(float)
    own = table[["Statecast", "Statecast-lo-90", "Statecast-hi-90"]].to_numpy()
    dates = table["ds"].dt.strftime("%Y-%m-%d").tolist() == future["ds"].tolist()
    return dates and np.array_equal(own, of_pipeline)
