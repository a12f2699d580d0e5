"""One network for all series, through the stages. Oracles: by hand, training on a part alone."""

import numpy as np
import pandas as pd
import pytest

from stages.train import prepare
from statecast.artifacts.interval_folds import read_interval_folds
from statecast.artifacts.trained import read_history, read_trained
from statecast.base.identity import ALL_SERIES
from tests.support.project import Project

SHARED = {"train__network": "all", "train__layout": "sequences", "train__batch_size": 2}
LENGTHS = {"a": 20, "b": 16, "c": 18}
COLUMNS = {"time_column": "ds", "value_column": "y", "id_column": "unique_id"}


def use_three_series(project: Project) -> None:
    """Make three short series of unequal lengths and sizes the source; two test rows each."""
    rng = np.random.default_rng(3)
    parts = [
        pd.DataFrame(
            {"unique_id": name, "ds": range(rows), "y": 10**size * rng.uniform(1, 2, rows)}
        )
        for size, (name, rows) in enumerate(LENGTHS.items())
    ]
    project.source(pd.concat(parts).to_csv(index=False))
    project.set_keys({f"download.{key}": column for key, column in COLUMNS.items()})
    project.set(frame__test_size=2, series__season_length=1, **SHARED)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which all stages have run, with three folds for intervals."""
    project = Project(tmp_path_factory.mktemp("shared"))
    use_three_series(project)
    project.set(train__interval_folds=3, scale__method="mean", forecast__horizon=2)
    project.set(evaluate__level=0.7)
    project.run_all()
    return project


def test_there_is_one_network_a_repeat(finished: Project) -> None:
    assert read_trained(finished.folder / "data/trained").ensemble.keys == [ALL_SERIES] * 2


def test_every_series_is_forecast_and_evaluated(finished: Project) -> None:
    forecasts = finished.table("plots/forecasts.csv")
    rows = forecasts.groupby(["unique_id", "seed"]).size()
    assert len(rows) == len(LENGTHS) * 2
    assert (rows == 2).all()
    assert finished.json("data/scores.json")["series"]["count"] == 3
    future = finished.table("data/future.csv")
    assert future.groupby("unique_id").size().to_dict() == dict.fromkeys(LENGTHS, 2)


def test_rebatched_it_computes_what_was_trained(finished: Project) -> None:
    parity = finished.json("data/model/parity.json")
    assert parity["exact"]
    assert parity["max_abs_difference"] < 1e-6


def test_errors_come_back_to_the_scale_of_each_series(finished: Project) -> None:
    """The oracle is the table of forecasts, on the original scale."""
    table = finished.table("plots/forecasts.csv")
    squares = (table["forecast"] - table["y"]) ** 2
    by_repeat = np.sqrt(squares.groupby([table["unique_id"], table["seed"]]).mean())
    expected = by_repeat.groupby("unique_id").mean()
    mine = finished.table("plots/by_series.csv").set_index("unique_id")["rmse_mean"]
    np.testing.assert_allclose(mine.loc[expected.index], expected, rtol=1e-6)


def test_networks_of_folds_make_the_intervals(finished: Project) -> None:
    trained = read_trained(finished.folder / "data/trained")
    folds = read_interval_folds(trained.setting.network, finished.folder / "data/trained")
    assert folds is not None
    assert {key: folds.keys.count(key) for key in folds.keys} == {
        ALL_SERIES._replace(fold=fold): 2 for fold in (1, 2, 3)
    }
    intervals = finished.table("plots/intervals.csv")
    assert (intervals["method"] == "conformal").sum() == 3 * 2


@pytest.mark.slow
def test_the_network_of_a_fold_is_trained_on_the_rows_before_it_alone(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It is that of a project that knows the rows up to the end of the fold's training part."""
    use_three_series(project)
    project.set(frame__validation_size=2, frame__validation_folds=2, scale__method="none")
    project.call("download", "difference", "frame", "scale", "train")
    ensemble = read_trained(project.folder / "data/trained").ensemble
    earlier = Project(tmp_path_factory.mktemp("earlier"))
    use_three_series(earlier)
    earlier.set(frame__test_size=2 + 2 * 2, scale__method="none")
    earlier.call("download", "difference", "frame", "scale", "train")
    alone = read_trained(earlier.folder / "data/trained").ensemble
    fold = ensemble.only([ALL_SERIES._replace(fold=1)])
    for mine, other in zip(fold.weights, alone.weights, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_folds_for_intervals_need_no_rows_to_fill_the_lanes(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_three_series(project)
    project.set(train__interval_folds=2, train__batch_size=30)
    project.call("download", "difference", "frame", "scale")
    monkeypatch.chdir(project.folder)
    assert sum(series.for_intervals for series in prepare().series) == 6


@pytest.mark.parametrize("layout", ["interleaved", "sequences"])
def test_patience_stops_by_the_mean_over_the_series(project: Project, layout: str) -> None:
    """The lowest of the watched figures is that of the networks kept, forecast from zero."""
    use_three_series(project)
    project.set(
        train__layout=layout,
        train__epochs=40,
        train__patience=3,
        train__learning_rate=0.1,
        frame__validation_size=2,
        evaluate__warm_up=False,
    )
    project.run_all()
    curves = read_history(project.folder / "data/trained")
    rmse = curves["rmse"][:, curves["parts"].tolist().index("validation"), 0]  # [E, R]
    assert (curves["best_epoch"][0] == rmse.argmin(axis=0) + 1).all()
    of_best = project.json("data/scores.json")["validation"]["rmse"]["mean"]
    assert of_best == pytest.approx(rmse.min(axis=0).mean(), rel=1e-4)
