"""Differences, lags, splits, scaling. Oracles: the inverse, scikit-learn, pandas, arithmetic by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from statecast.data.differencing import difference, known_part, undifference
from statecast.data.inputs import Inputs, add_inputs, split_rows
from statecast.data.scaling import fit_scaler, scale_frame, unscale

values = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=16, max_size=40).map(np.array)
some_lags = st.lists(st.integers(1, 5), max_size=3)


def test_difference_by_hand() -> None:
    y = np.array([1.0, 4.0, 9.0, 16.0, 25.0])
    assert difference(y, [1]).tolist() == [3, 5, 7, 9]
    assert difference(y, [1, 1]).tolist() == [2, 2, 2]
    assert difference(y, []).tolist() == y.tolist()


@given(values, some_lags)
def test_difference_equals_pandas_one_after_the_other(y: np.ndarray, lags: list[int]) -> None:
    expected = pd.Series(y)
    for lag in lags:
        expected = expected.diff(lag)
    np.testing.assert_allclose(difference(y, lags), expected[sum(lags) :], atol=1e-7)


@given(values, some_lags)
def test_undifference_is_the_inverse(y: np.ndarray, lags: list[int]) -> None:
    np.testing.assert_allclose(undifference(difference(y, lags), y, lags), y[sum(lags) :], atol=1e-7)


@given(values, some_lags)
def test_known_part_looks_at_the_past_alone(y: np.ndarray, lags: list[int]) -> None:
    changed = y.copy()
    changed[-1] += 1
    expected = known_part(y, lags) if lags else np.zeros(len(y))
    np.testing.assert_array_equal(known_part(changed, lags), expected)


def frame(rows: dict[str, list[float]]) -> pd.DataFrame:
    return pd.concat(pd.DataFrame({"unique_id": name, "ds": range(len(y)), "y": y}) for name, y in rows.items())


def test_lags_stay_within_a_series() -> None:
    framed = add_inputs(frame({"a": [1, 2, 3, 4], "b": [5, 6, 7]}).reset_index(drop=True), Inputs(2))
    assert framed.to_csv(index=False) == ("unique_id,ds,lag_2,lag_1,y\na,2,1.0,2.0,3\na,3,2.0,3.0,4\nb,2,5.0,6.0,7\n")


def test_split_is_at_the_end_of_each_series() -> None:
    framed = frame({"a": [1, 2, 3, 4, 5], "b": [6, 7, 8, 9]})
    split = split_rows(framed, validation_size=1, test_size=2)
    assert [part["y"].tolist() for part in split] == [[1, 2, 6], [3, 7], [4, 5, 8, 9]]


def test_validation_may_be_empty() -> None:
    assert len(split_rows(frame({"a": [1, 2, 3]}), 0, 1).validation) == 0


@pytest.mark.parametrize(("method", "oracle"), [("minmax", MinMaxScaler((-1, 1))), ("standard", StandardScaler())])
def test_scaling_equals_scikit_learn_and_unscale_undoes_it(method: str, oracle: object) -> None:
    train = frame({"a": [3, 1, 4, 1, 5], "b": [90, 20, 60, 50, 30]}).assign(lag_1=[*range(10)])
    train = train[["unique_id", "ds", "lag_1", "y"]].reset_index(drop=True)
    later = frame({"a": [9, -2], "b": [60, 1]}).assign(lag_1=[5, 6, 7, 8])[["unique_id", "ds", "lag_1", "y"]]
    scaler = fit_scaler(train, method)
    for name in ("a", "b"):
        oracle.fit(train.loc[train["unique_id"] == name, ["lag_1", "y"]])
        rows = later[later["unique_id"] == name]
        ours = scale_frame(later.reset_index(drop=True), scaler)
        ours = ours.loc[ours["unique_id"] == name, ["lag_1", "y"]].to_numpy()
        np.testing.assert_allclose(ours, oracle.transform(rows[["lag_1", "y"]]), atol=1e-12)
        np.testing.assert_allclose(unscale(ours[:, 1], scaler, name), rows["y"], atol=1e-12)


def test_no_scaling_changes_nothing() -> None:
    train = frame({"a": [3, 1, 4]})
    pd.testing.assert_frame_equal(scale_frame(train, fit_scaler(train, "none")), train.astype({"y": float}))
