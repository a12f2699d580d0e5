"""The short table of what the pipeline found. Oracle: written down by hand."""

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from statecast.base.files import read_json, write_json, write_parquet
from statecast.base.paths import ALL_FORECASTS, MODEL
from statecast.commands import run_verb
from statecast.commands.summary import directions_table, symbols_table, table

SCORES: dict[str, Any] = {
    "rmse": {"mean": 2.0, "std": 0.5, "min": 1, "q1": 1.5, "median": 2, "q3": 3, "max": 4},
    "persistence": {"rmse": 5.0},
    "skill": 0.6,
    "ensemble": {"rmse": 1.75},
    "best_baseline": "ridge",
    "diebold_mariano": {"persistence": None, "best_baseline": None},
    "baselines": {"ridge": {"rmse": 3.0}},
    "interval": {
        "level": 0.9,
        "repeats": {"coverage": 0.25},
        "conformal": {"coverage": 0.875},
    },
}
SENTENCE = (
    "The network beats persistence by 65 %, the network beats ridge regression by 42 %;"
    " 2 repeats, 3 months."
)
MEDIAN = "  median over series"
WHOLE = [
    ("RMSE mean", "2.000"),
    ("RMSE std", "0.500"),
    ("RMSE min", "1.000"),
    ("RMSE median", "2.000"),
    ("RMSE max", "4.000"),
    ("persistence RMSE", "5.000"),
    ("skill", "0.600"),
    ("ensemble RMSE", "1.750"),
    ("ridge RMSE", "3.000"),
    ("90 % interval holds", "0.875"),
    ("spread of repeats holds", "0.250"),
]


def labels(scores: dict[str, Any]) -> list[str]:
    return [label for label, _ in table(scores)]


def test_table_of_all_figures() -> None:
    assert table(SCORES) == WHOLE


def test_figure_that_is_not_there_is_a_dash() -> None:
    one_repeat = {**SCORES["rmse"], "std": None}
    assert ("RMSE std", "-") in table({**SCORES, "rmse": one_repeat})


def test_baseline_that_is_not_there_has_no_line() -> None:
    without = labels({**SCORES, "best_baseline": None})
    assert "ridge RMSE" not in without
    assert len(without) == len(WHOLE) - 1


MEDIANS = {
    "network": {"rmse": 1.5},
    "persistence": {"rmse": 4.0},
    "ensemble": {"rmse": 1.25},
    "baselines": {"ridge": {"rmse": 2.5}},
}


def test_the_median_over_series_stands_below_each_mean() -> None:
    lines = table({**SCORES, "median_over_series": MEDIANS})
    below = {before: line for before, line in pairwise(lines) if line[0] == MEDIAN}
    assert below == {
        ("RMSE max", "4.000"): (MEDIAN, "1.500"),
        ("persistence RMSE", "5.000"): (MEDIAN, "4.000"),
        ("ensemble RMSE", "1.750"): (MEDIAN, "1.250"),
        ("ridge RMSE", "3.000"): (MEDIAN, "2.500"),
    }
    assert [line for line in lines if line[0] != MEDIAN] == WHOLE


def test_a_baseline_that_is_far_away_is_named() -> None:
    baselines = {**SCORES["baselines"], "auto_arima": {"rmse": 90.0, "far_away": ["a", "b"]}}
    lines = table({**SCORES, "baselines": baselines})
    assert ("auto_arima far away", "2 series") in lines
    assert len(lines) == len(WHOLE) + 1


def test_interval_without_a_coverage_has_no_line() -> None:
    interval = {**SCORES["interval"], "conformal": {"coverage": None}}
    assert "90 % interval holds" not in labels({**SCORES, "interval": interval})


def test_symbols_have_a_table_of_their_own() -> None:
    metrics = {"accuracy": {"mean": 0.5}, "share_all_right": 0.25}
    expected = [("accuracy mean", "0.500"), ("share all right", "0.250")]
    assert symbols_table(metrics) == expected


