"""The library against the pipeline. Oracle: the files of the stages, to the last bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from statecast import Statecast, StatecastError, load
from tests.support.library import SMALL, sales, same_as_pipeline, shampoo


@pytest.mark.promise("forecast")
def test_library_and_pipeline_forecast_the_same_to_the_bit(
    shampoo_model: Statecast, finished_folder: Path
) -> None:
    assert same_as_pipeline(shampoo_model.predict(12, level=[90]), finished_folder)


@pytest.mark.promise("files")
def test_a_model_folder_of_the_library_is_that_of_the_pipeline(
    shampoo_model: Statecast, finished_folder: Path, tmp_path: Path
) -> None:
    shampoo_model.save(tmp_path / "own")
    of_pipeline = finished_folder / "data" / "model"
    names = sorted(path.name for path in of_pipeline.iterdir())
    assert sorted(path.name for path in (tmp_path / "own").iterdir()) == names
    for name in names:
        same = (tmp_path / "own" / name).read_bytes() == (of_pipeline / name).read_bytes()
        assert same or name == "params.json", name  # which says where the series came from


def test_a_folder_of_the_pipeline_forecasts_what_the_pipeline_forecasts(
    finished_folder: Path,
) -> None:
    model = load(finished_folder / "data" / "model")
    assert same_as_pipeline(model.predict(12, level=[90]), finished_folder)


def test_a_saved_model_is_loaded_as_it_was(shampoo_model: Statecast, tmp_path: Path) -> None:
    shampoo_model.save(tmp_path)
    loaded = load(tmp_path)
    pd.testing.assert_frame_equal(loaded.predict(3, [80]), shampoo_model.predict(3, [80]))
    assert loaded.get_params() == shampoo_model.get_params()
    assert loaded.parity() == shampoo_model.parity()


def test_a_folder_with_other_files_is_left_alone(shampoo_model: Statecast, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years")
    with pytest.raises(StatecastError, match=r"must be a new folder, .* got one with 'thesis.txt'"):
        shampoo_model.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(StatecastError, match="must be a new folder"):
        shampoo_model.online().state.save(tmp_path)


def test_a_model_takes_the_place_of_another(shampoo_model: Statecast, tmp_path: Path) -> None:
    shampoo_model.save(tmp_path)
    shampoo_model.rebatch(2).save(tmp_path)
    assert load(tmp_path).get_params()["rebatch__batch_size"] == 2


@pytest.mark.parametrize("folder", [None, 3, b"x", "a\0b"])
def test_what_is_no_path_is_refused(shampoo_model: Statecast, folder: Any) -> None:
    for call in (shampoo_model.save, load, Statecast.from_params):
        with pytest.raises(StatecastError, match="must be a path, got"):
            call(folder)


def test_what_is_done_with_a_model_may_be_said_at_load(
    shampoo_model: Statecast, tmp_path: Path
) -> None:
    shampoo_model.save(tmp_path)
    model = load(tmp_path, forecast__level=0.5, warm_up=False)
    assert model.online().next_value("sales").level == 0.5
    assert (model.walk_forward()["Statecast"] != shampoo_model.walk_forward()["Statecast"]).any()
    with pytest.raises(StatecastError, match="keywords of a fitted model must be keys of evaluate"):
        load(tmp_path, lookback=2)


def test_walk_forward_shows_no_value_of_a_gap_nor_the_one_after_it() -> None:
    df = shampoo()
    df.loc[df.index[-4], "y"] = np.nan
    table = Statecast(**SMALL, download={"fill": "linear"}).fit(df).walk_forward()
    assert np.flatnonzero(table["y"].isna()).tolist() == [len(table) - 4, len(table) - 3]
    assert table["Statecast"].notna().all()


def test_walk_forward_is_that_of_the_stage_evaluate(
    shampoo_model: Statecast, finished_folder: Path
) -> None:
    forecasts = pd.read_parquet(finished_folder / "data" / "forecasts.parquet")
    for part in ("validation", "test"):
        of_part = forecasts[forecasts["part"] == part]
        mean = of_part.groupby("ds", sort=False, observed=True)["forecast"].mean()
        table = shampoo_model.walk_forward(part)
        np.testing.assert_allclose(table["Statecast"], mean, rtol=1e-14)
        assert table["y"].tolist() == of_part["y"].unique().tolist()


@pytest.mark.promise("batch")
def test_a_rebatched_model_forecasts_the_same(shampoo_model: Statecast) -> None:
    other = shampoo_model.rebatch(4)
    assert other.parity().exact
    assert other.get_params()["rebatch__batch_size"] == 4
    assert shampoo_model.get_params()["rebatch__batch_size"] == 1
    forecasts = [model.walk_forward()["Statecast"] for model in (shampoo_model, other)]
    np.testing.assert_allclose(*forecasts, rtol=1e-6)


def test_another_state_is_another_function_and_parity_says_so(shampoo_model: Statecast) -> None:
    other = shampoo_model.rebatch(1, state="carry")
    assert not other.parity().exact
    assert other.parity().max_abs_difference > 0


def test_a_forecaster_that_lives_begins_where_the_series_end(shampoo_model: Statecast) -> None:
    alive = shampoo_model.online()
    ahead = alive.forecast("sales", 3)
    assert ahead["forecast"].tolist() == shampoo_model.predict(3)["Statecast"].tolist()
    after = alive.observe("sales", "1904-01-01", 650.0)
    assert after.ds == "1904-02-01"
    assert after.low < after.forecast < after.high
    assert shampoo_model.online().last("sales")[0] == "1903-12-01"


def test_rows_may_come_in_any_order_and_ids_and_times_of_other_kinds() -> None:
    numbered = sales().head(60).assign(unique_id=7, ds=range(60))
    shuffled = numbered.sample(frac=1, random_state=1)
    table = Statecast(**SMALL).fit(shuffled).predict(2)
    assert table["unique_id"].tolist() == [7, 7]
    assert table["ds"].tolist() == [60, 61]


def test_what_is_not_fitted_says_so() -> None:
    for call in (
        lambda: Statecast().predict(3),
        lambda: Statecast().parity(),
        lambda: Statecast().save("anywhere"),
        lambda: Statecast().rebatch(1),
    ):
        with pytest.raises(StatecastError, match="the model must be fitted"):
            call()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"h": 0}, "h must be a whole number, 1 or more, got 0"),
        ({"h": 2.5}, "h must be a whole number"),
        ({"h": 2, "level": [100]}, "level must be in percent, above 1 and below 100"),
        ({"h": 2, "level": ["ninety"]}, "level must be in percent, .* got 'ninety'"),
        ({"h": 2, "level": 0.9}, r"level must be in percent, .*: 90, not 0\.9, got 0\.9"),
        ({"h": 2, "level": [90, 0.9]}, r": 90, not 0\.9, got 0\.9"),
        ({"h": 10**9}, "h "),
    ],
)
def test_odd_horizons_and_levels_are_refused(
    shampoo_model: Statecast, arguments: dict, message: str
) -> None:
    with pytest.raises(StatecastError, match=message):
        shampoo_model.predict(**arguments)


def test_an_error_of_a_step_names_the_key() -> None:
    with pytest.raises(StatecastError, match=r"Statecast: frame.lookback .*validation_size"):
        Statecast(lookback=40).fit(shampoo())
    with pytest.raises(StatecastError, match=r"Statecast: train.batch_size must be at most"):
        Statecast(batch_size=30, **SMALL).fit(shampoo())


def test_a_fit_that_is_refused_changes_nothing(shampoo_model: Statecast) -> None:
    model = shampoo_model.rebatch(1)
    before = model.predict(2)
    with pytest.raises(StatecastError, match="must have at least"):
        model.fit(shampoo().head(5).assign(unique_id=7))
    pd.testing.assert_frame_equal(model.predict(2), before)


def test_what_was_fitted_is_forgotten_with_other_params(shampoo_model: Statecast) -> None:
    model = shampoo_model.rebatch(1)
    model.predict(1)
    model.set_params(epochs=4)
    with pytest.raises(StatecastError, match="must be fitted"):
        model.predict(1)


def test_what_the_networks_do_not_depend_on_may_be_set_later(shampoo_model: Statecast) -> None:
    model = shampoo_model.rebatch(1).set_params(forecast__level=0.5)
    assert model.online().next_value("sales").level == 0.5
    pd.testing.assert_frame_equal(model.predict(2), shampoo_model.predict(2))


def test_symbols_are_not_for_the_library() -> None:
    with pytest.raises(StatecastError, match=r"scale\.method must be one of numbers, got onehot"):
        Statecast(method="onehot").fit(shampoo())
