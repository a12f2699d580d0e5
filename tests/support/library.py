"""Shipped series as frames, and keywords of small models."""

from typing import Any

import pandas as pd

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
