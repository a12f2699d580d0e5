"""Models that several tests share."""

import pandas as pd
import pytest

from statecast import Statecast
from tests.support.library import SMALL, sales, shampoo


@pytest.fixture(scope="session")
def shampoo_model() -> Statecast:
    """A model of the shipped series, as ``finished_folder`` has it."""
    return Statecast(validation_size=3, **SMALL).fit(shampoo())


@pytest.fixture(scope="session")
def sales_model() -> Statecast:
    """A model of weekly sales whose prices are known ahead."""
    return Statecast(features=["price"], transform="log", **SMALL).fit(sales())


@pytest.fixture(scope="session")
def later_prices() -> pd.DataFrame:
    """Prices of the twelve weeks after the end of the sales."""
    weeks = pd.date_range("2024-01-01", periods=12, freq="W-MON")
    prices = [9.0, 11.5, 8.0, 9.5] * 3
    return pd.DataFrame({"unique_id": "sales", "ds": weeks, "price": prices})
