"""Folds of a series: rolling-origin validation before the test rows. Oracle: the rows counted by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import write_arrays, write_json
from statecast.data.inputs import split_folds
from statecast.data.series import Columns, long_frame, read_table
from statecast.data.transforms import Transform
from statecast.network.batching import Batching
from statecast.network.ensemble import Model
from statecast.network.network import Network, weight_shapes
from statecast.network.rows import fold_of, read_series
from tests.conftest import Project


def test_folds_by_hand() -> None:
    rows = pd.DataFrame({"unique_id": ["a"] * 9 + ["b"] * 8, "ds": [*range(9), *range(8)], "y": 0})
    split = split_folds(rows, validation_size=2, test_size=1, folds=2)
    times = [part.groupby("unique_id", sort=False)["ds"].apply(list).to_dict() for part in split]
    assert times[0] == {
        "a": [0, 1, 2, 3, 4, 5, 6, 7],
        "a fold 1": [0, 1, 2, 3],
        "a fold 2": [0, 1, 2, 3, 4, 5],
        "b": [0, 1, 2, 3, 4, 5, 6],
        "b fold 1": [0, 1, 2],
        "b fold 2": [0, 1, 2, 3, 4],
    }
    assert times[1] == {"a fold 1": [4, 5], "a fold 2": [6, 7], "b fold 1": [3, 4], "b fold 2": [5, 6]}
    assert times[2] == {"a": [8], "b": [7]}


@pytest.mark.parametrize(
    ("unique_id", "expected"),
    [("a", ("a", None)), ("a fold 12", ("a", 12)), ("a fold 0", ("a fold 0", None)), ("a fold x", ("a fold x", None))],
)
def test_name_of_a_fold(unique_id: str, expected: tuple) -> None:
    assert fold_of(unique_id) == expected


def test_series_named_like_a_fold_is_refused() -> None:
    table = read_table(b"id,v\nb,1\nb fold 2,2\n", source="t")
    with pytest.raises(StatecastError, match=r"must not end like a fold of the validation, got \['b fold 2'\]"):
        long_frame(table, Columns("v", unique_id="id"))


def with_folds(project: Project, **frame: object) -> Project:
    project.params["frame"] |= {"validation_size": 3, "validation_folds": 2} | frame
    project.write_params()
    return project


def test_series_are_read_beside_their_folds(project: Project) -> None:
    with_folds(project).call("download", "difference", "frame", "scale")
    series = read_series(project.folder / "data" / "scaled")
    sizes = {one.unique_id: one.sizes for one in series}
    assert sizes == {"sales": (22, 0, 12), "sales fold 1": (16, 3, 0), "sales fold 2": (19, 3, 0)}
    assert not any(one.test_is_train for one in series)


def test_scaler_of_a_fold_sees_its_own_training_rows(project: Project) -> None:
    with_folds(project, test_size=1, validation_size=12).call("download", "difference", "frame", "scale")
    train = pd.read_csv(project.folder / "data" / "framed" / "train.csv")
    found = json.loads((project.folder / "data" / "scaler.json").read_text())["series"]
    for name, rows in train.groupby("unique_id"):
        assert found[name]["scale"][1] == pytest.approx(2 / np.ptp(rows["y"]))
    assert len({content["scale"][1] for content in found.values()}) == 3


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"validation_size": 0}, r"frame\.validation_size must be at least 1 for folds, got 0"),
        ({"test": "train", "test_size": 0}, r"frame\.validation_folds must be 0 where frame\.test is train, got 2"),
        ({"validation_folds": 8}, r"series 'sales' must have at least 42 rows"),
    ],
)
def test_folds_that_cannot_be_are_one_line(project: Project, frame: dict, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        with_folds(project, **frame).call("download", "difference", "frame")


def test_one_network_for_all_would_see_the_validation_rows(project: Project) -> None:
    project.set("train.layout", "sequences")
    with pytest.raises(StatecastError, match=r"validation_folds must be 0 for train\.layout sequences"):
        with_folds(project).call("download", "difference", "frame")


def write_zero_networks(folder: Path) -> None:
    """Write networks, two a series and fold, whose weights are all zero: their scaled forecasts are 0."""
    names = np.repeat(["sales", "sales fold 1", "sales fold 2"], 2)
    network = Network(1, (1,), 1)
    weights = [np.zeros((len(names), *shape), np.float32) for _, shape in weight_shapes(network)]
    write_arrays(Model(network, weights, names, np.tile([0, 1], 3)).arrays(), folder / "weights.npz")
    write_json({"network": network.as_json(), "trained": Batching(4)._asdict()}, folder / "network.json")


@pytest.mark.parametrize("transform", ["none", "log"])
def test_validation_is_the_mean_over_the_folds(project: Project, transform: Transform) -> None:
    """A forecast of 0 is the middle of the range of the differences that the fold trains on."""
    project.params["difference"]["transform"] = transform
    with_folds(project).call("download", "difference", "frame", "scale")
    write_zero_networks(project.folder / "data")
    project.call("baseline", "rebatch", "evaluate")
    metrics = json.loads((project.folder / "metrics" / "evaluate.json").read_text())
    truth = pd.read_csv(project.folder / "data" / "series.csv")["y"].to_numpy()
    y = np.log(truth) if transform == "log" else truth

    def error(first: int, last: int) -> float:
        trained = np.diff(y[1:first])
        back = np.exp if transform == "log" else np.asarray
        forecast = back(y[first - 1 : last - 1] + (trained.min() + trained.max()) / 2)
        return float(np.sqrt(((forecast - truth[first:last]) ** 2).mean()))

    assert metrics["rmse"]["mean"] == pytest.approx(error(24, 36))
    assert metrics["validation"]["rmse"]["mean"] == pytest.approx((error(18, 21) + error(21, 24)) / 2)
    apart = [np.sqrt((np.diff(truth)[rows] ** 2).mean()) for rows in (slice(17, 20), slice(20, 23))]
    assert metrics["validation"]["persistence"]["rmse"] == pytest.approx(np.mean(apart))
    forecasts = pd.read_csv(project.folder / "plots" / "forecasts.csv")
    assert forecasts["unique_id"].unique().tolist() == ["sales"]
    assert len(forecasts) == 2 * 12
