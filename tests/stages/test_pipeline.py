"""The stages one after the other, on the shipped series. Oracles: pandas, and published figures."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.project import ROOT, Project

MEASURED = [
    *("rmse", "persistence", "skill", "mae", "mase", "smape", "direction", "direction_by_size"),
    "flatness",
    *("ensemble", "baselines"),
]
BESIDE = [
    *("best_baseline", "best_baseline_chosen_by", "diebold_mariano", "interval", "validation"),
]
OF_A_FORECAST = ["rmse", "mae", "mase", "smape", "direction", "direction_by_size", "flatness"]


NAMES = ["unit", "time", "level"]


@pytest.fixture
def scores(finished_project: Project) -> dict[str, Any]:
    return finished_project.json("data/scores.json")


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        (
            "data/baselines.csv",
            ["unique_id", "fold", "ds", "part", "method", "y", "forecast", "far_away"],
        ),
        ("plots/rmse.csv", ["seed", "rmse", "validation_rmse", "unit"]),
        ("plots/forecasts.csv", ["unique_id", "ds", "seed", "y", "forecast", "unit", "time"]),
        (
            "plots/history.csv",
            ["seed", "epoch", "train_rmse", "validation_rmse", "test_rmse", "unit"],
        ),
        (
            "plots/intervals.csv",
            ["unique_id", "ds", "y", "ensemble", "method", "low", "high", *NAMES],
        ),
        ("plots/series.csv", ["unique_id", "ds", "y", "part", "unit", "time"]),
        (
            "plots/baselines.csv",
            ["unique_id", "ds", "method", "y", "forecast", "unit", "time"],
        ),
        (
            "data/future.csv",
            ["unique_id", "ds", "step", "forecast", "low", "high", "interval", *NAMES],
        ),
        (
            "plots/future.csv",
            ["unique_id", "ds", "y", "step", "forecast", "low", "high", "interval", *NAMES],
        ),
    ],
)
def test_tables_have_the_columns_that_they_promise(
    finished_project: Project, path: str, columns: list[str]
) -> None:
    assert list(finished_project.table(path)) == columns


@pytest.mark.parametrize("path", ["plots/intervals.csv", "data/future.csv"])
def test_what_axes_are_called_stands_in_the_first_row(finished_project: Project, path: str) -> None:
    table = finished_project.table(path)
    assert table.loc[0, NAMES].tolist() == ["sales", "month", 0.9]
    assert table.loc[1:, NAMES].isna().all(axis=None)


def test_table_of_the_series_begins_with_their_rmse(finished_project: Project) -> None:
    by_series = finished_project.table("plots/by_series.csv")
    assert list(by_series)[:3] == ["unique_id", "rmse_mean", "rmse_std"]


def test_scores_have_the_figures_that_they_promise(scores: dict[str, Any]) -> None:
    assert list(scores) == [*MEASURED, *BESIDE]
    assert list(scores["rmse"]) == ["mean", "std", "min", "q25", "median", "q75", "max"]


def test_validation_has_the_same_figures_as_the_test(scores: dict[str, Any]) -> None:
    assert list(scores["validation"]) == MEASURED


def test_ensemble_and_baselines_have_the_same_figures(scores: dict[str, Any]) -> None:
    assert list(scores["ensemble"]) == OF_A_FORECAST
    assert list(scores["baselines"]["ridge"]) == OF_A_FORECAST


def test_persistence_is_also_a_baseline(scores: dict[str, Any]) -> None:
    baseline = scores["baselines"]["persistence"]["rmse"]
    assert baseline == pytest.approx(scores["persistence"]["rmse"])


def test_persistence_of_shampoo_is_the_known_one(scores: dict[str, Any]) -> None:
    assert scores["persistence"]["rmse"] == pytest.approx(136.761, abs=5e-4)


def test_best_baseline_is_chosen_by_the_validation_rows(scores: dict[str, Any]) -> None:
    assert scores["best_baseline_chosen_by"] == "validation"


def test_coverage_is_the_share_of_values_inside(
    finished_project: Project, scores: dict[str, Any]
) -> None:
    """3 validation rows are too few for conformal intervals: only those of repeats are there."""
    intervals = finished_project.table("plots/intervals.csv")
    held = (intervals["low"] <= intervals["y"]) & (intervals["y"] <= intervals["high"])
    assert held.mean() == scores["interval"]["repeats"]["coverage"]


def test_rmse_is_the_mean_and_deviation_of_the_repeats(
    finished_project: Project, scores: dict[str, Any]
) -> None:
    errors = finished_project.table("plots/rmse.csv")["rmse"]
    assert scores["rmse"]["mean"] == pytest.approx(errors.mean())
    assert scores["rmse"]["std"] == pytest.approx(errors.std())


def test_rmse_of_each_repeat_follows_from_its_forecasts(finished_project: Project) -> None:
    forecasts = finished_project.table("plots/forecasts.csv")
    forecasts["squared"] = (forecasts["y"] - forecasts["forecast"]) ** 2
    by_hand = np.sqrt(forecasts.groupby("seed")["squared"].mean())
    np.testing.assert_allclose(by_hand, finished_project.table("plots/rmse.csv")["rmse"])


def test_metrics_are_a_few_of_the_scores(finished_project: Project, scores: dict[str, Any]) -> None:
    metrics = finished_project.json("metrics/evaluate.json")
    assert metrics["rmse"] == {name: scores["rmse"][name] for name in ("mean", "std")}
    assert metrics["skill"] == scores["skill"]


def test_rebatched_networks_compute_what_was_trained(finished_project: Project) -> None:
    parity = finished_project.json("data/model/parity.json")
    assert parity["exact"]
    assert parity["max_abs_difference"] < 1e-6


SHOPS = [("b", 5), ("a", 7)]


def sold_in_shops() -> pd.DataFrame:
    """Return 30 months of two shops and 34 of a third."""
    rows = [(name, month, (month * factor) % 17) for name, factor in SHOPS for month in range(30)]
    rows += [("c", month, month % 5) for month in range(34)]
    return pd.DataFrame(rows, columns=["shop", "month", "sales"])


def evaluated(folder: Any, table: pd.DataFrame) -> Project:
    """Return a project in which the pipeline has run on a table of shops."""
    folder.mkdir()
    project = Project(folder)
    project.source(table.to_csv(index=False))
    project.set(download__id_column="shop")
    project.run_all()
    return project


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return evaluated(tmp_path_factory.mktemp("shops") / "all", sold_in_shops())


def test_many_series_stay_in_the_order_of_the_source(shops: Project) -> None:
    assert shops.table("plots/forecasts.csv")["unique_id"].unique().tolist() == ["b", "a", "c"]


def test_many_series_have_figures_over_series(shops: Project) -> None:
    scores = shops.json("data/scores.json")
    assert len(shops.table("plots/by_series.csv")) == scores["series"]["count"] == 3
    assert list(scores["diebold_mariano"]["persistence"]) == ["series", "better", "worse"]


def test_many_series_train_a_network_each(shops: Project, tmp_path: Any) -> None:
    table = sold_in_shops()
    single = evaluated(tmp_path / "alone", table[table["shop"] == "a"])
    alone = single.table("plots/forecasts.csv")
    together = shops.table("plots/forecasts.csv")
    mine = together[together["unique_id"] == "a"]
    np.testing.assert_allclose(mine["forecast"], alone["forecast"], rtol=1e-5)


@pytest.mark.slow
def test_a_series_named_like_a_fold_beside_folds(tmp_path: Any) -> None:
    """Two shops, one named like a fold of the other, forecast as under any other name."""
    tables = []
    for name in ("b", "a fold 1"):
        table = sold_in_shops().query("shop != 'c'").replace({"shop": {"b": name}})
        project = Project(make_folder(tmp_path / name))
        project.source(table.to_csv(index=False))
        project.set(download__id_column="shop")
        project.set(frame__validation_size=2, frame__validation_folds=2)
        project.run_all()
        tables.append(project.table("plots/forecasts.csv")["forecast"])
    np.testing.assert_allclose(tables[0], tables[1])


def make_folder(folder: Any) -> Any:
    folder.mkdir()
    return folder


def test_network_that_knows_the_price_is_nearer_than_any_that_does_not(project: Project) -> None:
    """Sales were made with 25 units less for each unit of price.

    Who does not know the price cannot be nearer than its deviation.
    """
    project.set(train__epochs=150, train__learning_rate=0.01, train__units=[3])
    project.use_sales()
    project.run_all()
    price = project.table("data/source/sales.csv")["price"]
    rmse = project.json("data/scores.json")["rmse"]
    assert rmse["max"] < 25 * price[-12:].std(ddof=0)


@pytest.mark.slow
def test_shampoo_agrees_with_the_published_table(project: Project) -> None:
    """The configuration was published three times."""
    from scipy.stats import ttest_ind_from_stats

    project.set(train__repeats=30, train__epochs=1000)
    for name in (
        *("download", "difference", "frame", "scale", "baseline"),
        *("train", "rebatch", "evaluate"),
    ):
        result = project.command(name)
        assert result.returncode == 0, result.stderr
    rmse = project.json("data/scores.json")["rmse"]
    published = pd.read_csv(ROOT / "studies" / "published-tables.csv")
    same = published.query("epochs == 1000 and batch_size == 4 and units == 1")
    assert len(same) == 3
    tests = [
        ttest_ind_from_stats(
            rmse["mean"], rmse["std"], 30, row.mean, row.std, row.n, equal_var=False
        )
        for row in same.rename(columns={"count": "n"}).itertuples()
    ]
    assert max(test.pvalue for test in tests) > 0.05
