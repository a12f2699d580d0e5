"""Two value columns through all stages.

Oracles: a plain Keras network with two outputs, its rows, its forecasts and what undoes their scale
worked out from the source by hand; each column as the only target.
"""

import shutil
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from statecast.artifacts.scaled import read_scaled
from statecast.base.errors import StatecastError
from statecast.base.identity import SeriesKey
from statecast.training.runtime import keras
from tests.support import keras_loop
from tests.support.project import Project

TARGETS = ["a", "b"]
COUNT = 40
TEST = 6
AHEAD = 3
EPOCHS = 5
SEED = 1


def table() -> pd.DataFrame:
    """Return a wave, and ten times another one that follows it."""
    rng = np.random.default_rng(4)
    months = np.arange(1, COUNT + 1)
    a = 50 + 10 * np.sin(months / 2) + rng.normal(size=COUNT)
    b = 400 + 100 * np.sin(months / 2 - 1) + rng.normal(size=COUNT)
    return pd.DataFrame({"month": months, "a": a.round(3), "b": b.round(3)})


def project_in(folder: Any, value_column: object) -> Project:
    folder.mkdir()
    project = Project(folder)
    project.source(table().to_csv(index=False))
    keys = {"repeats": 1, "seed": SEED, "epochs": EPOCHS, "units": [3], "batch_size": 1}
    project.set_keys({f"train.{key}": value for key, value in keys.items()})
    project.set(download__value_column=value_column, frame__lookback=2, frame__test_size=TEST)
    project.set(train__learning_rate=0.01, evaluate__horizon=2, forecast__horizon=AHEAD)
    return project


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = project_in(tmp_path_factory.mktemp("targets") / "two", TARGETS)
    project.run_all()
    return project


class ByHand(NamedTuple):
    """The rows of both targets, oldest first, and their lines to the scale of the network."""

    x: np.ndarray  # [N, 4], lag 2 of a and b, then lag 1 of a and b, scaled
    y: np.ndarray  # [N, 2], scaled
    lines: list[tuple[np.ndarray, np.ndarray]]  # lowest and highest of the rows of lag 2, lag 1, y


