"""The verb best, from a file to its page, with a tiny study. Oracle: the figures by themselves."""

import json
import shutil
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from statecast.base.section import load, read_params
from statecast.best.conduct import study_with
from statecast.best.found import Options, found_in
from statecast.commands import run_verb
from statecast.evaluation import known_walks
from statecast.evaluation.methods import FITS, NoForecastError
from statecast.params.download import DownloadParams
from tests.support.study_repository import ROOT, Repository

TINY: dict[str, Any] = {
    "name": "best",
    "repeats": 2,
    "register": False,
    "overrides": {
        "frame.test_size": "min(season, rows // 3)",
        "frame.validation_folds": 2,
        "frame.validation_size": "rows // 9",
        "forecast.horizon": "min(season, rows // 3)",
    },
    "random": {
        "draws": 3,
        "ranges": {
            "difference.lags": {"choices": [[], [1]]},
            "train.epochs": {"choices": [5]},
            "train.learning_rate": {"low": 0.001, "high": 0.01, "log": True},
        },
    },
}


def made(repository: Repository) -> Path:
    """Return a repository with a tiny study and a monthly series that HEAD does not know."""
    folder = repository.folder
    shutil.copytree(ROOT / ".dvc/plots", folder / ".dvc/plots")
    (folder / "tiny.yaml").write_text(yaml.safe_dump(TINY), encoding="utf-8")
    months = np.arange("2000-01", "2003-01", dtype="M8[M]")
    y = 50 + 10 * np.sin(np.arange(36) / 6 * np.pi) + np.arange(36)
    frame = pd.DataFrame({"month": months.astype(str), "count": y.round(1)})
    frame.to_csv(folder / "data/source/mine.csv", index=False)
    return folder


@pytest.mark.slow
def test_file_alone_becomes_forecast_page_params_and_experiments(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made(repository)
    command = ["data/source/mine.csv", "--study", "tiny.yaml", "--experiments", "1"]
    assert run_verb("best", command), capsys.readouterr().err
    said = capsys.readouterr().out
    assert "count by month: 36 months" in said
    assert "beat persistence" in said or "persistence by" in said
    written = folder / "best/mine"

    future = pd.read_csv(written / "forecast.csv")
    assert future["ds"].tolist() == [f"2003-{month:02d}-01" for month in range(1, 13)]
    assert (future["low"] <= future["forecast"]).all()
    assert ((future["high"] - future["low"]).diff().iloc[1:] > -1e-9).all()

    held_out = pd.read_csv(written / "held-out.csv")
    figures = json.loads((written / "figures.json").read_text(encoding="utf-8"))
    rmse = np.sqrt(((held_out["y"] - held_out["forecast"]) ** 2).mean())
    assert figures["rmse"]["together"] == pytest.approx(rmse)
    persistence = held_out["persistence"].iloc[1:].to_numpy()
    np.testing.assert_allclose(persistence, held_out["y"].iloc[:-1])

    members = pd.read_csv(written / "members.csv")
    assert members["weight"].sum() == pytest.approx(1)
    (experiment,) = repository.experiments()
    assert experiment == members["member"].iloc[0]

    page = (written / "report.html").read_text(encoding="utf-8")
    assert 'name="viewport"' in page
    assert 'src="http' not in page
    params = yaml.safe_load((written / "params.yaml").read_text(encoding="utf-8"))
    of_experiment = repository.run(
        "git", "show", f"{repository.experiments()[experiment]}:params.yaml"
    )
    assert yaml.safe_load(of_experiment) == params


@pytest.mark.slow
def test_without_a_repository_all_is_written_but_experiments(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made(repository)
    shutil.rmtree(folder / ".git")
    (folder / "series.csv").write_text("y\n" + "\n".join(["7"] * 12), encoding="utf-8")
    command = ["series.csv", "--study", "tiny.yaml", "--horizon", "3"]
    assert run_verb("best", command), capsys.readouterr().err
    assert "no experiments of DVC were made" in capsys.readouterr().err
    future = pd.read_csv(folder / "best/series/forecast.csv")
    np.testing.assert_allclose(future["forecast"], 7)
    assert future["ds"].tolist() == [13, 14, 15]


def test_columns_that_are_not_clear_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert not run_verb("best", ["data/source/sales.csv"])
    said = capsys.readouterr().err
    assert said.startswith("error: --value-column must name one of the columns of numbers")
    assert said.count("\n") == 1


def test_mistake_in_a_file_names_what_the_command_takes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with_decimal_commas = tmp_path / "commas.csv"
    with_decimal_commas.write_text("month,y\n2020-01,1,5\n2020-02,2,5\n")
    assert not run_verb("best", [str(tmp_path / "none.csv")])
    assert not run_verb("best", [str(with_decimal_commas)])
    no_file, no_cells = capsys.readouterr().err.splitlines()
    assert no_file.startswith("error: SOURCE must be readable, got ")
    assert "take another params.yaml: download.separator" in no_cells


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--level", "90"], "--level must be above 0 and below 1, got 90"),
        (["--experiments", "-1"], "--experiments must be 0 or more, got -1"),
        (["--season", "0"], "--season must be 1 or more, got 0"),
        (["--horizon", "0"], "--horizon must be 1 or more, got 0"),
        (["--folder", "params.yaml"], "--folder must be a folder, or free for one"),
        (["--folder", "."], "--folder must be none of a pipeline, whose params.yaml would be lost"),
        (["--folder", "data/source"], "--folder must be none that Git, DVC or the pipeline keeps"),
        (["--folder", "params.yaml/best"], "params.yaml/best must be writable, got: Not a dir"),
        (["--season", "36"], "--season must be below 36, the rows of the series, got 36"),
        (["--study", "none.yaml"], "none.yaml must be readable"),
        (["--horizon", "361"], "--horizon must be 1 to 360, 10 times the rows of the series, got"),
    ],
)
def test_wrong_option_is_one_line_before_anything_is_trained(
    option: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not run_verb("best", ["data/source/shampoo.csv", *option])
    error = capsys.readouterr().err
    assert error.startswith(f"error: {said}")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"random": {"draws": 2, "ranges": [1]}}, "random.ranges must be a mapping of keys"),
        ({"overrides": [1]}, "overrides must be a mapping of keys to values, got [1]"),
        (
            {"random": {"draws": 2, "ranges": {"train.loss": {"choices": ["mse", "rmse"]}}}},
            "best-shampoo-loss=rmse: train.loss must be 'mse'",
        ),
        (
            {"random": {"draws": 2, "ranges": {"scale.method": {"choices": ["onehot"]}}}},
            "scale.method must be one of numbers, got onehot",
        ),
        ({"overrides": {**TINY["overrides"], "frame.test_size": 0}}, "frame.test_size must be"),
        (
            {"overrides": {**TINY["overrides"], "frame.test_size": "rows ** 2"}},
            "overrides.frame.test_size: an expression must be a sum",
        ),
        ({"overrides": {**TINY["overrides"], "evaluate.level": 90}}, "best-shampoo-"),
    ],
)
def test_mistake_in_a_study_is_one_line_before_anything_is_trained(
    changes: dict[str, Any], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump({**TINY, **changes}), encoding="utf-8")
    assert not run_verb("best", ["data/source/shampoo.csv", "--study", str(path)])
    error = capsys.readouterr().err
    assert error.startswith(f"error: {path}: {said}")
    assert error.count("\n") == 1


