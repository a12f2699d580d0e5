"""The numbers that are reported. Oracles: arithmetic by hand, pandas' describe()."""

import numpy as np
import pandas as pd
import pytest

from statecast.evaluation.measures import mean_over_series, rmse, skill, summary


def test_rmse_by_hand() -> None:
    assert rmse([[1, 2], [0, 0]], [1, 4]).tolist() == pytest.approx([np.sqrt(2), np.sqrt(8.5)])


def test_summary_is_what_describe_shows() -> None:
    values = pd.Series([3.0, 1.0, 4.0, 1.0, 5.0])
    shown = values.describe().drop("count")
    assert list(summary(values).values()) == pytest.approx(shown.tolist())


def test_one_repeat_has_no_standard_deviation() -> None:
    assert summary([2.0])["std"] is None


def test_skill_by_hand() -> None:
    assert skill(75, 100) == 0.25
    assert skill(1, 0) is None


def test_mean_over_series_keeps_the_repeats() -> None:
    assert mean_over_series([[1.0, 2.0], [3.0, 4.0]]).tolist() == [2, 3]
