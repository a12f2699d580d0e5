"""What is whole and what is bounded where there are many series. Oracle: counted by hand."""

import logging

import numpy as np
import pandas as pd
import pytest

from statecast.base.files import read_parquet
from statecast.evaluation.measures import rmse
from statecast.report.verdict import read_verdict
from tests.support.project import Project

COUNT = 30  # series
DRAWN = 24
ROWS = 22
TEST = 4
NAMES = [f"s{place:02}" for place in range(COUNT)]
TABLES = ["forecasts", "intervals", "series", "baselines", "future"]


@pytest.fixture(scope="module")
def log() -> list[str]:
    return []


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, log: list[str]) -> Project:
    """A project in which the pipeline has run on 30 series."""
    project = Project(tmp_path_factory.mktemp("many"))
    values = np.random.default_rng(5).normal(size=(COUNT, ROWS)).cumsum(axis=1)
    rows = {
        "series": np.repeat(NAMES, ROWS),
        "month": np.tile(np.arange(ROWS), COUNT),
        "sales": values.ravel(),
    }
    project.source(pd.DataFrame(rows).to_csv(index=False))
    project.set(download__id_column="series")
    project.set_keys({"frame.test_size": TEST, "frame.validation_size": 2, "forecast.horizon": 3})
    handler = logging.Handler(logging.INFO)
    handler.emit = lambda record: log.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        project.run_all()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    return project


@pytest.mark.parametrize("name", TABLES)
def test_tables_behind_charts_over_time_have_the_first_series(many: Project, name: str) -> None:
    table = many.table(f"plots/{name}.csv")
    assert table["unique_id"].unique().tolist() == NAMES[:DRAWN]
    assert table["drawn"].dropna().tolist() == ["the first 24 of 30 series"]


@pytest.mark.parametrize("path", ["data/future.csv", "plots/by_series.csv", "data/baselines.csv"])
def test_tables_that_people_use_have_all_series(many: Project, path: str) -> None:
    table = many.table(path)
    assert table["unique_id"].unique().tolist() == NAMES
    assert "drawn" not in table


def test_every_forecast_is_kept(many: Project) -> None:
    columns = ["unique_id", "fold", "part", "ds", "seed", "y", "forecast"]
    table = read_parquet(many.folder / "data/forecasts.parquet", columns)
    counts = table.groupby(["unique_id", "part", "seed"]).size()
    assert counts.xs("test", level="part").tolist() == [TEST] * COUNT * 2
    assert counts.xs("validation", level="part").tolist() == [2] * COUNT * 2
    test = table[table["part"] == "test"]
    by_series = many.table("plots/by_series.csv").set_index("unique_id")
    for name, rows in test.groupby("unique_id"):
        y = rows["y"].to_numpy().reshape(2, TEST)
        errors = rmse(rows["forecast"].to_numpy().reshape(2, TEST), y)
        assert by_series.loc[name, "rmse_mean"] == pytest.approx(errors.mean())


def test_each_stage_says_once_what_it_draws(many: Project, log: list[str]) -> None:
    assert many.folder.exists()
    lines = [line for line in log if "the first 24 of 30 series" in line]
    assert [line.partition(":")[0] for line in lines] == ["evaluate", "forecast"]


def test_rows_left_out_of_many_series_are_one_line(many: Project, log: list[str]) -> None:
    assert many.folder.exists()
    lines = [line for line in log if "oldest rows left out" in line]
    words = "train: of 30 of 30 series and folds the oldest rows left out, 2 at most: "
    assert lines == [f"{words}s00, s01, s02, s03, s04 ..."]


def test_the_verdict_counts_all_series(many: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(many.folder)
    assert read_verdict().rstrip(".").endswith("2 repeats, 4 rows of 30 series")
