"""Validation on folds, through the stages. Oracle: forecasts of 0 worked out by hand."""

from pathlib import Path

import numpy as np
import pytest

from statecast.artifacts.trained import TrainedNetworks, read_history, write_trained
from statecast.base.identity import SeriesKey
from statecast.data.transforms import Transform
from statecast.network.batching import Batching
from statecast.network.ensemble import Ensemble
from statecast.network.network import Network, weight_shapes
from statecast.training.job import Learning, Setting
from statecast.training.optimizers import check_optimizer
from tests.support.project import Project

KEYS = [SeriesKey("sales", fold) for fold in (0, 1, 2)]


def write_zero_networks(folder: Path) -> None:
    """Write two networks a series and fold with zero weights: their scaled forecasts are 0."""
    network = Network(1, (1,), 1)
    keys = [key for key in KEYS for _ in range(2)]
    weights = [np.zeros((6, *shape), np.float32) for _, shape in weight_shapes(network)]
    ensemble = Ensemble(network, weights, keys, np.tile([0, 1], 3))
    learning = Learning(check_optimizer("adam"), 0.001)
    setting = Setting(network, Batching(4), [0, 1], 1, learning)
    write_trained(TrainedNetworks(ensemble, setting), {}, {}, folder)


@pytest.fixture(scope="module", params=["none", "log"])
def evaluated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, Transform]:
    """A project in which networks of two folds forecast 0, and the transform of its series."""
    project = Project(tmp_path_factory.mktemp("folds"))
    project.set(
        difference__transform=request.param, frame__validation_size=3, frame__validation_folds=2
    )
    project.call("download", "difference", "frame", "scale")
    write_zero_networks(project.folder / "data" / "trained")
    project.call("baseline", "rebatch", "evaluate")
    return project, request.param


def error(truth: np.ndarray, transform: Transform, first: int, last: int) -> float:
    """Return the RMSE over some rows of a forecast that the training rows before them give.

    A scaled forecast of 0 is the middle of the range of the differences that were trained on.
    """
    y = np.log(truth) if transform == "log" else truth
    back = np.exp if transform == "log" else np.asarray
    trained = np.diff(y[1:first])
    forecast = back(y[first - 1 : last - 1] + (trained.min() + trained.max()) / 2)
    return float(np.sqrt(((forecast - truth[first:last]) ** 2).mean()))


def truth_of(project: Project) -> np.ndarray:
    return project.table("data/series.csv")["y"].to_numpy()


def test_test_rows_are_forecast_by_the_network_of_the_series(
    evaluated: tuple[Project, Transform],
) -> None:
    project, transform = evaluated
    expected = error(truth_of(project), transform, 24, 36)
    assert project.json("data/scores.json")["rmse"]["mean"] == pytest.approx(expected)


def test_validation_is_the_mean_over_the_folds(evaluated: tuple[Project, Transform]) -> None:
    project, transform = evaluated
    truth = truth_of(project)
    expected = (error(truth, transform, 18, 21) + error(truth, transform, 21, 24)) / 2
    validation = project.json("data/scores.json")["validation"]
    assert validation["rmse"]["mean"] == pytest.approx(expected)


def test_persistence_of_the_validation_is_the_mean_over_the_folds(
    evaluated: tuple[Project, Transform],
) -> None:
    project, _ = evaluated
    steps = np.diff(truth_of(project))
    apart = [np.sqrt((steps[rows] ** 2).mean()) for rows in (slice(17, 20), slice(20, 23))]
    validation = project.json("data/scores.json")["validation"]
    assert validation["persistence"]["rmse"] == pytest.approx(np.mean(apart))


def test_forecasts_are_of_the_series_itself(evaluated: tuple[Project, Transform]) -> None:
    project, _ = evaluated
    forecasts = project.table("plots/forecasts.csv")
    assert forecasts["unique_id"].unique().tolist() == ["sales"]
    assert len(forecasts) == 2 * 12


def test_baselines_name_the_fold(evaluated: tuple[Project, Transform]) -> None:
    project, _ = evaluated
    rows = project.table("data/baselines.csv").query("method == 'persistence'")
    counts = rows.groupby(["part", "fold"]).size().to_dict()
    assert counts == {("test", 0): 12, ("validation", 1): 3, ("validation", 2): 3}


def test_baselines_of_the_test_rows_are_fitted_on_all_rows_before_them(
    tmp_path: Path,
) -> None:
    """As the networks are. Drift goes on with the mean step of all 24 months."""
    project = Project(tmp_path)
    project.set(
        frame__validation_size=3,
        frame__validation_folds=2,
        baseline__methods=["auto_arima", "drift"],
    )
    project.call("download", "difference", "frame", "scale", "baseline")
    truth = truth_of(project)
    table = project.table("data/baselines.csv").query("fold == 0 and part == 'test'")
    drift = table.query("method == 'drift'")["forecast"].to_numpy()
    np.testing.assert_allclose(drift, truth[23:35] + (truth[23] - truth[0]) / 23)
    arima = table.query("method == 'auto_arima'")["forecast"].to_numpy()
    assert np.sqrt(((arima - truth[24:]) ** 2).mean()) == pytest.approx(90.6, abs=0.1)


@pytest.mark.slow
def test_patience_stops_by_the_folds(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.set(
        frame__validation_size=3,
        frame__validation_folds=2,
        train__patience=3,
        train__epochs=30,
        train__learning_rate=0.05,
    )
    project.call("download", "difference", "frame", "scale", "train")
    best = read_history(project.folder / "data/trained")["best_epoch"]  # [D, R]
    assert (best[0] == np.rint(best[1:].mean(axis=0))).all()
