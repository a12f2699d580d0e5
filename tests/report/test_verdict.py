"""One sentence for a reader without time. The shares are worked by hand."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from statecast.base.files import read_frame, read_json, write_json, write_parquet, write_text
from statecast.base.paths import ALL_FORECASTS, MODEL, PARAMS, RMSE, SCORES
from statecast.base.section import read_params
from statecast.report.verdict import (
    against,
    direction_verdict,
    forecast_rows,
    of_symbols,
    read_verdict,
    verdict,
)


def scores(**others: Any) -> dict[str, Any]:
    return {
        "ensemble": {"rmse": 70.0},
        "persistence": {"rmse": 100.0},
        "baselines": {"ridge": {"rmse": 67.9}, "persistence": {"rmse": 100.0}},
        "best_baseline": "ridge",
        "diebold_mariano": {
            "persistence": {"statistic": -3.0, "p": 0.01},
            "best_baseline": {"statistic": 0.3, "p": 0.77},
        },
        **others,
    }


def test_the_sentence_tells_both_comparisons_and_what_they_rest_on() -> None:
    assert verdict(scores(), 30, "12 months") == (
        "The network beats persistence by 30 %, ridge regression beats the network by 3 % (which"
        " may be chance, p = 0.77); 30 repeats, 12 months."
    )


def test_a_clear_difference_is_told_without_doubt() -> None:
    tests = {"persistence": {"p": 0.04}, "best_baseline": {"p": 0.049}}
    assert "chance" not in verdict(scores(diebold_mariano=tests), 2, "12 months")


@pytest.mark.parametrize(
    ("flatness", "end"),
    [
        (0.05, "; its forecasts hardly move (5 % of the truth): is there anything to learn?"),
        (0.2, "."),
        (None, "."),
    ],
)
def test_forecasts_that_hardly_move_are_a_question(flatness: float | None, end: str) -> None:
    said = verdict(scores(ensemble={"rmse": 70.0, "flatness": flatness}), 30, "12 months")
    assert said.endswith(f"30 repeats, 12 months{end}")


@pytest.mark.parametrize("best", [None, "persistence"])
def test_persistence_is_told_of_once(best: str | None) -> None:
    said = verdict(scores(best_baseline=best), 1, "1 row")
    assert said == "The network beats persistence by 30 %; 1 repeat, 1 row."


def test_several_series_have_their_counts() -> None:
    counts = {"series": 10, "better": 4, "worse": 1}
    tests = {"persistence": counts, "best_baseline": {"p": None}}
    said = verdict(scores(diebold_mariano=tests), 3, "12 months of 10 series")
    clear = "the network is clearly better on 4 of 10 series, clearly worse on 1"
    assert f"by 30 % ({clear}), ridge" in said


@pytest.mark.parametrize(
    ("network", "other", "clause"),
    [
        (25.0, 100.0, "the network beats the drift by 75 %"),
        (100.0, 25.0, "the drift beats the network by 75 %"),
        (100.0, 100.4, "the network and the drift are equally good"),
        (0.0, 0.0, "the network and the drift are equally good"),
    ],
)
def test_a_clause_by_hand(network: float, other: float, clause: str) -> None:
    assert against(network, "drift", other) == clause


def directions(**others: Any) -> dict[str, Any]:
    baselines = {
        "persistence": {"direction": 0.0, "direction_by_size": 0.0},
        "drift": {"direction": 0.75, "direction_by_size": 0.5},
        "ridge": {"direction": 0.5, "direction_by_size": 0.9},
    }
    ensemble = {"direction": 0.83, "direction_by_size": 0.951}
    return {"ensemble": ensemble, "baselines": baselines, **others}


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (
            "direction",
            "The network says 83 % of the ups and downs right, the best baseline, the drift, 75 %",
        ),
        (
            "direction_by_size",
            (
                "The network says 95 % of the way up and down right, the best baseline, ridge"
                " regression, 90 %"
            ),
        ),
    ],
)
def test_after_learning_directions_the_shares_of_right_ones_are_compared(
    loss: str, said: str
) -> None:
    assert (
        direction_verdict(directions(), loss, 30, "12 months") == f"{said}; 30 repeats, 12 months."
    )


def test_the_best_baseline_of_directions_is_chosen_by_validation_rows() -> None:
    validation = {"baselines": {"drift": {"direction": 0.2}, "ridge": {"direction": 0.3}}}
    said = direction_verdict(directions(validation=validation), "direction", 2, "12 months")
    assert "the best baseline, ridge regression, 50 %" in said


def test_without_baselines_the_network_stands_alone() -> None:
    said = direction_verdict(directions(baselines={}), "direction", 1, "3 months")
    assert said == "The network says 83 % of the ups and downs right; 1 repeat, 3 months."


def learned_by(loss: str) -> None:
    """Say in the working directory that the model was trained by a loss."""
    path = MODEL / "training.json"
    training = read_json(path)
    training["learning"]["loss"] = loss
    write_json(training, path)


def test_the_verdict_of_a_direction_loss_speaks_of_no_error(
    finished_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(finished_folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    learned_by("direction")
    assert read_verdict() == direction_verdict(read_json(SCORES), "direction", 2, "12 months")


def test_the_verdict_takes_the_loss_of_the_model_not_of_params(
    finished_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Params may have changed since the networks were trained."""
    shutil.copytree(finished_folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    said = read_verdict()
    params = read_params(PARAMS)
    params["train"]["loss"] = "direction"
    write_text(yaml.safe_dump(params), PARAMS)
    assert read_verdict() == said


def test_symbols_have_their_shares() -> None:
    figures = {"share_all_right": 0.25, "share_last_right": 0.5}
    said = "25 % of the networks predict every symbol right, 50 % the last of each; 4 repeats."
    assert of_symbols(figures, 4) == said


def test_the_verdict_is_read_from_the_files_of_a_run(
    finished_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(finished_folder)
    repeats = len(read_frame(RMSE))
    assert read_verdict() == verdict(read_json(SCORES), repeats, "12 months")


def test_series_of_one_length_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [
        (name, part, f"2024-0{month}-01", seed)
        for name in "ab"
        for part, months in (("validation", (1, 2)), ("test", (3, 4, 5)))
        for seed in (0, 1)
        for month in months
    ]
    frame = pd.DataFrame(rows, columns=["unique_id", "part", "ds", "seed"])
    write_parquet(frame, ALL_FORECASTS)
    write_text("download: {}", PARAMS)
    assert forecast_rows() == "3 months of 2 series"
