"""Tables of the report. Oracle: worked by hand."""

import re

import pytest

from statecast.report import tables


def cells_of(html: str) -> list[list[str]]:
    """Return the texts of a table, the head first."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html)
    return [re.findall(r">([^<]*)</t[hd]>", row) for row in rows]


def test_results_have_a_row_for_the_network_and_each_baseline():
    metrics = {
        "rmse": {"mean": 95.31742, "std": 8.4},
        "mae": {"mean": 76.4, "std": None},
        "ensemble": {"rmse": 93.5},
        "baselines": {"drift": {"rmse": 136.18, "mae": 114.0}},
    }
    assert cells_of(tables.results(metrics)) == [
        ["", "RMSE", "MAE"],
        ["network, mean of the repeats", "95.317", "76.4"],
        ["network, std of the repeats", "8.4", "-"],
        ["mean forecast of the repeats", "93.5", "-"],
        ["drift", "136.18", "114"],
    ]


def test_the_median_over_series_stands_in_brackets_and_far_away_in_the_name():
    metrics = {
        "rmse": {"mean": 95.31742, "std": 8.4},
        "ensemble": {"rmse": 93.5},
        "baselines": {"auto_arima": {"rmse": 1097.0, "far_away": ["b"]}, "drift": {"rmse": 5.0}},
        "median_over_series": {
            "network": {"rmse": 90.0},
            "ensemble": {"rmse": 89.25},
            "baselines": {"auto_arima": {"rmse": 80.5}, "drift": {"rmse": None}},
        },
    }
    assert cells_of(tables.results(metrics)) == [
        ["", "RMSE"],
        ["network, mean of the repeats", "95.317 (90)"],
        ["network, std of the repeats", "8.4"],
        ["mean forecast of the repeats", "93.5 (89.25)"],
        ["auto_arima, far away in 1 series", "1097 (80.5)"],
        ["drift", "5 (-)"],
    ]


def test_after_learning_directions_the_highest_share_is_marked():
    """The RMSE of logits means nothing, and has no column."""
    metrics = {
        "rmse": {"mean": 9.0, "std": 1.0},
        "direction": {"mean": 0.5, "std": 0.1},
        "direction_by_size": {"mean": 0.6, "std": 0.2},
        "ensemble": {"rmse": 8.0, "direction": 0.7, "direction_by_size": 0.4},
        "baselines": {"drift": {"rmse": 5.0, "direction": 0.75, "direction_by_size": 0.3}},
    }
    assert cells_of(tables.results(metrics, "direction_by_size")) == [
        ["", "way up and down right", "ups and downs right"],
        ["network, mean of the repeats", "0.6", "0.5"],
        ["network, std of the repeats", "0.2", "0.1"],
        ["mean forecast of the repeats", "0.4", "0.7"],
        ["drift", "0.3", "0.75"],
    ]
    for learned, best in (("direction", "drift"), ("direction_by_size", "network, mean of the")):
        marked = re.findall(
            r'<tr class="best"><th scope="row">([^<]*)', tables.results(metrics, learned)
        )
        assert len(marked) == 1
        assert marked[0].startswith(best)


def test_intervals_have_their_medians_in_brackets():
    score = {"coverage": 0.5, "width": 9.0, "median_over_series": {"coverage": 0.75, "width": 2.0}}
    assert cells_of(tables.intervals({"interval": {"level": 0.9, "repeats": score}}))[1] == [
        "spread of the repeats, no interval",
        "-",
        "0.5 (0.75)",
        "9 (2)",
    ]


def test_significance_names_the_best_baseline():
    metrics = {
        "best_baseline": "ridge",
        "diebold_mariano": {
            "best_baseline": {"statistic": 1.5, "p": 0.125},
            "persistence": {"statistic": -2.0, "p": 0.03},
            "drift": None,
        },
    }
    assert cells_of(tables.significance(metrics)) == [
        ["against", "statistic", "p"],
        ["best baseline: ridge", "1.5", "0.125"],
        ["persistence", "-2", "0.03"],
    ]


def test_several_series_have_their_counts():
    counts = {"series": 9, "better": 4, "worse": 1}
    metrics = {"diebold_mariano": {"persistence": counts}}
    assert cells_of(tables.significance(metrics)) == [
        ["against", "series", "clearly better on", "clearly worse on"],
        ["persistence", "9", "4", "1"],
    ]


@pytest.mark.parametrize(
    ("ensemble", "name"), [(93.5, "ridge"), (90.0, "mean forecast of the repeats")]
)
def test_the_row_with_the_lowest_rmse_is_marked(ensemble: float, name: str):
    metrics = {
        "rmse": {"mean": 95.0, "std": 8.4},
        "ensemble": {"rmse": ensemble},
        "baselines": {"drift": {"rmse": 136.0}, "ridge": {"rmse": 92.0}},
    }
    marked = re.findall(r'<tr class="best"><th scope="row">([^<]*)', tables.results(metrics))
    assert marked == [name]


def test_an_interval_that_there_is_not_has_no_row():
    none = {"coverage": None, "width": None}
    assert len(cells_of(tables.intervals({"interval": {"level": 0.9, "conformal": none}}))) == 1


def test_intervals_have_a_row_for_each_kind():
    metrics = {"interval": {"level": 0.9, "conformal": {"coverage": 0.75, "width": 20.0}}}
    assert cells_of(tables.intervals(metrics)) == [
        ["", "aimed at", "holds of the test rows", "mean width"],
        ["interval (conformal)", "0.9", "0.75", "20"],
    ]


def test_scores_without_tests_and_intervals_give_empty_tables():
    assert cells_of(tables.significance({})) == [["against", "statistic", "p"]]
    assert len(cells_of(tables.intervals({"interval": None}))) == 1


def test_nested_keys_are_flat_with_dots():
    nested = {"a": {"b": {"c": [1, 2]}}, "d": {}, "e": []}
    assert cells_of(tables.pairs(nested, ("key", "value"))) == [
        ["key", "value"],
        ["a.b.c", "1, 2"],
        ["d", "{}"],
        ["e", "[]"],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (True, "yes"),
        (False, "no"),
        (1.234567, "1.2346"),
        (1234567, "1234567"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_a_value_is_the_text_of_a_cell(value: object, text: str):
    assert tables.cell(value) == text


def test_the_cells_of_a_wide_table_have_the_names_of_their_columns():
    html = tables.table(["", "a", "b", "c", "d<"], [["row", 1, 2, 3, 4]])
    assert 'class="figures wide"' in html
    assert '<td data-label="a">1</td>' in html
    assert '<td data-label="d&lt;">4</td>' in html


def test_the_cells_of_a_narrow_table_have_no_names():
    assert "data-label" not in tables.table(["", "a", "b", "c"], [["row", 1, 2, 3]])
