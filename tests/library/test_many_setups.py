"""Library and pipeline under setups that reach every step. Oracle: the stage forecast."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from statecast import Statecast, load
from tests.support.library import SMALL
from tests.support.project import Project

pytestmark = pytest.mark.slow

SETUPS: dict[str, dict[str, Any]] = {
    "folds and powers": {
        "difference__seasonal": "multiplicative",
        "difference__transform": "boxcox",
        "difference__lags": [1, 12],
        "frame__lookback": 3,
        "frame__validation_size": 3,
        "frame__validation_folds": 2,
        "frame__calendar": ["month"],
    },
    "one network, refitted": {
        "difference__seasonal": "additive",
        "train__network": "all",
        "frame__lookback": 4,
        "frame__as": "timesteps",
        "frame__lagged": ["heat"],
        "scale__method": "standard",
        "forecast__refit": True,
    },
    "another state": {
        "train__cell": "gru",
        "train__units": [3, 2],
        "train__interval_folds": 2,
        "frame__lags": [1, 3],
        "frame__least_train": 30,
        "rebatch__state": "carry",
        "rebatch__batch_size": 3,
    },
}
COLUMNS = {"shop": "unique_id", "day": "ds", "sold": "y"}
BOUNDS = ["low", "high"]


def shops() -> pd.DataFrame:
    """Return 60 months of three shops, and 15 of one that is too small for all steps."""
    rng = np.random.default_rng(1)
    months = pd.date_range("2020-01-01", periods=60, freq="MS")
    frames = []
    for shop in ("b", "a", "c"):
        grown = 1 + np.exp(0.1 * rng.normal(size=60).cumsum() + 3)
        heat = rng.normal(size=60)
        frames.append(
            pd.DataFrame({"shop": shop, "day": months, "sold": grown, "cost": grown**0.5})
        )
        frames[-1]["heat"] = heat
    small = frames[-1].head(15).assign(shop="small")
    return pd.concat([*frames, small])


def in_shops(project: Project, table: pd.DataFrame, values: object) -> Project:
    project.source(table.to_csv(index=False))
    project.set(download__time_column="day", download__id_column="shop")
    project.set(download__value_column=values, baseline__methods=[])
    return project


@pytest.mark.parametrize("setup", SETUPS)
def test_every_setup_forecasts_the_same_to_the_bit(setup: str, project: Project) -> None:
    keys = {"frame__short": "skip", **SETUPS[setup]}
    in_shops(project, shops(), "sold").set(**keys)
    project.run_all()
    model = Statecast(**{**SMALL, "interval_folds": 0, **one_name(keys)})
    own = model.fit(shops().rename(columns=COLUMNS)).predict(12, level=[90])
    for table in (own, load(project.folder / "data" / "model").predict(12, level=[90])):
        assert_same(table, project)


def test_targets_of_one_network_forecast_the_same(project: Project, tmp_path: Path) -> None:
    large = shops().query("shop != 'small'")
    in_shops(project, large, ["sold", "cost"]).run_all()
    series = project.table("data/series.csv").assign(ds=lambda df: pd.to_datetime(df["ds"]))
    own = Statecast(**SMALL).fit(series)
    own.save(tmp_path / "saved")
    for model in (own, load(project.folder / "data" / "model"), load(tmp_path / "saved")):
        assert_same(model.predict(12, level=[90]), project)


def one_name(keys: dict[str, Any]) -> dict[str, Any]:
    """Return keywords without ``train__interval_folds``, which SMALL has by another name."""
    return {key.replace("train__interval", "interval"): value for key, value in keys.items()}


def assert_same(table: pd.DataFrame, project: Project) -> None:
    future = project.table("data/future.csv")
    assert table["unique_id"].tolist() == future["unique_id"].tolist()
    assert table["ds"].dt.strftime("%Y-%m-%d").tolist() == future["ds"].tolist()
    assert table["Statecast"].tolist() == future["forecast"].tolist()
    bounds = table[["Statecast-lo-90", "Statecast-hi-90"]].to_numpy()
    assert np.array_equal(bounds, future[BOUNDS].to_numpy())
