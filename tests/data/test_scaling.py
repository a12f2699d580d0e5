"""Scaling. Oracles: scikit-learn, the inverse, and one-hot rows by hand."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, StandardScaler

from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.data.scaling import (
    Line,
    Method,
    Scaler,
    fit_scaler,
    scale_frame,
    scaler_from_json,
    unscale,
)


def frame(rows: dict[SeriesKey, list[float]]) -> pd.DataFrame:
    """Return a frame in which lag_1 counts all rows."""
    parts = [
        pd.DataFrame({"unique_id": key.unique_id, "fold": key.fold, "ds": range(len(y)), "y": y})
        for key, y in rows.items()
    ]
    joined = pd.concat(parts, ignore_index=True)
    joined.insert(3, "lag_1", range(len(joined)))
    return joined


A = SeriesKey("a")
B = SeriesKey("b")
FOLD = SeriesKey("a", 1)
TRAIN = frame({A: [3, 1, 4, 1, 5], B: [90, 20, 60, 50, 30], FOLD: [3, 1, 4]})
LATER = frame({A: [9, -2], B: [60, 1], FOLD: [7, 8]})
COLUMNS = ["lag_1", "y"]
ORACLES = {
    "minmax": lambda: MinMaxScaler((-1, 1)),
    "standard": StandardScaler,
    "maxabs": MaxAbsScaler,
}


def rows_of(rows: pd.DataFrame, key: SeriesKey) -> pd.DataFrame:
    is_key = (rows["unique_id"] == key.unique_id) & (rows["fold"] == key.fold)
    return rows.loc[is_key, COLUMNS]


@pytest.mark.parametrize("key", [A, B, FOLD], ids=str)
@pytest.mark.parametrize("method", ORACLES)
def test_scaling_equals_scikit_learn(method: str, key: SeriesKey) -> None:
    oracle = ORACLES[method]().fit(rows_of(TRAIN, key))
    scaled = scale_frame(LATER, fit_scaler(TRAIN, method))
    expected = oracle.transform(rows_of(LATER, key))
    np.testing.assert_allclose(rows_of(scaled, key), expected, atol=1e-12)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("key", [A, B, FOLD], ids=str)
@pytest.mark.parametrize("method", [*ORACLES, "mean", "last", "none"])
def test_unscale_is_the_inverse(method: str, key: SeriesKey, column: str) -> None:
    scaler = fit_scaler(TRAIN, method)
    scaled = rows_of(scale_frame(LATER, scaler), key)[column].to_numpy()
    back = unscale(np.stack([scaled, scaled]), scaler, key, column)
    np.testing.assert_allclose(back, [rows_of(LATER, key)[column]] * 2, atol=1e-12)


def test_minmax_takes_the_training_rows_to_its_range() -> None:
    scaled = scale_frame(TRAIN, fit_scaler(TRAIN, "minmax", 0, 2))
    for key in (A, B, FOLD):
        np.testing.assert_allclose(rows_of(scaled, key).agg(["min", "max"]), [[0, 0], [2, 2]])


@pytest.mark.parametrize("method", [*ORACLES, "mean", "last"])
def test_a_constant_column_is_scaled_to_finite_numbers(method: str) -> None:
    train = frame({A: [7, 7, 7]})
    scaled = scale_frame(train, fit_scaler(train, method))
    assert np.isfinite(scaled["y"]).all()


def test_maxabs_takes_the_largest_size_to_1_and_keeps_signs() -> None:
    """By hand: -8 is the largest of 4, -8, 0."""
    train = frame({A: [4, -8, 0]})
    scaled = scale_frame(train, fit_scaler(train, "maxabs"))
    assert scaled["y"].tolist() == [0.5, -1, 0]


@pytest.mark.parametrize("method", [*ORACLES, "none"])
def test_a_scaler_says_whether_0_stays_0(method: Method) -> None:
    scaler = fit_scaler(TRAIN, method)
    zeros = scale_frame(frame({A: [0], B: [0], FOLD: [0]}), scaler)["y"]
    assert scaler.keeps_zero == (zeros == 0).all()


def test_no_scaling_changes_nothing() -> None:
    scaled = scale_frame(TRAIN, fit_scaler(TRAIN, "none"))
    pd.testing.assert_frame_equal(scaled, TRAIN.astype(dict.fromkeys(COLUMNS, float)))


def test_other_columns_stay_as_they_are() -> None:
    scaled = scale_frame(TRAIN, fit_scaler(TRAIN, "minmax"))
    others = ["unique_id", "fold", "ds"]
    assert list(scaled) == list(TRAIN)
    pd.testing.assert_frame_equal(scaled[others], TRAIN[others])


def test_the_frame_that_is_scaled_stays_as_it_was() -> None:
    before = TRAIN.copy(deep=True)
    scale_frame(TRAIN, fit_scaler(TRAIN, "minmax"))
    pd.testing.assert_frame_equal(TRAIN, before)


SYMBOLS = pd.DataFrame(
    {"unique_id": "1", "fold": 0, "ds": ["2", "3"], "lag_1": ["10", "9"], "y": ["9", "b"]}
)


def test_alphabet_has_numbers_before_words() -> None:
    assert fit_scaler(SYMBOLS, "onehot").alphabet == ["9", "10", "b"]


def test_one_hot_by_hand() -> None:
    hot = scale_frame(SYMBOLS, fit_scaler(SYMBOLS, "onehot"))
    assert hot.columns.tolist() == [
        *("unique_id", "fold", "ds"),
        *("lag_1=9", "lag_1=10", "lag_1=b", "y=9", "y=10", "y=b"),
    ]
    assert hot.iloc[:, 3:].to_numpy().tolist() == [[0, 1, 0, 1, 0, 0], [1, 0, 0, 0, 0, 1]]


def test_symbol_that_was_not_trained_on() -> None:
    message = "every symbol must be of the alphabet of the training rows: 9 10 b, got z"
    with pytest.raises(StatecastError, match=message):
        scale_frame(SYMBOLS.assign(y="z"), fit_scaler(SYMBOLS, "onehot"))


@pytest.mark.parametrize("method", [*ORACLES, "none"])
def test_scaler_comes_back_from_json(method: str) -> None:
    scaler = fit_scaler(TRAIN, method)
    assert scaler_from_json(json.loads(json.dumps(scaler.as_json()))) == scaler


def test_scaler_of_symbols_comes_back_from_json() -> None:
    scaler = fit_scaler(SYMBOLS, "onehot")
    back = scaler_from_json(json.loads(json.dumps(scaler.as_json())))
    assert back == scaler
    assert back.is_symbols


def test_line_of_a_column() -> None:
    lines = {A: [Line(1, 2), Line(3, 4)], FOLD: [Line(5, 6), Line(7, 8)]}
    scaler = Scaler("minmax", COLUMNS, lines)
    assert scaler.line(A) == (3, 4)
    assert scaler.line(FOLD, "lag_1") == (5, 6)


@pytest.mark.parametrize("method", ORACLES)
@pytest.mark.parametrize("power", [-60, -40, 20])
def test_a_small_series_is_scaled_like_a_large_one(method: Method, power: int) -> None:
    """By powers of 2 nothing is rounded, so that the scaled values are the same to the bit."""
    values = np.array([1.0, 4.0, 2.5, 3.0])
    frame = pd.DataFrame({"unique_id": "a", "fold": 0, "ds": range(4), "y": values})
    other = frame.assign(y=values * 2.0**power)
    usual = scale_frame(frame, fit_scaler(frame, method))
    small = scale_frame(other, fit_scaler(other, method))
    assert small["y"].tolist() == usual["y"].tolist()


def scale_of_y(y: list[float], method: Method) -> float:
    """Return what y is multiplied by; the offset is 0."""
    line = fit_scaler(frame({A: y}), method).line(A)
    assert line.offset == 0
    return line.scale


def test_mean_divides_by_the_mean_absolute_value_of_the_series() -> None:
    assert scale_of_y([3, -1, 0, 4], "mean") == 1 / 2


def test_last_divides_by_the_last_absolute_value_of_the_series() -> None:
    assert scale_of_y([3, -1, 0, -4], "last") == 1 / 4


@pytest.mark.parametrize("last", [0, 1e-15])
def test_last_divides_by_the_mean_where_the_last_value_is_nearly_0(last: float) -> None:
    assert scale_of_y([3, -1, 4, last], "last") == pytest.approx(1 / 2)


@pytest.mark.parametrize("method", ["mean", "last"])
def test_series_of_zeros_stays_as_it_is(method: Method) -> None:
    assert scale_of_y([0, 0, 0], method) == 1


@pytest.mark.parametrize("method", ["mean", "last"])
def test_each_series_and_fold_has_a_size_of_its_own(method: Method) -> None:
    scaler = fit_scaler(TRAIN, method)
    sizes = {A: 14 / 5, B: 50, FOLD: 8 / 3} if method == "mean" else {A: 5, B: 30, FOLD: 4}
    for key, size in sizes.items():
        assert scaler.line(key).scale == pytest.approx(1 / size)


@pytest.mark.parametrize("method", ["maxabs", "mean", "last", "none"])
def test_methods_that_keep_0_say_so(method: Method) -> None:
    assert fit_scaler(TRAIN, method).keeps_zero
    assert scale_frame(frame({A: [0]}), fit_scaler(TRAIN, method))["y"].tolist() == [0]
