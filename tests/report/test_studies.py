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
    """A folder with the table of a study and the template of its plot."""
    monkeypatch.chdir(tmp_path)
    template = ".dvc/plots/variants.json"
    Path(template).parent.mkdir(parents=True)
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


def test_a_combined_forecast_stands_beside_the_best_alone() -> None:
    best = {"configuration": "a", "rmse_of_mean_forecast": 3.5}
    combined = {"by": "mean", "configurations": ["a", "b"], "rmse": 3.25, "best": best}
    part = combined_part({"few": {**study(a=5.0), "combined": combined}}, PERSISTENCE)
    assert part is not None
    assert '<th scope="row">few, mean of 2</th><td>3.25</td><td>3.5</td>' in part.html
    assert combined_part({"few": {**study(a=6.0), "combined": combined}}, PERSISTENCE) is None
