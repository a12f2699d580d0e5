"""The studies of this series. Oracle: worked by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from statecast.base.files import write_text
from statecast.base.paths import STUDY_METRICS, STUDY_TABLES
from statecast.report.studies import combined_part, read_studies, study_part
from tests.support.project import ROOT

TABLE = "configuration,seed,rmse\na,0,1.0\na,1,2.0\nother,0,9.0\n"
PERSISTENCE = 5.0


def study(**persistence: float) -> dict[str, Any]:
    """Return what a study wrote of configurations, by the RMSE of persistence on their rows."""
    configurations = {
        name: {"overrides": {}, "metrics": {"persistence": {"rmse": rmse}}}
        for name, rmse in persistence.items()
    }
    return {"study": "few", "configurations": configurations}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the table of a study and the templates of its plots."""
    monkeypatch.chdir(tmp_path)
    Path(".dvc/plots").mkdir(parents=True)
    for name in ("variants", "intervals", "future"):
        template = f".dvc/plots/{name}.json"
        Path(template).write_text((ROOT / template).read_text())
    STUDY_TABLES.mkdir(parents=True)
    write_text(TABLE, STUDY_TABLES / "few.csv")


def test_no_study_is_said_in_a_sentence() -> None:
    part = study_part({}, PERSISTENCE)
    assert part.charts == []
    assert "No study of this series has been run" in part.html


def test_a_study_is_a_folded_box_plot_of_the_configurations_on_these_rows() -> None:
    part = study_part({"few": study(a=5.0, other=6.0)}, PERSISTENCE)
    [chart] = part.charts
    assert chart.title == "Study few: rmse"
    assert [row[:3] for row in chart.rows] == [["a", "0", "1.0"], ["a", "1", "2.0"]]
    assert part.folded


def test_a_study_of_another_series_is_left_out() -> None:
    assert study_part({"few": study(a=6.0, other=6.0)}, PERSISTENCE).charts == []


def test_tables_beside_a_study_are_no_studies() -> None:
    STUDY_METRICS.mkdir(parents=True)
    write_text(json.dumps(study(a=5.0)), STUDY_METRICS / "few.json")
    write_text("configuration,seed,epoch\na,0,10\n", STUDY_TABLES / "few-curves.csv")
    charts = study_part(read_studies(), PERSISTENCE).charts
    assert [chart.name for chart in charts] == ["few"]


def combined(persistence: float) -> dict[str, Any]:
    """Return what a study wrote of its combined forecast."""
    members = {
        "a": {"weight": 0.25, "validation_rmse": 4.5, "rmse": 3.5},
        "auto_ets": {"weight": 0.75, "validation_rmse": 4.25, "rmse": 3.75},
        "persistence": {"weight": 0.0, "validation_rmse": 6.0, "rmse": persistence},
    }
    return {
        "weights": "validation",
        "power": 4.0,
        "rmse": 3.25,
        "best": {"configuration": "a", "rmse_of_mean_forecast": 3.5},
        "best_baseline": {
            "method": "auto_ets",
            "rmse": 3.75,
            "diebold_mariano": {"statistic": -1.5, "p": 0.125},
        },
        "interval": {"level": 0.9, "coverage": 0.875, "width": 9.0},
        "unjudged": 2,
        "ahead": [
            {"step": 1, "forecasts": 6, "rmse": 3.25, "coverage": 0.875, "width": 9.0},
            {"step": 2, "forecasts": 5, "rmse": 5.75, "coverage": None, "width": None},
        ],
        "members": members,
    }


FORECAST = "unique_id,ds,y,forecast,low,high\na,1,1.0,2.0,0.5,3.5\n"


def test_a_combined_forecast_stands_beside_the_best_alone() -> None:
    write_text(FORECAST, STUDY_TABLES / "few-forecast.csv")
    part = combined_part({"few": {"study": "few", "combined": combined(PERSISTENCE)}}, PERSISTENCE)
    assert part is not None
    assert '<th scope="row">few</th>' in part.html
    for value in ("3.25", "3.5", "auto_ets", "3.75", "0.125", "0.875", "0.9"):
        assert f">{value}</td>" in part.html
    assert "few: weights by validation RMSE to the power -4" in part.html
    assert "Not judged: 2 test rows in or right after a gap." in part.html
    assert '<th scope="row">2</th><td>5.75</td><td>-</td><td>-</td>' in part.html
    heaviest = part.html.index('<th scope="row">auto_ets</th><td>0.75</td><td>4.25</td>')
    assert heaviest < part.html.index('<th scope="row">a</th><td>0.25</td><td>4.5</td>')


def test_a_combined_forecast_is_drawn_with_its_interval() -> None:
    write_text(FORECAST, STUDY_TABLES / "few-forecast.csv")
    part = combined_part({"few": {"study": "few", "combined": combined(PERSISTENCE)}}, PERSISTENCE)
    assert part is not None
    [chart] = part.charts
    row = dict(zip(chart.columns, chart.rows[0], strict=True))
    assert (row["ensemble"], row["low"], row["high"], row["method"]) == (
        "2.0",
        "0.5",
        "3.5",
        "conformal",
    )


def test_what_comes_next_is_drawn_behind_the_test_rows() -> None:
    write_text(FORECAST, STUDY_TABLES / "few-forecast.csv")
    future = "unique_id,ds,step,forecast,low,high\na,2,1,4.0,3.0,5.0\n"
    write_text(future, STUDY_TABLES / "few-future.csv")
    part = combined_part({"few": {"study": "few", "combined": combined(PERSISTENCE)}}, PERSISTENCE)
    assert part is not None
    _, chart = part.charts
    assert chart.title == "Study few: what comes next"
    rows = [dict(zip(chart.columns, row, strict=True)) for row in chart.rows]
    assert [(row["ds"], row["y"], row["forecast"]) for row in rows] == [
        ("1", "1.0", ""),
        ("2", "", "4.0"),
    ]


def test_a_combined_forecast_of_other_rows_is_left_out() -> None:
    assert combined_part({"few": {"study": "few", "combined": combined(6.0)}}, PERSISTENCE) is None
