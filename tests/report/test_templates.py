"""The templates of the charts. Oracles: the drawn picture, and worked by hand."""

import calendar
import json
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from statecast.report.templates.__main__ import templates
from tests.support.charts import drawn, named, texts_in
from tests.support.project import ROOT

MONTHS = [f"1903-{month:02d}-01" for month in range(1, 13)]
TEST = 4  # rows
SERIES = "plots/series.csv"
FUTURE = "plots/future.csv"


def series_of(ds: Sequence[object], *names: str) -> pd.DataFrame:
    y = np.arange(len(ds))
    return pd.concat([pd.DataFrame({"unique_id": name, "ds": ds, "y": y}) for name in names])


def with_test_rows(series: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each series, of which the last ones are the test rows."""
    from_end = series.groupby("unique_id").cumcount(ascending=False)
    return series.assign(part=np.where(from_end < TEST, "test", ""))


def future_of(ds: Sequence[object], forecast: Sequence[float]) -> pd.DataFrame:
    values = np.array(forecast)
    columns = {"unique_id": "a", "ds": ds, "step": range(1, len(ds) + 1), "forecast": values}
    bounds = {"low": values - 1, "high": values + 1, "interval": "conformal"}
    return named(pd.DataFrame({**columns, **bounds}), unit="sales", time="month", level=0.9)


def series_chart(ds: Sequence[object], *names: str, revisions: tuple[str, ...] = ("now",)) -> str:
    series = with_test_rows(series_of(ds, *names))
    return drawn(SERIES, [named(series, unit="sales", time="month")], revisions)


def marks_of(svg: str, kind: str) -> list[str]:
    """Return the paths of the marks of a kind, ``line`` say, one for each line or point."""
    groups = re.findall(rf'<g class="mark-{kind} role-mark[^"]*"[^>]*>(.*?)</g>', svg)
    return [path for group in groups for path in re.findall(r'<path[^>]* d="([^"]*)"', group)]


def history(**columns: list[float]) -> pd.DataFrame:
    return named(pd.DataFrame({"seed": [0, 0], "epoch": [1, 2], **columns}), unit="sales")


@pytest.mark.parametrize("path", templates(), ids=str)
def test_committed_templates_are_what_the_command_writes(path):
    assert json.loads((ROOT / path).read_text()) == templates()[path]


def test_axes_say_what_and_when_in_the_words_of_the_source():
    texts = texts_in(series_chart(MONTHS, "sales"))
    assert {"sales", "month"} <= set(texts)
    assert not {"y", "ds", "unique_id", "rev", "now"} & set(texts)


def test_errors_have_the_unit_of_the_values():
    table = named(pd.DataFrame({"seed": [0, 1], "rmse": [2.0, 3.0]}), unit="sales")
    assert "RMSE in sales" in texts_in(drawn("plots/rmse.csv", [table]))


def test_months_have_a_tick_each():
    texts = texts_in(series_chart(MONTHS, "a"))
    names = list(calendar.month_abbr)[1:]
    assert [text for text in texts if text in names] == names
    assert "1903" in texts


@pytest.mark.parametrize("first", [1, -3, 1_700_000_000_000])
def test_integer_times_stay_integers(first: int):
    ds = [first + index for index in range(9)]
    shown = {text.replace("\N{MINUS SIGN}", "-") for text in texts_in(series_chart(ds, "a"))}
    numbers = {int(text) for text in shown if re.fullmatch(r"-?\d+", text)}
    assert numbers & set(ds)
    if first < 1e9:  # larger ones have no room for all labels
        assert len(numbers & set(ds)) >= 8


def test_times_of_a_day_are_those_of_the_table():
    ds = [f"2024-03-01T{hour:02d}:00:00" for hour in range(6, 18)]
    texts = texts_in(series_chart(ds, "a"))
    assert {"06:00", "12:00"} <= set(texts)
    assert "01 Mar 2024" in texts


def test_the_test_part_is_marked():
    svg = series_chart(MONTHS, "a")
    assert "test rows" in texts_in(svg)
    (rectangle,) = marks_of(svg, "rect")
    left, width = (float(number) for number in re.findall(r"M([\d.]+),.*?h([\d.]+)", rectangle)[0])
    # 8 of 11 months of 1903 lie before the test part: 243 of 334 days
    assert left == pytest.approx(640 * 243 / 334)
    assert left + width == pytest.approx(640)


def test_each_series_has_a_panel_of_its_own():
    svg = series_chart(MONTHS, "a", "b")
    assert {"a, sales", "b, sales"} <= set(texts_in(svg))
    assert len(marks_of(svg, "line")) == 2


def test_two_revisions_of_a_series_share_a_panel():
    svg = series_chart(MONTHS, "a", revisions=("HEAD", "workspace"))
    assert {"truth, HEAD", "truth, workspace"} <= set(texts_in(svg))
    assert texts_in(svg).count("month") == 1


def test_what_comes_next_goes_on_from_the_last_true_value():
    svg = drawn(FUTURE, [series_of(MONTHS, "a"), future_of(["1904-01-01", "1904-02-01"], [5, 6])])
    truth, forecast = sorted(marks_of(svg, "line"), key=len, reverse=True)
    last = re.findall(r"L([\d.]+,[\d.]+)", truth)[-1]
    assert forecast.startswith(f"M{last}")
    assert "conformal interval, 90%" in texts_in(svg)


def test_the_axis_says_which_of_many_series_are_drawn():
    table = with_test_rows(series_of(MONTHS, "a", "b"))
    words = "the first 2 of 30 series"
    texts = texts_in(drawn(SERIES, [named(table, time="month", drawn=words)]))
    assert f"month, {words}" in texts


@pytest.mark.parametrize(("count", "shown"), [(24, 24), (25, 24), (100, 24)])
def test_the_best_and_the_worst_of_many_series_have_bars(count: int, shown: int):
    places = np.random.default_rng(3).permutation(count)
    table = pd.DataFrame({"unique_id": [f"s{place:03}" for place in places], "skill": -places})
    texts = texts_in(drawn("plots/by_series.csv", [table]))
    ends = [*range(12), *range(count - 12, count)]  # the best is the first
    assert [text for text in texts if re.fullmatch(r"s\d{3}", text)] == (
        [f"s{place:03}" for place in (ends if shown < count else places)]
    )
    header = f"the 12 best and the 12 worst of {count} series"
    assert (header in texts) == (shown < count)


def test_learning_curves_show_all_parts_and_their_means():
    table = history(train_rmse=[3, 2], validation_rmse=[4, 3], test_rmse=[3, 2])
    svg = drawn("plots/history.csv", [table])
    assert {"train", "validation", "test", "RMSE in sales"} <= set(texts_in(svg))
    assert svg.count('stroke-dasharray="6,4"') == 1  # the mean of the test rows over that of train


def test_learning_curves_of_two_revisions_share_a_panel():
    table = history(train_rmse=[3, 2], test_rmse=[3, 2])
    texts = texts_in(drawn("plots/history.csv", [table], ("HEAD", "workspace")))
    assert {"train, HEAD", "test, workspace"} <= set(texts)
    assert texts.count("RMSE in sales") == 1


def test_a_single_revision_is_not_named():
    table = named(pd.DataFrame({"seed": [0, 1], "rmse": [2.0, 3.0]}), unit="sales")
    assert "workspace" not in "".join(texts_in(drawn("plots/rmse.csv", [table])))