def test_directions_that_were_learned_are_shares_beside_those_of_the_baselines() -> None:
    figures = {"rmse": 3.0, "direction": 0.75, "direction_by_size": 0.5}
    scores = {
        "direction": {"mean": 0.25, "std": 0.125},
        "direction_by_size": {"mean": 0.375, "std": None},
        "ensemble": {"direction": 0.3, "direction_by_size": 0.4},
        "baselines": {"drift": figures},
    }
    assert directions_table(scores, "direction_by_size") == [
        ("way up and down right", "0.375"),
        ("  std", "-"),
        ("  mean forecast", "0.400"),
        ("  drift", "0.500"),
        ("ups and downs right", "0.250"),
        ("  std", "0.125"),
        ("  mean forecast", "0.300"),
        ("  drift", "0.750"),
    ]
    medians = {"network": {"direction": 0.2, "direction_by_size": 0.1}}
    lines = directions_table({**scores, "median_over_series": medians}, "direction")
    assert lines[:2] == [("ups and downs right", "0.250"), (MEDIAN, "0.200")]


def test_the_loss_of_the_model_chooses_the_table(
    finished_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(finished_folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    training = read_json(MODEL / "training.json")
    training["learning"]["loss"] = "direction"
    write_json(training, MODEL / "training.json")
    assert run_verb("summary", [])
    out = capsys.readouterr().out
    assert "ups and downs right" in out
    assert "RMSE" not in out


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finished_folder: Path) -> Path:
    """A folder in which the pipeline has run."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(finished_folder / "data/model", "data/model")
    for name in ("plots", "metrics"):
        Path(name).mkdir()
    Path("plots/rmse.csv").write_text("seed,rmse\n0,1\n1,3\n")
    Path("data/scores.json").write_text(json.dumps(SCORES))
    ds = ["2024-01-01", "2024-02-01", "2024-03-01"]
    frame = pd.DataFrame({"unique_id": "a", "part": "test", "ds": ds, "seed": 0})
    write_parquet(frame, ALL_FORECASTS)
    Path("params.yaml").write_text("download: {}\n")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_command_prints_the_test_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_verb("summary", [])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "",
        "test rows, 2 repeats",
        "  RMSE mean                    2.000",
    ]
    assert lines[2 + len(WHOLE) :] == ["", SENTENCE]


@pytest.mark.usefixtures("folder")
def test_command_prints_the_validation_rows(capsys: pytest.CaptureFixture[str]) -> None:
    validation = {**SCORES, "skill": 0.125}
    Path("data/scores.json").write_text(json.dumps({**SCORES, "validation": validation}))
    assert run_verb("summary", [])
    _, second = capsys.readouterr().out.split("validation rows")
    assert "  skill                        0.125" in second.splitlines()


@pytest.mark.usefixtures("folder")
def test_command_prints_symbols(capsys: pytest.CaptureFixture[str]) -> None:
    Path("data/scores.json").write_text("{}")
    Path("metrics/evaluate.json").write_text('{"share_all_right": 0.25, "share_last_right": 0.5}')
    Path("plots/accuracy.csv").write_text("seed,accuracy\n0,1\n1,0\n")
    assert run_verb("summary", [])
    assert capsys.readouterr().out.splitlines() == [
        "",
        "symbols",
        "  share all right              0.250",
        "  share last right             0.500",
        "",
        "25 % of the networks predict every symbol right, 50 % the last of each; 2 repeats.",
    ]


def test_weights_are_those_of_the_model(
    finished_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(finished_folder)
    assert run_verb("summary", ["--weights"])
    lines = capsys.readouterr().out.splitlines()
    gates = "input gate, forget gate, candidate, output gate: 1 each"
    assert lines == [
        "2 networks, of each:",
        "name                     shape  columns",
        f"lstm_0_kernel            1 x 4  {gates}",
        f"lstm_0_recurrent_kernel  1 x 4  {gates}",
        f"lstm_0_bias              4      {gates}",
        "head_kernel              1 x 1",
        "head_bias                1",
    ]


def test_pipeline_that_has_not_run_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not run_verb("summary", [])
    expected = "error: data/scores.json must exist, got no such file; an earlier stage writes it"
    assert capsys.readouterr().err == f"{expected}: dvc repro\n"
