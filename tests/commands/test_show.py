"""The narrow table of experiments. Oracle: what ``dvc exp show --csv`` prints, written down."""

import subprocess
from pathlib import Path

import pandas as pd
import pytest
import yaml

from statecast.commands import run_verb, show
from statecast.commands.show import read_shown, table

HEAD = "Experiment,rev,typ,Created,metrics/evaluate.json:rmse.mean,rmse.std,validation.rmse.mean,"
SHOWN = f"""{HEAD}params.yaml:train.epochs,data/trained
,workspace,baseline,,95.317429,8.4329,90,1000,99f4
,main,baseline,2026-11-22T07:51:36,95.317429,8.4329,90,1000,99f4
longer,e5b72cf,branch_commit,2026-11-22T07:56:01,101.9,10.2,88.12345,2000,0e24
"""
BATCH_SIZES = """Experiment,rev,rmse.mean,train.batch_size,rebatch.batch_size
,main,95.3,4,1
other,e5b72cf,101.9,1,2
"""
SECTIONS = ("train", "rebatch")


def shown() -> pd.DataFrame:
    return table(read_shown(SHOWN), SECTIONS)


def test_table_has_changed_params_and_figures() -> None:
    assert shown().columns.tolist() == ["experiment", "epochs", "validation", "rmse", "std"]


def test_best_by_validation_is_first() -> None:
    assert shown()["experiment"].tolist() == ["longer", "main"]


def test_figures_are_rounded() -> None:
    assert shown()["validation"].tolist() == [88.123, 90]


def test_params_are_text_as_dvc_has_them() -> None:
    assert shown()["epochs"].tolist() == ["2000", "1000"]


def test_workspace_is_left_out() -> None:
    assert "workspace" not in shown()["experiment"].tolist()


def test_without_validation_rows_experiments_stay_in_their_order() -> None:
    without = read_shown(SHOWN).drop(columns="validation.rmse.mean")
    assert table(without, SECTIONS)["experiment"].tolist() == ["main", "longer"]


def test_keys_with_the_same_last_part_keep_their_sections() -> None:
    narrow = table(read_shown(BATCH_SIZES), SECTIONS)
    columns = ["experiment", "train.batch_size", "rebatch.batch_size", "rmse"]
    assert narrow.columns.tolist() == columns


@pytest.mark.parametrize("name", ["NA", "nan", "null", "1e5", "01"])
def test_experiment_keeps_its_name_whatever_it_looks_like(name: str) -> None:
    narrow = table(read_shown(SHOWN.replace("longer", name)), SECTIONS)
    assert narrow["experiment"].tolist() == [name, "main"]


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[subprocess.CompletedProcess]:
    """The answer of DVC, which a test puts in."""
    answers: list[subprocess.CompletedProcess] = []
    monkeypatch.chdir(tmp_path)
    sections = {"train": {"epochs": 1}}
    Path("params.yaml").write_text(yaml.safe_dump(sections))
    monkeypatch.setattr(show.subprocess, "run", lambda *_, **__: answers[0])
    return answers


def test_command_prints_the_table(
    answer: list[subprocess.CompletedProcess], capsys: pytest.CaptureFixture[str]
) -> None:
    answer.append(subprocess.CompletedProcess([], 0, SHOWN, ""))
    assert run_verb("show", [])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["experiment", "epochs", "validation", "rmse", "std"],
        ["longer", "2000", "88.123", "101.900", "10.200"],
        ["main", "1000", "90.000", "95.317", "8.433"],
    ]


def test_failure_of_dvc_is_one_line(
    answer: list[subprocess.CompletedProcess], capsys: pytest.CaptureFixture[str]
) -> None:
    answer.append(subprocess.CompletedProcess([], 1, "", "ERROR: not\ninside\n"))
    assert not run_verb("show", [])
    expected = "error: dvc exp show must succeed, got: ERROR: not inside\n"
    assert capsys.readouterr().err == expected


@pytest.mark.slow
def test_table_is_that_of_dvc(repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert repository.study(grid={"train.epochs": [4, 5]})
    capsys.readouterr()
    assert run_verb("show", [])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0][:2] == ["experiment", "epochs"]
    assert {tuple(line[:2]) for line in lines[2:]} == {("s-4", "4"), ("s-5", "5")}