def scaled(values: np.ndarray, line: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    low, high = line
    return 2 * (values - low) / (high - low) - 1


def by_hand() -> ByHand:
    """Return the differences, each column scaled to -1 .. 1 by its training rows."""
    steps = np.diff(table()[TARGETS].to_numpy(), axis=0)
    columns = [steps[:-2], steps[1:-1], steps[2:]]  # each [N, 2]
    training = [column[:-TEST] for column in columns]
    lines = [(column.min(axis=0), column.max(axis=0)) for column in training]
    older, newer, y = [scaled(*pair) for pair in zip(columns, lines, strict=True)]
    return ByHand(np.concatenate([older, newer], axis=1), y, lines)


def differences(outputs: np.ndarray, rows: ByHand) -> np.ndarray:
    """Return outputs [..., 2] as differences of the series."""
    low, high = rows.lines[2]
    return (outputs + 1) / 2 * (high - low) + low


@pytest.fixture(scope="module")
def model() -> Any:
    """A Keras network with two outputs, trained on the rows made by hand, in its zero state."""
    rows = by_hand()
    built = keras_loop.build([3], 1, 4, seed=SEED, outputs=2)
    built.compile(loss="mse", optimizer=keras.optimizers.Adam(0.01), jit_compile=False)
    x = rows.x[:-TEST, None].astype(np.float32)
    keras_loop.train_on_batches(built, x, rows.y[:-TEST].astype(np.float32), EPOCHS, 1)
    return built


def said(model: Any, row: np.ndarray) -> np.ndarray:
    """Return the outputs [2] of one row, from the state as it is."""
    return np.asarray(model(row[None, None].astype(np.float32)))[0]


def of_target(project: Project, path: str, target: str) -> pd.DataFrame:
    return project.table(path).query(f"unique_id == '{target}'")


@pytest.mark.slow
def test_each_target_is_forecast_as_by_keras(two: Project, model: Any) -> None:
    rows = by_hand()
    keras_loop.reset(model)
    outputs = np.array([said(model, row) for row in rows.x])[-TEST:]
    before = table()[TARGETS].to_numpy()[-TEST - 1 : -1]
    expected = before + differences(outputs, rows)
    for target, of_keras in zip(TARGETS, expected.T, strict=True):
        forecasts = of_target(two, "plots/forecasts.csv", target)["forecast"]
        assert_allclose(forecasts, of_keras, rtol=1e-4)


def test_what_comes_next_is_both_forecasts_fed_back_into_keras(two: Project, model: Any) -> None:
    rows = by_hand()
    values = table()[TARGETS].to_numpy()
    steps = list(np.diff(values, axis=0))
    keras_loop.reset(model)
    for row in rows.x:
        said(model, row)
    for _ in range(AHEAD):
        lags = [scaled(steps[-2], rows.lines[0]), scaled(steps[-1], rows.lines[1])]
        steps.append(differences(said(model, np.concatenate(lags)), rows))
    expected = values[-1] + np.cumsum(steps[-AHEAD:], axis=0)  # [AHEAD, 2]
    for target, of_keras in zip(TARGETS, expected.T, strict=True):
        future = of_target(two, "data/future.csv", target)
        assert_allclose(future["forecast"], of_keras, rtol=1e-4)


@pytest.mark.parametrize("target", TARGETS)
def test_baselines_are_those_of_the_target_alone(two: Project, tmp_path: Any, target: str) -> None:
    alone = project_in(tmp_path / "alone", target)
    alone.set(baseline__methods=["persistence"])
    alone.call("download", "difference", "frame", "scale", "baseline")
    expected = alone.table("data/baselines.csv")
    ours = of_target(two, "data/baselines.csv", target).query("method == 'persistence'")
    pd.testing.assert_frame_equal(ours.reset_index(drop=True), expected)


def test_ridge_sees_the_lags_of_both_targets(two: Project) -> None:
    """The normal equations of the rows made by hand, with an intercept and a penalty of 1."""
    rows = by_hand()
    x = rows.x - rows.x[:-TEST].mean(axis=0)
    y = rows.y - rows.y[:-TEST].mean(axis=0)
    train = x[:-TEST]
    slope = np.linalg.solve(train.T @ train + np.eye(4), train.T @ y[:-TEST])
    outputs = x[-TEST:] @ slope + rows.y[:-TEST].mean(axis=0)
    before = table()[TARGETS].to_numpy()[-TEST - 1 : -1]
    expected = before + differences(outputs, rows)
    for target, by_equations in zip(TARGETS, expected.T, strict=True):
        ours = of_target(two, "data/baselines.csv", target).query("method == 'ridge'")
        assert_allclose(ours["forecast"], by_equations, rtol=1e-9)


def test_each_target_has_figures_of_its_own(two: Project) -> None:
    by_series = two.table("plots/by_series.csv").set_index("unique_id")
    assert by_series.index.tolist() == TARGETS
    for target in TARGETS:
        forecasts = of_target(two, "plots/forecasts.csv", target)
        by_hand = np.sqrt(((forecasts["forecast"] - forecasts["y"]) ** 2).mean())
        assert by_series.loc[target, "rmse_mean"] == pytest.approx(by_hand)
    mean = by_series["rmse_mean"].mean()
    assert two.json("metrics/evaluate.json")["rmse"]["mean"] == pytest.approx(mean)


def test_the_first_step_ahead_has_the_errors_of_walk_forward(two: Project) -> None:
    """Two steps ahead there is no origin at the last test row."""
    errors = []
    for target in TARGETS:
        rows = of_target(two, "plots/forecasts.csv", target)[:-1]
        errors.append(np.sqrt(((rows["forecast"] - rows["y"]) ** 2).mean()))
    ahead = two.table("plots/ahead.csv").query("method == 'network' and step == 1")
    assert ahead["rmse"].tolist() == pytest.approx([np.mean(errors)], rel=1e-4)


@pytest.mark.slow
def test_networks_trained_on_all_rows_forecast_both_targets(two: Project, tmp_path: Any) -> None:
    before = two.table("data/future.csv")
    shutil.copytree(two.folder / "data", tmp_path / "again" / "data")
    again = Project(tmp_path / "again")
    again.set_keys({"forecast.horizon": AHEAD, "forecast.refit": True})
    again.call("forecast")
    after = again.table("data/future.csv")
    assert after["unique_id"].tolist() == before["unique_id"].tolist()
    assert (np.abs(after["forecast"] - before["forecast"]) > 1e-6).all()


def test_a_list_of_one_column_is_the_column(tmp_path: Any) -> None:
    frames = []
    for name, value_column in (("text", "b"), ("list", ["b"])):
        project = project_in(tmp_path / name, value_column)
        project.call("download")
        frames.append((project.folder / "data" / "series.csv").read_bytes())
    assert frames[0] == frames[1]


def test_folds_and_ids_have_joint_rows_of_their_own(tmp_path: Any) -> None:
    project = project_in(tmp_path / "ids", TARGETS)
    both = pd.concat([table().assign(id="x"), table()[:36].assign(id="7")])
    project.source(both.to_csv(index=False))
    project.set(download__id_column="id", frame__validation_size=2, frame__validation_folds=1)
    project.call("download", "difference", "frame", "scale")
    rows = read_scaled(project.folder / "data" / "scaled").series
    assert [series.key for series in rows] == [
        *(SeriesKey("x"), SeriesKey("x", 1), SeriesKey("7"), SeriesKey("7", 1))
    ]
    assert [series.targets for series in rows] == [("x/a", "x/b")] * 2 + [("7/a", "7/b")] * 2
    assert [len(series.y) for series in rows] == [37, 31, 33, 27]


@pytest.mark.parametrize(
    ("keys", "stage", "message"),
    [
        (
            {"frame.features": ["b"]},
            "download",
            r"frame\.features must be columns other than the targets, got \['b'\]",
        ),
        ({"scale.method": "onehot"}, "scale", r"scale\.method must not be onehot for several tar"),
        ({"train.head": "softmax"}, "train", r"train\.head must be another for several targets"),
    ],
)
def test_what_does_not_suit_several_targets_is_refused(
    tmp_path: Any, keys: dict[str, object], stage: str, message: str
) -> None:
    project = project_in(tmp_path / "refused", TARGETS)
    project.set_keys(keys)
    stages = ["download", "difference", "frame", "scale", "train"]
    with pytest.raises(StatecastError, match=message):
        project.call(*stages[: stages.index(stage) + 1])
