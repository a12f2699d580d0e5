"""Columns of which only the past is known, through the stages.

Oracles: pandas' shift; values changed at one time; what nobody can know without the column.
"""

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import write_frame
from statecast.base.paths import SERIES
from tests.support.project import Project

AFTER_DOWNLOAD = ("difference", "frame", "scale", "baseline", "train", "rebatch", "evaluate")
COLUMNS = [f"x{number}" for number in range(10)]


def shops() -> pd.DataFrame:
    """Return 30 rows of two shops: what they sold, and a heat."""
    rng = np.random.default_rng(8)
    shop = np.repeat(["b", "a"], 30)
    day = np.tile(np.arange(30), 2)
    sold = rng.normal(size=60).cumsum() + 50
    heat = rng.normal(size=60).cumsum()
    return pd.DataFrame({"shop": shop, "day": day, "sold": sold, "heat": heat})


def heated(project: Project, **frame: object) -> Project:
    """Return a project in which the heat before is an input."""
    project.source(shops().to_csv(index=False))
    project.set_keys(
        {
            "download.time_column": "day",
            "download.value_column": "sold",
            "download.id_column": "shop",
            "frame.lookback": 2,
            "frame.lagged": ["heat"],
            "frame.test_size": 6,
            **{f"frame.{key}": value for key, value in frame.items()},
        }
    )
    return project


@pytest.mark.parametrize("as_", ["features", "timesteps"])
def test_inputs_are_those_of_pandas_shift(project: Project, as_: str) -> None:
    heated(project, **{"as": as_}).call("download", "difference", "frame")
    framed = pd.concat(project.table(f"data/framed/{part}.csv") for part in ("train", "test"))
    for shop, sold in shops().groupby("shop"):
        rows = framed[framed["unique_id"] == shop].set_index("ds")
        heat = sold.set_index("day")["heat"]  # as it is: y alone is differenced
        for lag in (1, 2):
            expected = heat.shift(lag).loc[rows.index]
            np.testing.assert_allclose(rows[f"heat_lag_{lag}"], expected)


def test_a_scaler_sees_the_training_rows_alone(project: Project) -> None:
    heated(project).call("download", "difference", "frame", "scale")
    train = project.table("data/framed/train.csv").query("unique_id == 'a'")
    scaler = project.json("data/scaled/scaler.json")
    column = scaler["columns"].index("heat_lag_1")
    [own] = [line for line in scaler["series"] if line["unique_id"] == "a"]
    assert own["scale"][column] == pytest.approx(2 / np.ptp(train["heat_lag_1"]))


def test_a_value_changes_later_forecasts_alone(project: Project) -> None:
    heated(project).call("download", *AFTER_DOWNLOAD)
    before = project.table("plots/forecasts.csv")
    series = project.table(str(SERIES))
    is_then = (series["ds"] == 26) & (series["unique_id"] == "a")  # the third test row
    series.loc[is_then, "heat"] += 5
    write_frame(series, project.folder / SERIES)
    project.call("difference", "frame", "scale", "baseline", "evaluate")
    after = project.table("plots/forecasts.csv")
    changed = np.abs(after["forecast"] - before["forecast"]) > 1e-6
    is_own = after["unique_id"] == "a"
    assert not changed[~is_own | (after["ds"] <= 26)].any()
    assert changed[is_own & after["ds"].isin([27, 28])].all()  # of which it is lag 1 and lag 2


def test_the_future_is_forecast_with_the_last_values(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    heated(project).set(forecast__horizon=4, evaluate__horizon=3)
    project.run_all()
    future = project.table("data/future.csv")
    assert (
        future.groupby("unique_id", sort=False)["ds"].apply(list).tolist() == [[*range(30, 34)]] * 2
    )
    assert np.isfinite(future[["forecast", "low", "high"]]).all(axis=None)
    assert "forecast: frame.lagged (heat) stay at their last values" in caplog.text
    assert "evaluate: further ahead frame.lagged stay at their last values" in caplog.text


def wide_series() -> pd.DataFrame:
    """Return 600 rows: y is the sum of the ten x before, z the opposite, each with noise."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(600, 10)), columns=COLUMNS)
    before = table.sum(axis=1).shift(1, fill_value=0.0)
    noise = rng.normal(0, 0.05 * np.sqrt(10), size=(2, 600))
    return table.assign(row=range(600), sold=before + noise[0], cost=noise[1] - before)


@pytest.mark.slow
@pytest.mark.parametrize("targets", [["sold"], ["sold", "cost"]], ids=str)
def test_a_wide_batch_two_layers_and_ten_columns(project: Project, targets: list[str]) -> None:
    """Who does not know the columns cannot be nearer than the deviation of the targets."""
    project.source(wide_series().to_csv(index=False))
    project.set_keys(
        {
            "download.time_column": "row",
            "download.value_column": targets,
            "difference.lags": [],
            "frame.lagged": COLUMNS,
            "frame.test_size": 60,
            "train.batch_size": 128,
            "train.units": [12, 6],
            "train.epochs": 300,
            "train.learning_rate": 0.01,
            "evaluate.horizon": 2,
        }
    )
    project.run_all()
    deviation = wide_series()[targets][-60:].std(ddof=0).mean()
    scores = project.json("data/scores.json")
    assert scores["rmse"]["max"] < 0.5 * deviation
    assert scores["ahead"]["step_2"]["rmse"]["mean"] > 0.8 * deviation
    assert len(project.table("data/future.csv")) == 12 * len(targets)
    assert project.json("data/model/parity.json")["exact"]


def test_chosen_lags_go_through_all_stages(project: Project) -> None:
    """The rows forecast are those of a lookback as long, with two inputs instead of six."""
    project.set(frame__lags=[6, 1], evaluate__horizon=3, train__repeats=2, train__epochs=2)
    project.call("download", *AFTER_DOWNLOAD, "forecast")
    rows = project.table("data/scaled/train.csv")
    assert [name for name in rows if name.startswith("lag_")] == ["lag_6", "lag_1"]
    assert len(project.table("plots/ahead.csv")) == 3 * 4
    assert len(project.table("data/future.csv")) == 12


def test_chosen_lags_of_symbols_are_one_line(project: Project) -> None:
    project.source("s\na\nb\na\nb\na\nb\na\nb\na\nb\n")
    project.set_keys(
        {
            "download.time_column": None,
            "download.value_column": "s",
            "download.values": "symbols",
            "difference.lags": [],
            "frame.lags": [1, 3],
            "frame.test_size": 2,
            "scale.method": "onehot",
        }
    )
    project.call("download", "difference", "frame")
    match = r"frame\.lags must be \[\] for scale\.method onehot, got \[1, 3\]"
    with pytest.raises(StatecastError, match=match):
        project.call("scale")
