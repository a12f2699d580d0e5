"""Charts of the report as data. Oracles: the inverse of packing, and worked by hand."""

import json

import pandas as pd

from statecast.report.charts import chart, plots_of, sources_of

TEMPLATE = {"data": {"values": "<DVC_METRIC_DATA>"}, "title": "<DVC_METRIC_TITLE>", "mark": "line"}
PROPERTIES = {"x": "a", "y": "a", "title": "t"}


def unpacked(text: str) -> list[dict[str, str]]:
    """Return the rows of a packed chart, as the page unpacks them."""
    packed = json.loads(text)
    rows = []
    for values in packed["rows"]:
        row = dict(zip(packed["columns"], values, strict=True))
        rows.append({name: value for name, value in row.items() if value is not None})
    return rows


def test_the_data_of_a_chart_come_back_from_the_page():
    tables = [
        pd.DataFrame({"a": ["1", "2"], "b": ["x", "</script>"]}),
        pd.DataFrame({"a": ["3"], "c": [""]}),
    ]
    assert unpacked(chart("name", TEMPLATE, PROPERTIES, tables).packed()) == [
        {"a": "1", "b": "x", "rev": "workspace"},
        {"a": "2", "b": "</script>", "rev": "workspace"},
        {"a": "3", "c": "", "rev": "workspace"},
    ]


def test_a_packed_chart_cannot_end_its_script_element():
    table = pd.DataFrame({"a": ["</script>"]})
    assert "<" not in chart("name", TEMPLATE, PROPERTIES, [table]).packed()


def test_the_anchors_of_a_template_are_filled():
    filled = chart("name", TEMPLATE, PROPERTIES, [pd.DataFrame({"a": ["1"]})])
    assert filled.spec == {"title": "t", "mark": "line"}


def test_a_plot_without_a_title_has_its_name():
    untitled = {"x": "a", "y": "a"}
    assert chart("name", TEMPLATE, untitled, [pd.DataFrame({"a": ["1"]})]).title == "name"


def test_plots_of_stages_and_of_the_pipeline_are_found():
    pipeline = {
        "stages": {"a": {"plots": [{"a.csv": {"x": "1"}}]}, "b": {}},
        "plots": [{"c": {"x": "2"}}],
    }
    assert plots_of(pipeline) == {"a.csv": {"x": "1"}, "c": {"x": "2"}}


def test_a_plot_of_a_stage_reads_its_own_file():
    assert sources_of("a.csv", {"x": "1", "y": "2"}) == ["a.csv"]


def test_a_plot_of_the_pipeline_reads_the_files_under_y():
    y = {"a.csv": "forecast", "b.csv": "y"}
    assert sources_of("c", {"x": "1", "y": y}) == ["a.csv", "b.csv"]
