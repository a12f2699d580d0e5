"""Forecasts of several steps ahead. Oracles: Keras fed its own forecasts by hand, one-step walks, values made up."""

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import read_json
from statecast.data.inputs import Inputs, add_inputs
from statecast.data.inverse import inverse_content
from statecast.data.scaling import fit_scaler, scale_frame, unscale
from statecast.forecasting.future import future_rows, next_times
from statecast.forecasting.rebatched import Rebatched
from statecast.forecasting.rollout import feedback_of, paths_on_original_scale, rollout, truth_ahead
from statecast.forecasting.walk_forward import walk_forward
from statecast.network.batching import Batching
from statecast.network.ensemble import Model
from statecast.network.network import Network
from statecast.network.rows import Series
from statecast.training.initial import initial_weights
from tests import keras_loop
from tests.conftest import Project

SEEDS = [1, 2]
INPUTS = Inputs(3)


def example(train: int = 12, test: int = 6) -> tuple[Series, pd.DataFrame, dict, Model]:
    """Return a scaled series of three lags, its values, the scaler and random networks."""
    y = np.random.default_rng(3).normal(size=train + test + 3).cumsum() + 50
    frame = pd.DataFrame({"unique_id": "a", "ds": np.arange(len(y)), "y": y})
    framed = add_inputs(frame, INPUTS)
    scaler = fit_scaler(framed.iloc[:train], "minmax")
    scaled = scale_frame(framed, scaler)
    columns = INPUTS.as_json()["inputs"]
    one = Series("a", framed["ds"].to_numpy(), scaled[columns].to_numpy(), scaled[["y"]].to_numpy(), (train, 0, test))
    network = Network(3, (3,))
    weights = [array + np.float32(0.1) for array in initial_weights(network, SEEDS)]
    return one, frame, scaler, Model(network, weights, np.array(["a", "a"]), np.array(SEEDS))


def test_keras_fed_its_own_forecasts_says_the_same() -> None:
    """Batch size 1, the state carried: lag k of a later row is the forecast k rows before, on that column's scale."""
    one, _, scaler, model = example()
    rebatched = Rebatched(model.network, Batching(1), 1, "lanes")
    feedback = feedback_of(INPUTS.as_json(), scaler, "a")
    ours = rollout(model, one, rebatched, feedback, origins=[14], horizon=4)
    built = keras_loop.build([3], 1, 3)
    built.set_weights([array[1] for array in model.weights])
    for row in one.x[:14].astype(np.float32):
        built(row[None, None])
    forecasts: list[float] = []
    for ahead in range(4):
        row = one.x[14 + ahead].copy()
        for lag in (1, 2, 3):
            if lag <= ahead:
                value = unscale(np.array(forecasts[-lag]), scaler, "a")
                place = scaler["columns"].index(f"lag_{lag}")
                fitted = scaler["series"]["a"]
                row[3 - lag] = value * fitted["scale"][place] + fitted["offset"][place]
        forecasts.append(float(built(row[None, None].astype(np.float32))[0, 0]))
    np.testing.assert_allclose(ours[1, 0], forecasts, atol=1e-5)


@pytest.mark.parametrize("state", ["lanes", "carry", "reset"])
def test_first_step_is_the_walk_forward_forecast(state: str) -> None:
    one, _, scaler, model = example()
    rebatched = Rebatched(model.network, Batching(4), 1, state)  # type: ignore[arg-type]
    feedback = feedback_of(INPUTS.as_json(), scaler, "a")
    ahead = rollout(model, one, rebatched, feedback, origins=range(12, 18), horizon=2)
    walked = walk_forward(model, one, "test", rebatched)[..., 0]
    np.testing.assert_allclose(ahead[:, :, 0], walked, atol=1e-6)
    assert np.isnan(ahead[:, -1, 1]).all()


def test_later_values_change_no_forecast_made_before_them() -> None:
    one, frame, scaler, model = example()
    rebatched = Rebatched(model.network, Batching(4), 1, "lanes")
    feedback = feedback_of(INPUTS.as_json(), scaler, "a")
    before = rollout(model, one, rebatched, feedback, origins=[13], horizon=5)
    x = one.x.copy()
    for row in range(14, 18):  # lags of values at or after the origin
        x[row, 3 - min(3, row - 13) :] = 9
    np.testing.assert_array_equal(
        before, rollout(model, one._replace(x=x), rebatched, feedback, origins=[13], horizon=5)
    )
    y = frame["y"].to_numpy()
    other = np.where(np.arange(len(y)) < 3 + 13, y, 0.0)
    undo = {"scaler": scaler, "inverse": inverse_content([])}
    paths = [paths_on_original_scale(before, values, one, [13], **undo) for values in (y, other)]
    np.testing.assert_array_equal(*paths)
    np.testing.assert_array_equal(truth_ahead(one, y, [13], 5)[0], y[16:21])


