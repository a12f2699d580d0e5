"""The report as text; test_browser.py looks at it in a browser."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.commands import report
from statecast.report import tables
from statecast.report.best import best_of, with_overrides
from statecast.report.charts import chart, plots_of
from statecast.report.page import Part, page

TEMPLATE = {"data": {"values": "<DVC_METRIC_DATA>"}, "title": "<DVC_METRIC_TITLE>", "mark": "line"}


def study(**validation: float | None) -> dict[str, object]:
    metrics = {name: {"validation": {"rmse": {"mean": value}}} if value else {} for name, value in validation.items()}
    configurations = {name: {"overrides": {"train.epochs": 2}, "metrics": found} for name, found in metrics.items()}
    return {"study": "s", "configurations": configurations}


def test_names_that_are_html_stay_text():
    name = "<script>alert(1)</script>"
    one = chart(name, TEMPLATE, {"x": "a", "y": "b", "title": name}, [pd.DataFrame({"a": ["1"], "b": [name]})])
    metrics = {"rmse": {"mean": 1.0, "std": 0.5}, "baselines": {name: {"rmse": 2.0}}}
    text = page(name, [Part(name, tables.results(metrics), [one])], "")
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)") >= 4  # title, heading, row of the table, heading of the chart


def test_the_data_of_a_chart_come_back_from_the_page():
    frames = [pd.DataFrame({"a": ["1", "2"], "b": ["x", "</script>"]}), pd.DataFrame({"a": ["3"], "c": [""]})]
    one = chart("name", TEMPLATE, {"x": "a", "y": "a", "title": "t"}, frames)
    packed = json.loads(one.packed())
    rows = [{k: v for k, v in zip(packed["columns"], row, strict=True) if v is not None} for row in packed["rows"]]
    w = {"rev": "workspace"}
    assert rows == [{"a": "1", "b": "x", **w}, {"a": "2", "b": "</script>", **w}, {"a": "3", "c": "", **w}]
    assert packed["spec"]["title"] == "t"


def test_results_have_a_row_for_the_network_and_each_baseline():
    metrics = {
        "rmse": {"mean": 95.31742, "std": 8.4},
        "mae": {"mean": 76.4, "std": None},
        "ensemble": {"rmse": 93.5},
        "baselines": {"drift": {"rmse": 136.18, "mae": 114.0}},
    }
    rows = re.findall(r"<tr>(.*?)</tr>", tables.results(metrics))
    found = [re.findall(r">([^<]*)</t[hd]>", row) for row in rows]
    assert found == [
        ["", "RMSE", "MAE"],
        ["network, mean of the repeats", "95.317", "76.4"],
        ["network, std of the repeats", "8.4", "-"],
        ["mean forecast of the repeats", "93.5", "-"],
        ["drift", "136.18", "114"],
    ]


def test_the_best_configuration_has_the_lowest_validation_rmse():
    found = best_of([study(a=3.0, b=None), study(c=2.0, d=2.5)])
    assert found is not None
    assert (found.name, found.validation_rmse) == ("c", 2.0)
    assert best_of([study(a=None)]) is None


def test_configurations_on_other_rows_are_not_compared():
    other = study(a=1.0)
    other["configurations"]["a"]["overrides"] = {"download.source": "b.csv"}  # type: ignore[index]
    found = best_of([other, study(c=2.0)])
    assert found is not None
    assert found.name == "c"


def test_overrides_leave_the_params_given_alone():
    params = {"train": {"epochs": 1, "units": [1]}}
    assert with_overrides(params, {"train.epochs": 5}) == {"train": {"epochs": 5, "units": [1]}}
    assert params["train"]["epochs"] == 1


def test_nested_keys_are_flat_with_dots():
    assert tables.flat({"a": {"b": {"c": [1, 2]}}, "d": {}, "e": []}) == {"a.b.c": "1, 2", "d": {}, "e": "[]"}


def test_plots_of_stages_and_of_the_pipeline_are_found():
    pipeline = {"stages": {"a": {"plots": [{"a.csv": {"x": "1"}}]}, "b": {}}, "plots": [{"c": {"x": "2"}}]}
    assert plots_of(pipeline) == {"a.csv": {"x": "1"}, "c": {"x": "2"}}


def test_without_metrics_the_error_says_which_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StatecastError, match=r"metrics/rebatch.json must exist|metrics/evaluate.json must exist"):
        report.main(tmp_path / "report.html")
    assert not list(tmp_path.iterdir())


def test_no_study_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    part = report.study_part()
    assert part.charts == []
    assert "No study has been run" in part.html
