"""The page of the report as text. Oracle: worked by hand; test_in_browser.py looks at it."""

import re

import pandas as pd

from statecast.report import tables
from statecast.report.charts import Chart, chart
from statecast.report.page import Part, page, sentence

TEMPLATE = {"data": {"values": "<DVC_METRIC_DATA>"}, "title": "<DVC_METRIC_TITLE>", "mark": "line"}
EMPTY = Chart("name", "title", {}, [], [])


def test_names_that_are_html_stay_text():
    name = "<script>alert(1)</script>"
    table = pd.DataFrame({"a": ["1"], "b": [name]})
    drawn = chart(name, TEMPLATE, {"x": "a", "y": "b", "title": name}, [table])
    metrics = {"rmse": {"mean": 1.0, "std": 0.5}, "baselines": {name: {"rmse": 2.0}}}
    text = page(name, [Part(name, tables.results(metrics), [drawn])], "")
    assert "<script>alert" not in text
    # title, heading, row of the table, heading of the chart
    assert text.count("&lt;script&gt;alert(1)") >= 4


def test_a_sentence_is_text():
    assert sentence("a < b & c") == "<p>a &lt; b &amp; c</p>"


def test_charts_of_all_parts_have_different_ids():
    parts = [Part("one", "", [EMPTY, EMPTY]), Part("two", "", [EMPTY])]
    text = page("t", parts, "")
    assert re.findall(r'class="box chart" id="([^"]*)"', text) == ["chart-0", "chart-1", "chart-2"]


def test_each_chart_has_its_data_on_the_page():
    text = page("t", [Part("one", "", [EMPTY, EMPTY])], "")
    assert re.findall(r'<script type="application/json" id="([^"]*)"', text) == [
        "chart-0-data",
        "chart-1-data",
    ]


def test_nothing_on_the_page_comes_from_the_network():
    text = page("t", [Part("one", sentence("words"), [EMPTY])], "bundle()")
    assert "http" not in text
    assert "<script>bundle()</script>" in text


def test_charts_that_are_folded_away_are_drawn_in_the_open_and_then_closed():
    text = page("t", [Part("one", "", [EMPTY], "Show <it>"), Part("two", "", [], "Show")], "")
    assert text.count("<details open>") == 1
    assert "<summary>Show &lt;it&gt;</summary>" in text
    assert text.index("vegaEmbed(box") < text.index("folded.open = false")