def test_times_after_the_end_go_on_as_before() -> None:
    assert next_times(pd.Series(["2023-11-01", "2023-12-01", "2024-01-01"]), 2) == ["2024-02-01", "2024-03-01"]
    assert next_times(pd.Series(["2024-01-31", "2024-02-29", "2024-03-31"]), 1) == ["2024-04-30"]
    assert next_times(pd.Series(["3", "5", "7"]), 2) == ["9", "11"]
    assert next_times(pd.Series(["2024-01-04", "2024-01-05", "2024-01-08"]), 1, "B") == ["2024-01-09"]


def test_rows_after_the_end_have_the_lags_that_are_known_and_the_calendar() -> None:
    months = pd.date_range("2024-01-01", periods=8, freq="MS").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"unique_id": "a", "ds": months, "y": np.arange(8.0)})
    rows = future_rows(frame, 3, Inputs(2, (), ["month_sin", "month_cos"]), ["month"])
    assert rows["ds"].tolist() == ["2024-09-01", "2024-10-01", "2024-11-01"]
    np.testing.assert_array_equal(rows[["lag_2", "lag_1"]], [[6, 7], [7, np.nan], [np.nan, np.nan]])
    np.testing.assert_allclose(rows["month_sin_lag_0"], np.sin(2 * np.pi * np.array([8, 9, 10]) / 12), atol=1e-12)


def test_stage_forecasts_as_many_rows_as_asked_for_with_an_interval_around_them(project: Project) -> None:
    """A step that has too few residuals has the widest interval of those before; without any it is the repeats'."""
    project.set("forecast.horizon", 4)
    project.set("forecast.level", 0.8)
    project.set("frame.test_size", 6)
    project.call("download", "difference", "frame", "scale", "train", "rebatch", "forecast")
    future = pd.read_csv(project.folder / "data" / "future.csv")
    assert future["ds"].tolist() == ["1904-01-01", "1904-02-01", "1904-03-01", "1904-04-01"]
    assert ((future["low"] <= future["forecast"]) & (future["forecast"] <= future["high"])).all()
    width = future["high"] - future["low"]
    assert (future["interval"] == "conformal").all()
    assert width[3] == pytest.approx(width[:3].max())  # three residuals are too few for 0.8
    unrefitted = future["forecast"]
    project.set("forecast.refit", value=True)
    project.call("forecast")
    again = pd.read_csv(project.folder / "data" / "future.csv")
    assert (np.abs(again["forecast"] - unrefitted) > 1e-6).all()
    project.set("forecast.level", 0.99)
    project.call("forecast")
    assert (pd.read_csv(project.folder / "data" / "future.csv")["interval"] == "repeats").all()
    project.set("train.patience", 3)
    project.set("frame.validation_size", 3)
    project.call("frame", "scale")
    with pytest.raises(StatecastError, match=r"forecast\.refit must be false with train\.patience"):
        project.call("forecast")


def test_features_that_end_with_the_series_leave_the_future_unknown(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    project.params["download"] |= {"source": "sales.csv", "time_column": "week", "value_column": "sales"}
    project.params["frame"] |= {"features": ["price"]}
    project.write_params()
    with caplog.at_level("INFO"):
        project.call("download", "difference", "frame", "scale", "train", "rebatch", "forecast")
    assert "frame.features (price) are not known after the end" in caplog.text
    assert len(pd.read_csv(project.folder / "data" / "future.csv")) == 0


def test_metrics_of_each_step_are_those_of_the_forecasts_made_so_far_ahead(project: Project) -> None:
    """Step 1 is the walk-forward over all but the last origins; persistence is worked by hand from the source."""
    project.set("evaluate.horizon", 3)
    project.run_all()
    ahead = read_json(project.folder / "metrics" / "evaluate.json")["ahead"]
    assert list(ahead) == ["step_1", "step_2", "step_3"]
    y = pd.read_csv(project.folder / "data" / "series.csv")["y"].to_numpy()
    for step in (1, 2, 3):  # ten origins: the test rows are the last 12
        truth, last = y[24 + step - 1 : 34 + step - 1], y[23:33]
        assert ahead[f"step_{step}"]["persistence"] == pytest.approx(np.sqrt(np.mean((truth - last) ** 2)))
        season_before = y[12 + step - 1 : 22 + step - 1]
        assert ahead[f"step_{step}"]["seasonal_naive"] == pytest.approx(np.sqrt(np.mean((truth - season_before) ** 2)))
    forecasts = pd.read_csv(project.folder / "plots" / "forecasts.csv")
    each = [group.iloc[:10] for _, group in forecasts.groupby("seed")]
    by_hand = [np.sqrt(np.mean((one["forecast"] - one["y"]) ** 2)) for one in each]
    assert ahead["step_1"]["rmse"]["mean"] == pytest.approx(np.mean(by_hand))
    table = pd.read_csv(project.folder / "plots" / "ahead.csv")
    assert len(table) == 12
    project.set("evaluate.horizon", 13)
    assert "evaluate.horizon must be at most the number of test rows" in project.fails("evaluate")
