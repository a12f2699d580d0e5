"""Configurations measured without registering them. Oracle: the stages, run one after the other."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import validated
from statecast.study.configurations import expand
from statecast.study.file import StudyFile
from statecast.study.local import train_here
from statecast.study.measuring import Measured, measure
from tests.support.project import ROOT, Project

pytestmark = pytest.mark.slow

CHOSEN = {
    "difference.lags": [1, 2],
    "evaluate.warm_up": False,
    "train.epochs": 4,
    "rebatch.state": "carry",
}
FOLDS = {"frame.validation_size": 2, "frame.validation_folds": 2}


def measured(*, curves: bool = False, **content: Any) -> Measured:
    study = validated(StudyFile, {"name": "s", "register": False, **content}, "s.yaml")
    return measure(expand(study, "s.yaml"), train_here(), curves=curves)


@pytest.fixture
def folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project in which a study can run."""
    shutil.copy(ROOT / "dvc.yaml", project.folder)
    monkeypatch.chdir(project.folder)
    return project


def stages_with(folder: Project, values: dict[str, Any]) -> Project:
    folder.set_keys(values)
    names = ("download", "difference", "frame", "scale", "baseline", "train", "rebatch")
    folder.call(*names, "evaluate")
    return folder


def test_measured_errors_are_those_of_the_stages(folder: Project) -> None:
    listed = [{"train.epochs": 2}, {"name": "other", **CHOSEN}]
    errors = measured(configurations=listed).errors
    assert errors["configuration"].tolist() == ["s-epochs=2"] * 2 + ["s-other"] * 2
    stages = stages_with(folder, CHOSEN).table("plots/rmse.csv")
    own = errors.query("configuration == 's-other'")
    assert own["seed"].tolist() == stages["seed"].tolist()
    np.testing.assert_allclose(own["rmse"], stages["rmse"], rtol=1e-9)


def test_measured_errors_with_folds_are_those_of_the_stages(folder: Project) -> None:
    errors = measured(configurations=[{"name": "folds", **FOLDS}]).errors
    stages = stages_with(folder, FOLDS).table("plots/rmse.csv")
    for column in ("rmse", "validation_rmse"):
        assert stages[column].notna().all()
        np.testing.assert_allclose(errors[column], stages[column], rtol=1e-5)


def test_measured_curves_are_those_of_the_stages(folder: Project) -> None:
    found = measured(configurations=[{"name": "other", **CHOSEN}], curves=True).curves
    history = stages_with(folder, CHOSEN).table("plots/history.csv")
    columns = ["seed", "epoch", "train_rmse", "test_rmse"]
    order = ["seed", "epoch"]
    curves = found.sort_values(order)[columns]
    np.testing.assert_allclose(curves, history.sort_values(order)[columns], rtol=1e-6)


def test_measuring_leaves_the_folder_as_it_is(folder: Project) -> None:
    before = sorted(folder.folder.rglob("*"))
    measured(configurations=[{"train.epochs": 2}])
    assert sorted(folder.folder.rglob("*")) == before


def test_source_of_a_study_may_be_anywhere_in_the_folder(folder: Project) -> None:
    (folder.folder / "own").mkdir()
    lines = Path("data/source/shampoo.csv").read_text().splitlines()
    Path("own/short.csv").write_text("\n".join([lines[0], *lines[3:]]))
    sources = ["own/short.csv", "shampoo.csv"]
    errors = (
        measured(grid={"download.source": sources}, overrides={"train.batch_size": 4})
        .errors["rmse"]
        .to_numpy()
    )
    # the two oldest rows do not fill a batch and are left out of both
    np.testing.assert_allclose(errors[:2], errors[2:], rtol=1e-6)


@pytest.mark.usefixtures("folder")
def test_configuration_that_cannot_run_names_its_key() -> None:
    with pytest.raises(StatecastError, match=r"params\.yaml: train\.batch_size must be at most"):
        measured(grid={"train.batch_size": [23]})


@pytest.mark.usefixtures("folder")
def test_pipeline_without_an_evaluation_is_refused() -> None:
    text = Path("dvc.yaml").read_text().replace("stages.evaluate\n", "stages.forecast\n")
    Path("dvc.yaml").write_text(text)
    with pytest.raises(StatecastError, match=r"dvc\.yaml must have the stages stages\.train"):
        measured(grid={"train.epochs": [2]})


def test_measured_errors_of_judged_values_are_those_of_the_stages_and_of_early_stopping(
    folder: Project,
) -> None:
    """Gaps among the validation and the test rows: no row in a gap or right after it is judged."""
    source = pd.read_csv(folder.folder / "data/source/shampoo.csv", dtype=str)
    source.loc[[19, 22, 30], "sales"] = ""
    source.to_csv(folder.folder / "gaps.csv", index=False)
    keys = {"download.source": "gaps.csv", "download.fill": "linear", "train.patience": 1, **FOLDS}
    errors = measured(configurations=[{"name": "gaps", **keys}]).errors
    stages = stages_with(folder, keys)
    table = stages.table("plots/rmse.csv")
    for column in ("rmse", "validation_rmse"):
        np.testing.assert_allclose(errors[column], table[column], rtol=1e-5)
    forecasts = pd.read_parquet(folder.folder / "data/forecasts.parquet")
    series = stages.table("data/series.csv")
    is_judged = (series["filled"] == 0) & (series["filled"].shift() != 1)
    judged = forecasts.merge(series[is_judged][["ds"]], on="ds")
    assert len(judged) < len(forecasts)
    squares = (judged["forecast"] - judged["y"]) ** 2
    by_part = (squares.groupby([judged["part"], judged["fold"], judged["seed"]]).mean()) ** 0.5
    of_part = by_part.groupby(["part", "seed"]).mean()
    np.testing.assert_allclose(of_part["test"], table["rmse"], rtol=1e-9)
    np.testing.assert_allclose(of_part["validation"], table["validation_rmse"], rtol=1e-9)
