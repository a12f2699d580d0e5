"""The verb best, from a file to its page, with a tiny study. Oracle: the figures by themselves."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from statecast.commands import run_verb
from tests.support.study_repository import ROOT, Repository

TINY = {
    "name": "best",
    "repeats": 2,
    "register": False,
    "overrides": {
        "frame.test_size": "min(season, rows // 3)",
        "frame.validation_folds": 2,
        "frame.validation_size": "rows // 9",
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
    assert run_verb("best", ["series.csv", "--study", "tiny.yaml"]), capsys.readouterr().err
    assert "no experiments of DVC were made" in capsys.readouterr().err
    future = pd.read_csv(folder / "best/series/forecast.csv")
    np.testing.assert_allclose(future["forecast"], 7)
    assert future["ds"].tolist() == [13]


def test_columns_that_are_not_clear_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert not run_verb("best", ["data/source/sales.csv"])
    said = capsys.readouterr().err
    assert said.startswith("error: --value-column must name one of the columns of numbers")
    assert said.count("\n") == 1
