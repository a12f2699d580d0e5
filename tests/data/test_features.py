"""Values of features after the ends of series. Oracle: tables worked by hand."""

from typing import Any

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.features import features_ahead, with_features
from statecast.data.table import Columns

UNKNOWN = pd.DataFrame(
    {
        "unique_id": ["a", "a", "b", "b"],
        "ds": ["2024-03-01", "2024-04-01", "2024-03-01", "2024-04-01"],
    }
)


def table(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=str)


def ahead(own: pd.DataFrame, time: str | None = "month", unique_id: str | None = None) -> Any:
    return features_ahead(own, Columns("y", time, unique_id, ("price",)))


def test_a_value_stands_at_its_series_and_time() -> None:
    own = table(
        shop=["b", "a", "b", "a", "a"],
        month=["2024-04", "2024-03", "2024-03", "2024-04", "2024-05"],
        price=["4", "1", "3", "2", "9"],
    )
    rows = with_features(UNKNOWN, ahead(own, unique_id="shop"), ["price"])
    assert rows["price"].tolist() == [1, 2, 3, 4]
    assert rows[["unique_id", "ds"]].equals(UNKNOWN)


def test_without_ids_every_series_has_the_same_values() -> None:
    own = table(month=["2024-03", "2024-04"], price=["1", "2"])
    assert with_features(UNKNOWN, ahead(own), ["price"])["price"].tolist() == [1, 2, 1, 2]


def test_without_times_rows_are_in_order() -> None:
    own = table(shop=["a", "b", "a", "b"], price=["1", "3", "2", "4"])
    features = ahead(own, time=None, unique_id="shop")
    assert with_features(UNKNOWN, features, ["price"])["price"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (table(month=["2024-03"], price=["1"]), "none of 'a' at 2024-04-01"),
        (table(month=["2024-03"] * 2, price=["1", "2"]), "have each time of a series once"),
        (table(month=["1", "2"], price=["1", "2"]), "have times such as the series has"),
        (table(month=["2024-03", "2024-04"], price=["1", "x"]), "'price', line 1 must be a finite"),
        (table(month=["2024-03", "2024-04"], cost=["1", "2"]), r"have the columns \['price'\]"),
        (table(price=["1", "2"]), r"have the columns \['month'\]"),
    ],
)
def test_what_is_not_known_is_said_in_one_line(own: pd.DataFrame, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        with_features(UNKNOWN, ahead(own), ["price"])


def test_no_features_are_said() -> None:
    with pytest.raises(StatecastError, match="must give price after the end, got none"):
        with_features(UNKNOWN, None, ["price"])
