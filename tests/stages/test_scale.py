"""The stage scale. Oracles: the range of minmax, and columns and rows by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from statecast.artifacts.scaled import read_scaled
from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.network.rows import ScaledRows
from tests.support.project import Project

BEFORE = ("download", "difference", "frame", "scale")
FOLDS = {"frame__validation_size": 3, "frame__validation_folds": 2}
Source = Callable[[str | bytes], None]


def scaled(project: Project, **keys: object) -> ScaledRows:
    project.set(**keys)
    project.call(*BEFORE)
    return read_scaled(project.folder / "data" / "scaled")


@pytest.fixture
def sales(project: Project) -> Project:
    """A project with a feature and a calendar, read as timesteps."""
    project.use_sales(lookback=3, calendar=["month"], validation_size=4, **{"as": "timesteps"})
    project.call(*BEFORE)
    return project


def names_of_inputs() -> list[str]:
    names: list[str] = []
    for lag in (3, 2, 1):
        names.append(f"lag_{lag}")
        names += [f"{column}_lag_{lag - 1}" for column in ("price", "month_sin", "month_cos")]
    return names


def test_inputs_are_named_step_by_step(sales: Project) -> None:
    assert sales.json("data/scaled/inputs.json")["names"] == names_of_inputs()


def test_columns_stand_in_the_order_of_the_inputs(sales: Project) -> None:
    columns = ["unique_id", "fold", "ds", *names_of_inputs(), "y"]
    assert list(sales.table("data/scaled/test.csv")) == columns


def test_training_rows_fill_the_range(sales: Project) -> None:
    train = sales.table("data/scaled/train.csv")
    extremes = train[["price_lag_0", "y"]].agg(["min", "max"])
    np.testing.assert_allclose(extremes, [[-1, -1], [1, 1]])


def test_rows_of_all_parts_are_read(sales: Project) -> None:
    rows = read_scaled(sales.folder / "data" / "scaled")
    (series,) = rows.series
    assert series.x.shape == (208 - 1 - 3, 12)
    assert series.y.shape == (204, 1)
    assert (rows.steps, rows.features) == (3, 4)


def test_series_are_read_beside_their_folds(project: Project) -> None:
    sizes = {rows.key: rows.sizes for rows in scaled(project, **FOLDS).series}
    assert sizes == {
        SeriesKey("sales"): (22, 0, 12),
        SeriesKey("sales", 1): (16, 3, 0),
        SeriesKey("sales", 2): (19, 3, 0),
    }


def test_test_rows_of_folds_are_not_their_training_rows(project: Project) -> None:
    assert not any(rows.test_is_train for rows in scaled(project, **FOLDS).series)


def test_scaler_of_a_fold_sees_its_own_training_rows(project: Project) -> None:
    wide = {"frame__test_size": 1, "frame__validation_size": 12, "frame__validation_folds": 2}
    rows = scaled(project, **wide)
    train = project.table("data/framed/train.csv")
    fitted = {(line["unique_id"], line["fold"]): line for line in scaler_of(project)["series"]}
    scales = {}
    for key, own_rows in train.groupby(["unique_id", "fold"]):
        scales[key] = fitted[key]["scale"][1]
        assert scales[key] == pytest.approx(2 / np.ptp(own_rows["y"]))
    assert len(set(scales.values())) == 3
    assert {tuple(one.key): one.scale for one in rows.series} == scales


def scaler_of(project: Project) -> dict[str, Any]:
    return project.json("data/scaled/scaler.json")


def test_range_is_that_of_params(project: Project) -> None:
    scaled(project, scale__range=[0, 5])
    y = project.table("data/scaled/train.csv")["y"]
    assert (y.min(), y.max()) == (pytest.approx(0), pytest.approx(5))


def test_a_symbol_is_a_column(project: Project, source: Source) -> None:
    source("month,sales\n" + "".join(f"{row},{'ab'[row % 2]}\n" for row in range(20)))
    symbols = {"download__values": "symbols", "difference__lags": [], "scale__method": "onehot"}
    rows = scaled(project, **symbols)
    assert scaler_of(project)["alphabet"] == ["a", "b"]
    assert rows.series[0].y[:2].tolist() == [[0, 1], [1, 0]]


def test_symbols_have_no_features(project: Project, source: Source) -> None:
    source("month,sales\n" + "".join(f"2024-01-{row:02d},x\n" for row in range(1, 32)))
    project.set(
        download__values="symbols",
        difference__lags=[],
        scale__method="onehot",
        frame__calendar=["weekday"],
    )
    message = r"frame\.features, frame\.lagged and calendar must be \[\] for scale\.method onehot"
    with pytest.raises(StatecastError, match=message):
        project.call(*BEFORE)


def test_symbols_take_onehot_alone(project: Project, source: Source) -> None:
    source("month,sales\n" + "".join(f"{row},x\n" for row in range(20)))
    message = r"^params\.yaml: scale\.method must be onehot for a series of symbols, got minmax$"
    with pytest.raises(StatecastError, match=message):
        scaled(project, download__values="symbols", difference__lags=[])
