"""The verb best on long series. Oracle: rows written by hand, and the shipped document."""

import pandas as pd

from benchmarks.best_long import DOCUMENT, LONG, lines_of, made, series, with_table
from tests.support.project import ROOT

ROWS = pd.DataFrame(
    {
        "series": ["made, daily"],
        "rows": [3650],
        "together": [3.14159],
        "persistence": [6.0],
        "auto_ets": [4.0],
        "auto_theta": [5.0],
        "processor_seconds": [120.4],
        "seconds": [99.6],
        "mb": [1500],
    }
)
LINE = "| made, daily | 3,650 | 3.142 | 6 | 4 | 5 | 120 | 100 | 1500 |"


def test_a_series_is_a_line_of_errors_and_of_what_it_took() -> None:
    assert lines_of(ROWS)[2:] == [LINE]


def test_the_table_of_the_document_is_replaced_and_the_words_stay() -> None:
    text = "# Best\n\n## How long it takes\n\nWords.\n\n| old |\n|---|\n| 1 |\n"
    expected = "# Best\n\n## How long it takes\n\nWords.\n\n| new |\n"
    assert with_table(text, ["| new |"]) == expected


def test_the_document_has_the_rows_that_were_measured() -> None:
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    assert with_table(text, lines_of(pd.read_csv(ROOT / LONG))) == text


def test_series_have_the_rows_that_the_document_speaks_of() -> None:
    assert [len(own.frame) for own in series()] == [100, 732, 2284, 3650]


def test_made_series_repeats_after_a_week_but_for_trend_year_and_errors() -> None:
    """A mean over whole weeks is 200 + trend + year; Sunday is 8 above Thursday in the mean."""
    values = made(3650)[: 7 * 521].reshape(521, 7)
    of_the_days = values.mean(axis=0)
    assert abs((of_the_days[6] - of_the_days[0]) - 8) < 0.5
