"""The page of one best forecast. Oracle: tables written by hand."""

import json

import pandas as pd
import pytest

from statecast.report.forecast_page import BestForecast, forecast_parts
from statecast.report.page import page

SERIES = pd.DataFrame({"unique_id": "y", "ds": ["2024-01-01", "2024-02-01"], "y": [1.0, 2.0]})
FUTURE = pd.DataFrame(
    {
        "unique_id": "y",
        "ds": ["2024-03-01", "2024-04-01"],
        "step": [1, 2],
        "forecast": [3.25, 4.5],
        "low": [2.0, 3.0],
        "high": [4.0, 6.0],
    }
)
HELD_OUT = pd.DataFrame(
    {
        "unique_id": "y",
        "ds": ["2024-01-01", "2024-02-01"],
        "y": [1.0, 2.0],
        "forecast": [4.0, 6.0],  # 3 and 4 off: RMSE 3.5355
        "low": [0.0, 1.0],
        "high": [5.0, 7.0],
        "auto_arima": [1.5, 2.5],
    }
)
MEMBERS = pd.DataFrame(
    {
        "member": ["best-y-1", "auto_arima"],
        "weight": [0.25, 0.75],
        "weight_ahead": [0.5, 0.5],
        "validation_rmse": [2.0, 1.0],
        "test_rmse": [5.0, 0.5],
        "overrides": [json.dumps({"difference.lags": [1, 12], "train.highway": True}), "{}"],
    }
)
AHEAD = pd.DataFrame(
    {
        "step": [1, 2],
        "forecasts": [2, 1],
        "rmse": [3.75, 4.25],
        "coverage": [0.5, None],
        "width": [5.5, None],
    }
)


@pytest.fixture
def best() -> BestForecast:
    return BestForecast(
        verdict="Together they win.",
        coverage="It held 2 of 2.",
        read="y by month.",
        carry_on=[("params", "cp a b")],
        series=SERIES,
        future=FUTURE,
        held_out=HELD_OUT,
        ahead=AHEAD,
        members=MEMBERS,
        time="month",
        level=0.9,
        weighing="Weights are equal.",
    )


def test_page_says_what_comes_next_and_what_it_is_made_of(best: BestForecast) -> None:
    parts = {part.heading: part for part in forecast_parts(best)}
    assert "Together they win." in parts["Verdict"].html
    assert "<td>3.25</td><td>2</td><td>4</td>" in parts["What comes next"].html
    assert "3.5355" in parts["The rows held out"].html
    assert 'class="best"><th scope="row">AutoARIMA' in parts["The rows held out"].html
    assert "Weights are equal." in parts["Members"].html
    assert "difference.lags [1, 12], train.highway true" in parts["Members"].html
    assert "cp a b" in parts["To carry on"].html


def test_charts_call_the_forecast_what_it_is(best: BestForecast) -> None:
    charts = [own for part in forecast_parts(best) for own in part.charts]
    assert len(charts) == 2
    for own in charts:
        assert "mean of the repeats" not in own.packed()
        assert "combined forecast" in own.packed()


def test_page_without_an_interval_has_dashes(best: BestForecast) -> None:
    without = best.future.assign(low=float("nan"), high=float("nan"))
    parts = forecast_parts(best._replace(future=without))
    assert "<td>3.25</td><td>-</td><td>-</td>" in parts[1].html
    assert page("y", parts, "").startswith("<!DOCTYPE html>")


def test_page_says_how_good_each_step_ahead_was(best: BestForecast) -> None:
    html = forecast_parts(best)[2].html
    assert "in the interval for 0.9" in html
    for value in ("3.75", "0.5", "5.5", "4.25"):
        assert f">{value}</td>" in html


def test_page_without_what_comes_next_has_no_section_of_it(best: BestForecast) -> None:
    headings = [part.heading for part in forecast_parts(best._replace(future=FUTURE[:0]))]
    assert "What comes next" not in headings
