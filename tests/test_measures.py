"""The numbers that are reported. Oracles: arithmetic by hand, pandas' describe(), utilsforecast, published formulas."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from utilsforecast import losses

from statecast.evaluation import scores as report
from statecast.evaluation.measures import (
    direction,
    mae,
    mean_over_series,
    rmse,
    seasonal_naive_error,
    skill,
    smape,
    summary,
)
from statecast.evaluation.parts import Forecasts, interval_table
from statecast.evaluation.significance import diebold_mariano
from statecast.forecasting.intervals import conformal, of_repeats

RNG = np.random.default_rng(3)


def forecasts(name: str = "a", *, rows: int = 8, scale: float = 1.0, baselines: tuple[str, ...] = ()) -> Forecasts:
    y = RNG.normal(size=rows + 1) * scale
    made = y[1:] + RNG.normal(size=(5, rows)) * scale
    others = {method: y[1:] + RNG.normal(size=rows) * scale for method in baselines}
    return Forecasts(name, np.arange(rows), y[1:], y[:-1], 2.0 * scale, made, others)


def test_rmse_by_hand() -> None:
    assert rmse([[1, 2], [0, 0]], [1, 4]).tolist() == pytest.approx([np.sqrt(2), np.sqrt(8.5)])


def test_measures_agree_with_utilsforecast() -> None:
    values = RNG.normal(5, 4, 40)
    made = values[30:] + RNG.normal(size=10)
    frame = pd.DataFrame({"unique_id": "a", "ds": np.arange(40), "y": values})
    test = frame[30:].assign(m=made)
    expected = [float(loss(test, ["m"])["m"].iloc[0]) for loss in (losses.rmse, losses.mae, losses.smape)]
    mase = float(losses.mase(test, ["m"], 7, frame[:30])["m"].iloc[0])
    y = values[30:]
    # theirs divides by the sum of both sizes, ours by their mean
    assert_allclose([rmse(made, y), mae(made, y), smape(made, y) / 2], expected, rtol=1e-12)
    assert mae(made, y) / seasonal_naive_error(values[:30], 7) == pytest.approx(mase, rel=1e-12)


def test_smape_lies_between_0_and_2() -> None:
    assert smape([0, 3, -5], [0, 3, 5]) == pytest.approx(2 / 3)


def test_direction_by_hand() -> None:
    before, y = [1, 2, 3, 3], [2, 3, 1, 3]  # up, up, down, not counted
    assert direction([[5, 1, 0, 9], [1, 2, 3, 3]], y, before).tolist() == pytest.approx([2 / 3, 0])
    assert np.isnan(direction([1.0, 2.0], [1, 1], [1, 1]))


@pytest.mark.parametrize("train", [[1.0, 2.0], [3.0, 3.0, 3.0, 3.0]])
def test_mase_has_no_scale_without_seasonal_differences(train: list[float]) -> None:
    assert np.isnan(seasonal_naive_error(np.array(train), 2))


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


def test_diebold_mariano_by_hand() -> None:
    # squared errors 1 4 9 4 against 4 4 1 25: differentials -3 0 8 -21, mean -4, variance (1 + 16 + 144 + 289) / 4
    found = diebold_mariano([1, 2, 3, 2], [2, 2, 1, 5])
    assert found is not None
    expected = -4 / np.sqrt(112.5 / 4) * np.sqrt(3 / 4)
    assert found.statistic == pytest.approx(expected, rel=1e-12)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(expected), 3), rel=1e-12)


def test_diebold_mariano_at_one_step_is_a_paired_t_test_of_the_losses() -> None:
    first, second = RNG.normal(size=20), RNG.normal(size=20) * 1.5
    expected = stats.ttest_rel(first**2, second**2)
    assert_allclose(diebold_mariano(first, second), [expected.statistic, expected.pvalue], rtol=1e-10)


def test_diebold_mariano_at_three_steps_is_the_published_formula() -> None:
    first, second = RNG.normal(size=30), RNG.normal(size=30)
    loss = first**2 - second**2
    gamma = [sum((loss[t] - loss.mean()) * (loss[t - k] - loss.mean()) for t in range(k, 30)) / 30 for k in range(3)]
    plain = loss.mean() / np.sqrt((gamma[0] + 2 * gamma[1] + 2 * gamma[2]) / 30)
    expected = plain * np.sqrt((30 + 1 - 2 * 3 + 3 * (3 - 1) / 30) / 30)
    assert diebold_mariano(first, second, 3).statistic == pytest.approx(expected, rel=1e-10)


def test_diebold_mariano_says_nothing_of_equal_forecasts() -> None:
    assert diebold_mariano([1, -2, 3], [-1, 2, 3]) is None
    assert diebold_mariano([1.0], [2.0]) is None
    assert diebold_mariano([0.1] * 3, [0.3, 0.1 + 0.2, 0.3]) is None


def test_intervals_of_the_repeats_by_hand() -> None:
    found = of_repeats(np.arange(11.0)[:, None] * [1, 10], 0.8)
    assert_allclose([found.low, found.high], [[1, 10], [9, 90]])
    assert found.coverage(np.array([9.0, 91])) == 0.5
    assert found.width() == pytest.approx(44)


@pytest.mark.parametrize(("count", "level", "rank"), [(9, 0.9, 9), (10, 0.9, 10), (19, 0.9, 18), (99, 0.9, 90)])
def test_conformal_takes_the_finite_sample_rank(count: int, level: float, rank: int) -> None:
    residuals = RNG.permutation(np.arange(1.0, count + 1)) * RNG.choice([-1, 1], count)
    found = conformal(np.array([100.0]), residuals, level)
    assert (found.low[0], found.high[0]) == (100 - rank, 100 + rank)


def test_conformal_needs_enough_residuals() -> None:
    assert conformal(np.zeros(2), np.ones(8), 0.9) is None
    assert conformal(np.zeros(2), np.zeros(0), 0.5) is None


def test_conformal_covers_what_it_promises() -> None:
    draws = np.random.default_rng(4).standard_t(3, size=(4000, 20))
    held = [conformal(np.zeros(1), draw[:19], 0.8).coverage(draw[19:]) for draw in draws]
    assert np.mean(held) == pytest.approx(0.8, abs=0.02)  # rank 16 of 19: exactly 16 / 20


def test_measures_are_means_over_series() -> None:
    parts = [forecasts("a"), forecasts("b", rows=5)]
    found = report.measures(parts)
    each = [rmse(part.forecast, part.y) for part in parts]
    assert found["rmse"]["mean"] == pytest.approx(np.mean(each))
    scaled = [mae(part.ensemble(), part.y) / 2 for part in parts]
    assert found["ensemble"]["mase"] == pytest.approx(np.mean(scaled))
    assert found["mae"]["std"] == pytest.approx(np.mean([mae(p.forecast, p.y) for p in parts], axis=0).std(ddof=1))


def test_ensemble_is_the_averaged_forecast() -> None:
    part = forecasts()
    assert report.measures([part])["ensemble"]["rmse"] == pytest.approx(rmse(part.forecast.mean(axis=0), part.y))


def test_a_scale_that_is_not_defined_gives_null() -> None:
    found = report.measures([forecasts(), forecasts("b")._replace(naive_error=np.nan)])
    assert found["mase"] == {"mean": None, "std": None}
    assert found["mae"]["mean"] is not None


def test_a_baseline_that_misses_a_series_is_not_averaged() -> None:
    parts = [forecasts("a", baselines=("drift", "ridge")), forecasts("b", baselines=("ridge",))]
    assert list(report.measures(parts)["baselines"]) == ["ridge"]


def test_best_baseline_is_chosen_on_the_validation_rows() -> None:
    test = {"baselines": {"a": {"rmse": 1.0}, "b": {"rmse": 2.0}}}
    validation = {"baselines": {"a": {"rmse": 4.0}, "b": {"rmse": 3.0}, "c": {"rmse": 1.0}}}
    assert report.best_baseline(test, validation) == {"best_baseline": "b", "best_baseline_chosen_by": "validation"}
    assert report.best_baseline(test, None) == {"best_baseline": "a", "best_baseline_chosen_by": "test"}
    assert report.best_baseline({"baselines": {}}, None)["best_baseline"] is None


def test_significance_of_many_series_is_counted() -> None:
    one = forecasts("a", rows=30)
    better = one._replace(forecast=one.y + 0.01 * RNG.normal(size=(5, 30)))
    worse = one._replace(forecast=one.y + 9 + RNG.normal(size=(5, 30)), unique_id="b")
    assert report.significance([better, worse], None)["persistence"] == {"series": 2, "better": 1, "worse": 1}
    assert report.significance([better], None)["best_baseline"] == {"statistic": None, "p": None}


def test_tables_have_a_row_a_series_and_the_bounds() -> None:
    parts = [forecasts("a", baselines=("ridge",)), forecasts("b", baselines=("ridge",))]
    table = report.by_series(parts, "ridge")
    assert table["rmse_mean"].tolist() == pytest.approx([rmse(p.forecast, p.y).mean() for p in parts])
    bounds = report.intervals_of(parts, {"a": np.arange(12.0)}, 0.9)
    figures = report.interval_figures(parts, bounds, 0.9)
    assert figures["conformal"] == {"coverage": None, "width": None}  # b has no residuals
    rows = interval_table(parts, bounds)
    assert rows.groupby("method")["unique_id"].unique().map(list).to_dict() == {
        "repeats": ["a", "b"],
        "conformal": ["a"],
    }
    assert report.over_series(table)["count"] == 2
