"""The table of experiments. Oracle: what ``dvc exp show --json`` tells, written down."""

import json
import os
import subprocess
import warnings
from typing import Any

import pytest

from statecast.commands import run_verb, show
from statecast.commands.show import Experiment, experiments_of, lines_of, params_columns

WIDE = 200


def told(rev: str, name: str | None, params: Any, metrics: Any) -> dict[str, Any]:
    data = {
        "params": {"params.yaml": {"data": params}, "other.yaml": {"data": {"train": {"x": 1}}}},
        "metrics": {
            "metrics/evaluate.json": {"data": metrics},
            "metrics/variants.json": {"data": {"train": {"rmse": {"mean": 1.0}}}},
        },
    }
    return {"rev": rev, "name": name, "data": data, "error": None}


def figures(rmse: float, validation: float | None = None) -> dict[str, Any]:
    known: dict[str, Any] = {"rmse": {"mean": rmse, "std": None}}
    if validation is not None:
        known["validation"] = {"rmse": {"mean": validation}}
    return known


def epochs(count: int) -> dict[str, Any]:
    return {"train": {"epochs": count, "batch_size": 4}, "rebatch": {"batch_size": 1}}


def answered() -> str:
    longer = told("e5b72cf", None, epochs(2000), figures(101.9, 88.12345))
    other = told("aaaaaaa", None, epochs(1000), figures(99.0, 89.0))
    failed = {"rev": "bbbbbbb", "name": None, "data": None, "error": {"msg": "gone"}}
    listed = [
        {"revs": [longer], "name": "longer", "executor": None},
        {"revs": [other], "name": "other", "executor": None},
        {"revs": [failed], "name": "failed", "executor": None},
    ]
    main = {**told("0fa6c3c", "main", epochs(1000), figures(95.317429)), "experiments": listed}
    workspace = told("workspace", None, epochs(5), figures(1.0))
    return json.dumps([{**workspace, "experiments": None}, main])


def words(experiments: list[Experiment]) -> list[list[str]]:
    return [line.split() for line in lines_of(experiments, WIDE)]


def test_the_table_has_changed_params_and_figures_the_best_first_and_marked() -> None:
    assert words(experiments_of(answered())) == [
        ["experiment", "epochs", "validation", "rmse"],
        ["*", "longer", "2000", "88.123", "101.900"],
        ["other", "1000", "89.000", "99.000"],
        ["main", "1000", "95.317"],
        ["failed"],
        ["*", "best", "on", "the", "validation", "rows"],
    ]


def test_an_experiment_that_learned_directions_has_no_error_to_be_judged_by() -> None:
    learned = {"train": {"epochs": 1000, "loss": "direction"}}
    of_size = {"train": {"epochs": 1000, "loss": "mse"}}
    revs = [
        {**told("aaaaaaa", "up", learned, figures(0.5, 0.5)), "experiments": None},
        {**told("bbbbbbb", "size", of_size, figures(99.0, 89.0)), "experiments": None},
    ]
    table = words(experiments_of(json.dumps(revs)))
    assert table[1:3] == [["*", "size", "mse", "89.000", "99.000"], ["up", "direction"]]
    assert table[-1][:2] == ["train.loss", "direction"]


def test_without_validation_rows_the_order_stays_and_the_mark_says_so() -> None:
    known = [Experiment(name, {}, {"rmse.mean": rmse}) for name, rmse in (("a", 2.0), ("b", 1.0))]
    assert words(known)[1:] == [
        ["a", "2.000"],
        ["*", "b", "1.000"],
        [
            "*",
            "best",
            "on",
            "the",
            "test",
            "rows,",
            "which",
            "are",
            "not",
            "there",
            "to",
            "choose",
            "by",
        ],
    ]


def test_an_experiment_without_figures_is_not_marked() -> None:
    assert words([Experiment("a", {}, {})]) == [["experiment"], ["a"]]


def test_a_batch_size_says_which_one_it_is_even_if_one_alone_changed() -> None:
    params = {"train.batch_size": 4, "train.epochs": 9, "forecast.level": 0.9}
    changed = [
        Experiment("a", {**params, "rebatch.batch_size": 1, "evaluate.level": 0.9}, {}),
        Experiment("b", {**params, "rebatch.batch_size": 2, "evaluate.level": 0.5}, {}),
    ]
    assert params_columns(changed) == [
        ["rebatch.batch_size", "1", "2"],
        ["evaluate.level", "0.9", "0.5"],
    ]


def test_values_are_told_as_params_has_them() -> None:
    known = [Experiment("a", {"t.lags": [1, 12]}, {}), Experiment("b", {"t.lags": None}, {})]
    assert params_columns([*known, Experiment("c", {}, {})]) == [["lags", "[1, 12]", "null", ""]]


@pytest.mark.parametrize("name", ["NA", "nan", "null", "1e5", "01"])
def test_experiment_keeps_its_name_whatever_it_looks_like(name: str) -> None:
    text = answered().replace('"longer"', json.dumps(name))
    assert words(experiments_of(text))[1][1] == name


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.CompletedProcess]:
    """The answer of DVC, which a test puts in."""
    answers: list[subprocess.CompletedProcess] = []
    monkeypatch.setattr(show.subprocess, "run", lambda *_, **__: answers[0])
    return answers


@pytest.mark.parametrize("columns", [40, 80])
def test_the_printed_table_fits_the_terminal_without_a_warning(
    answer: list[subprocess.CompletedProcess],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    answer.append(subprocess.CompletedProcess([], 0, answered().replace("longer", "l" * 99), ""))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run_verb("show", [])
    *table, legend = capsys.readouterr().out.splitlines()
    assert legend == "* best on the validation rows"
    assert max(map(len, table)) <= columns


def test_into_a_pipe_names_are_whole(
    answer: list[subprocess.CompletedProcess],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(show.shutil.os, "get_terminal_size", lambda _: os.terminal_size((0, 0)))
    answer.append(subprocess.CompletedProcess([], 0, answered().replace("longer", "l" * 99), ""))
    assert run_verb("show", [])
    assert f"* {'l' * 99}  " in capsys.readouterr().out


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
    lines = [line.replace("*", "").split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0][:2] == ["experiment", "epochs"]
    assert {tuple(line[:2]) for line in lines[2:-1]} == {("s-4", "4"), ("s-5", "5")}
