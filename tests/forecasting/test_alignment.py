"""Scaled rows beside true values. Oracle: series of six values, worked by hand."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_equal

from statecast.base.identity import SeriesKey
from statecast.data.inverse import Inverse
from statecast.forecasting.alignment import AlignedSeries, align, with_truth
from statecast.network.rows import SeriesRows

NAN = np.nan
KEY = SeriesKey("s")


def rows(ds: str, sizes: tuple[int, int, int], key: SeriesKey = KEY, future: int = 0) -> SeriesRows:
    """Return rows at some times, a letter each; the last ``future`` of them have no y."""
    y = np.zeros((len(ds), 1))
    y[len(ds) - future :] = NAN
    return SeriesRows(key, np.array(list(ds)), np.zeros((len(ds), 1)), y, sizes)


def values(unique_id: str, ds: str, first: float) -> pd.DataFrame:
    """Return values that count up from the first."""
    y = np.arange(first, first + len(ds))
    return pd.DataFrame({"unique_id": unique_id, "ds": list(ds), "y": y})


Y = np.array([1.0, 2, 3, 4, 5, 6])  # at a to f; the first two went into lags
SERIES = AlignedSeries(rows("cdef", (2, 1, 1)), Y)


def test_the_first_row_comes_after_the_values_that_went_into_lags() -> None:
    assert SERIES.first == 2


@pytest.mark.parametrize(
    ("part", "expected"), [("train", [3, 4]), ("validation", [5]), ("test", [6])]
)
def test_rows_stand_where_their_values_are(part: str, expected: list[float]) -> None:
    assert SERIES.values(part).tolist() == expected
    assert Y[SERIES.places(part)].tolist() == expected


@pytest.mark.parametrize(
    ("part", "expected"), [("train", [2, 3]), ("validation", [4]), ("test", [5])]
)
def test_the_value_before_a_row_is_that_of_the_time_before(
    part: str, expected: list[float]
) -> None:
    assert SERIES.values_before(part).tolist() == expected


def test_training_values_have_the_lags_and_end_with_the_training_rows() -> None:
    assert SERIES.training_values().tolist() == [1, 2, 3, 4]


def test_a_part_without_rows_has_no_values() -> None:
    series = AlignedSeries(rows("cdef", (3, 0, 1)), Y)
    assert series.values("validation").tolist() == []
    assert series.values_before("validation").tolist() == []


@pytest.mark.parametrize(
    ("origin", "expected"), [(0, [1, 2]), (1, [1, 2, 3]), (4, [1, 2, 3, 4, 5, 6])]
)
def test_the_past_of_a_row_ends_before_it(origin: int, expected: list[float]) -> None:
    assert SERIES.past(origin).tolist() == expected


def test_values_ahead_begin_with_the_row_itself_and_end_with_the_series() -> None:
    ahead = SERIES.ahead([0, 2, 3], 3)
    np.testing.assert_array_equal(ahead, [[3, 4, 5], [5, 6, NAN], [6, NAN, NAN]])


def test_a_stretch_after_the_last_value_is_unknown() -> None:
    assert np.isnan(SERIES.ahead([4], 2)).all()


def test_values_ahead_are_no_view_of_the_series() -> None:
    SERIES.ahead([0], 2)[:] = 99
    assert Y.tolist() == [1, 2, 3, 4, 5, 6]


WITH_FUTURE = AlignedSeries(rows("cdefgh", (2, 1, 3), future=2), Y)


def test_rows_after_the_end_move_no_value() -> None:
    assert WITH_FUTURE.first == 2
    assert WITH_FUTURE.values("train").tolist() == [3, 4]
    assert WITH_FUTURE.values("validation").tolist() == [5]


def test_rows_after_the_end_have_no_values() -> None:
    assert WITH_FUTURE.values("test").tolist() == [6]


def test_the_past_of_the_first_row_after_the_end_is_the_whole_series() -> None:
    assert WITH_FUTURE.past(4).tolist() == Y.tolist()


def test_test_rows_that_are_the_training_rows_have_their_values() -> None:
    trained = rows("cdef", (4, 0, 0))._replace(test_is_train=True)
    assert AlignedSeries(trained, Y).values("test").tolist() == [3, 4, 5, 6]


FRAME = pd.concat([values("a", "uvwxyz", 1), values("b", "abcdef", 101)], ignore_index=True)


def test_each_series_gets_its_own_values() -> None:
    both = [rows("xyz", (2, 0, 1), SeriesKey("a")), rows("cdef", (2, 0, 2), SeriesKey("b"))]
    of_a, of_b = align(both, FRAME)
    assert of_a.y.tolist() == [1, 2, 3, 4, 5, 6]
    assert of_b.y.tolist() == [101, 102, 103, 104, 105, 106]


def test_series_may_come_in_another_order_than_their_values() -> None:
    both = [rows("cdef", (2, 0, 2), SeriesKey("b")), rows("xyz", (2, 0, 1), SeriesKey("a"))]
    assert [series.values("test").tolist() for series in align(both, FRAME)] == [[105, 106], [6]]


def test_true_values_of_a_fold_end_where_it_ends() -> None:
    fold = rows("cd", (1, 1, 0), SeriesKey("b", 1))
    [series] = align([fold], FRAME)
    assert series.y.tolist() == [101, 102, 103, 104]


def test_folds_of_one_series_share_its_values() -> None:
    keys = [SeriesKey("b"), SeriesKey("b", 1), SeriesKey("b", 2)]
    whole, first, second = align(
        [
            rows("cdef", (3, 0, 1), keys[0]),
            rows("cd", (1, 1, 0), keys[1]),
            rows("cde", (2, 1, 0), keys[2]),
        ],
        FRAME,
    )
    assert whole.values("test").tolist() == [106]
    assert first.values("validation").tolist() == [104]
    assert second.values("validation").tolist() == [105]


def test_the_rows_of_each_fold_come_after_the_same_lags() -> None:
    folds = [rows("cd", (1, 1, 0), SeriesKey("b", 1)), rows("cde", (2, 1, 0), SeriesKey("b", 2))]
    assert [series.first for series in align(folds, FRAME)] == [2, 2]


def test_a_name_that_looks_like_a_number_is_found() -> None:
    frame = values("7", "abc", 1).astype({"unique_id": int})
    [series] = align([rows("bc", (1, 0, 1), SeriesKey("7"))], frame)
    assert series.y.tolist() == [1, 2, 3]


def test_each_target_of_joint_rows_gets_its_own_values() -> None:
    joint = rows("xyz", (2, 0, 1), SeriesKey("n"))._replace(targets=("a", "c"))
    of_a, of_c = align([joint], pd.concat([FRAME, values("c", "uvwxyz", 11)]))
    assert [of_a.key, of_c.key] == [SeriesKey("a"), SeriesKey("c")]
    assert [of_a.output, of_c.output] == [0, 1]
    assert of_a.values("test").tolist() == [6]
    assert of_c.values("test").tolist() == [16]


def test_targets_of_a_fold_are_those_of_the_fold() -> None:
    joint = rows("xy", (1, 1, 0), SeriesKey("n", 2))._replace(targets=("a",))
    [of_a] = align([joint], FRAME)
    assert of_a.key == SeriesKey("a", 2)


@pytest.mark.parametrize(("powers", "power"), [({}, 0.0), ({"s": 0.5}, 0.5)])
def test_rows_of_a_transformed_series_know_its_values(
    powers: dict[str, float], power: float
) -> None:
    (known,) = with_truth([SERIES], Inverse((1,), "boxcox", powers))
    assert known.transformed is not None
    assert known.transformed.values.tolist() == [[3], [4], [5], [6]]
    assert known.transformed.power == (power,)


def test_joint_rows_know_the_values_of_each_target() -> None:
    joint = rows("xyz", (2, 0, 1), SeriesKey("n"))._replace(targets=("a", "c"))
    aligned = align([joint], pd.concat([FRAME, values("c", "uvwxyz", 11)]))
    (known,) = with_truth(aligned, Inverse((1,), "boxcox", {"c": 2.0}))
    assert known.transformed is not None
    assert known.transformed.values.tolist() == [[4, 14], [5, 15], [6, 16]]
    assert known.transformed.power == (0, 2)


def test_a_filled_value_is_there_for_forecasts_but_judges_none() -> None:
    series = SERIES._replace(filled=np.array([0, 0, 0, 0, 1, 0], bool))  # the validation row
    assert series.values("validation").tolist() == [5]
    assert np.isnan(series.judged_values("validation")).all()
    assert_equal(series.ahead([2], 2), [[np.nan, 6]])


def test_a_value_after_a_gap_judges_nothing_because_the_line_into_the_gap_has_seen_it() -> None:
    """The value of the second row, 4, was filled; 5 is known to whoever looks at the line."""
    series = SERIES._replace(filled=np.array([0, 0, 0, 1, 0, 0], bool))
    assert_equal(series.judged, [1, 2, 3, np.nan, np.nan, 6])
    assert_equal(series.ahead([1, 2, 3], 2), [[np.nan, 5], [np.nan, np.nan], [6, np.nan]])


def test_align_takes_which_values_were_filled_and_rows_know_it() -> None:
    both = values("c", "uvwxyz", 11).assign(filled=[0, 0, 0, 0, 0, 1])
    frame = pd.concat([FRAME.assign(filled=0), both])
    joint = rows("xyz", (2, 0, 1), SeriesKey("n"))._replace(targets=("a", "c"))
    of_a, of_c = align([joint], frame)
    assert np.isfinite(of_a.known).all()
    assert np.isnan(of_c.judged_values("test")).all()
    (known,) = with_truth([of_a, of_c], Inverse((), "none", {}))
    assert known.unjudged is not None
    assert known.unjudged.tolist() == [[False, False], [False, False], [False, True]]


def test_rows_of_a_series_without_gaps_stay_as_they_are() -> None:
    (known,) = with_truth([SERIES], Inverse((), "none", {}))
    assert known is SERIES.rows


def test_rows_without_their_season_know_its_factors() -> None:
    inverse = Inverse((1,), "log", {}, "multiplicative", {"s": [0.5, 2.0]})
    (known,) = with_truth([SERIES], inverse)  # the values 3, 4, 5 and 6 at the places 2 to 5
    assert known.factors is not None
    assert known.factors.tolist() == [[0.5], [2], [0.5], [2]]
    assert known.transformed is not None
    assert known.transformed.values.tolist() == [[6], [2], [10], [3]]