@pytest.mark.slow
def test_autoarima_is_left_out_where_a_season_is_long(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made(repository)
    y = np.arange(80) % 30
    pd.DataFrame({"y": y}).to_csv(folder / "series.csv", index=False)
    command = ["series.csv", "--study", "tiny.yaml", "--season", "30", "--experiments", "0"]
    assert run_verb("best", command), capsys.readouterr().err
    assert "AutoARIMA is left out" in capsys.readouterr().out
    ahead = pd.read_csv(folder / "best/series/ahead.csv")
    assert ahead["step"].tolist() == list(range(1, 27))  # rows // 3 of 80
    assert "auto_arima" not in (folder / "best/series/members.csv").read_text(encoding="utf-8")


def test_study_that_names_no_season_is_drawn_and_named_like_others() -> None:
    found = found_in("data/source/shampoo.csv", load(DownloadParams), Options())
    plain = {**TINY, "overrides": {"frame.validation_folds": 2, "frame.validation_size": 4}}
    study = study_with(plain, found, read_params(), seed=0, where="plain.yaml")
    assert len(study.configurations) == 3
    assert all(len(own["name"]) == 8 for own in study.configurations)


@pytest.mark.slow
def test_filled_values_are_not_judged_and_early_stopping_goes_by_folds(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made(repository)
    frame = pd.read_csv(folder / "data/source/mine.csv")
    frame.loc[[20, 30, 33], "count"] = np.nan  # two of them held out
    frame.drop(index=32).to_csv(folder / "gaps.csv", index=False)  # and one more
    stopping = {**TINY, "overrides": {**TINY["overrides"], "train.patience": 2}}
    stopping["combine"] = {"members": 2, "baselines": [], "weights": "mean", "level": 0.8}
    (folder / "stopping.yaml").write_text(yaml.safe_dump(stopping), encoding="utf-8")
    command = ["gaps.csv", "--study", "stopping.yaml", "--experiments", "0"]
    assert run_verb("best", command), capsys.readouterr().err
    said = capsys.readouterr().out
    assert "4 missing values are put on a straight line" in said
    assert "of which the 5 in or right after a gap are not judged" in said
    held_out = pd.read_csv(folder / "best/gaps/held-out.csv")
    assert held_out.index[held_out["y"].isna()].tolist() == [6, 7, 8, 9, 10]
    figures = json.loads((folder / "best/gaps/figures.json").read_text(encoding="utf-8"))
    known = held_out.dropna(subset="y")
    rmse = np.sqrt(((known["y"] - known["forecast"]) ** 2).mean())
    assert figures["rmse"]["together"] == pytest.approx(rmse)
    assert (figures["unjudged"], figures["interval"]["level"]) == (5, 0.8)
    page = (folder / "best/gaps/report.html").read_text(encoding="utf-8")
    assert "The members that have a weight count the same." in page


@pytest.mark.slow
def test_changed_file_makes_a_new_experiment_and_a_method_without_forecast_is_left_out(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise NoForecastError("for this test")

    monkeypatch.setitem(FITS, "auto_ets", fails)
    monkeypatch.setattr(known_walks, "_known", OrderedDict())
    file = made(repository) / "data/source/mine.csv"
    command = ["data/source/mine.csv", "--study", "tiny.yaml", "--experiments", "1"]
    assert run_verb("best", command), capsys.readouterr().err
    figures = json.loads(Path("best/mine/figures.json").read_text(encoding="utf-8"))
    assert figures["rmse"]["auto_ets"] is None
    assert "Together, 3 networks and 2 models" in figures["verdict"]
    *rows, last = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*rows, f"{last.partition(',')[0]},99"]) + "\n", encoding="utf-8")
    assert run_verb("best", command), capsys.readouterr().err
    assert len(repository.experiments()) == 2
