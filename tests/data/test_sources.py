"""The series that come along. Oracles: their README, and the published figures."""

import numpy as np
import pandas as pd
import pytest

from tests.support.project import ROOT

SOURCE = ROOT / "data" / "source"


@pytest.fixture(scope="module")
def passengers() -> pd.DataFrame:
    return pd.read_csv(SOURCE / "passengers.csv")


def test_passengers_have_the_published_mean_and_deviation(passengers: pd.DataFrame) -> None:
    """R's mean(AirPassengers) and sd(AirPassengers) are 280.2986 and 119.9663."""
    assert passengers["passengers"].mean() == pytest.approx(280.2986, abs=5e-5)
    assert passengers["passengers"].std() == pytest.approx(119.9663, abs=5e-5)


def test_passengers_have_the_published_months(passengers: pd.DataFrame) -> None:
    assert passengers["month"].iloc[[0, -1]].tolist() == ["1949-01", "1960-12"]


def test_persistence_of_the_passengers_is_the_known_one(passengers: pd.DataFrame) -> None:
    steps = passengers["passengers"].diff()[-12:]
    assert np.sqrt((steps**2).mean()) == pytest.approx(53.152, abs=5e-4)


def test_temperatures_are_made_as_the_readme_says() -> None:
    rng = np.random.default_rng(1)
    days = pd.date_range("2021-01-01", "2023-12-31")
    noise = np.zeros(1095)
    for t in range(1, 1095):
        noise[t] = 0.8 * noise[t - 1] + rng.normal(0, 2)
    y = 10 - 9 * np.cos(2 * np.pi * (days.day_of_year - 15).to_numpy() / 365.25) + noise
    y[rng.choice(1095, 7, replace=False)] = np.nan
    table = pd.read_csv(SOURCE / "temperatures.csv")
    np.testing.assert_allclose(table["temperature"], y, atol=0.0501)
    assert table["day"].tolist() == days.strftime("%Y-%m-%d").tolist()


def test_sales_are_made_as_the_readme_says() -> None:
    rng = np.random.default_rng(2)
    t = np.arange(208)
    price = 10 + rng.integers(-4, 5, 208) / 2
    sales = 400 - 25 * (price - 10) + 60 * np.sin(2 * np.pi * t / 52) + rng.normal(0, 10, 208)
    table = pd.read_csv(SOURCE / "sales.csv")
    np.testing.assert_array_equal(table["price"], price)
    np.testing.assert_allclose(table["sales"], sales, atol=0.501)
    weeks = pd.date_range("2020-01-06", periods=208, freq="7D")
    assert table["week"].tolist() == weeks.strftime("%Y-%m-%d").tolist()
