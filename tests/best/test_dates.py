"""Dates that do not have the year first. Oracle: dates written by pandas."""

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.best.dates import Dates, dates_of

MONTHS = pd.date_range("2000-01-01", periods=36, freq="MS")
DAYS = pd.date_range("2024-01-01", periods=36)


def written(times: pd.DatetimeIndex, form: str) -> "pd.Series[str]":
    return pd.Series(times.strftime(form), name="when")


@pytest.mark.parametrize(
    ("times", "form"),
    [
        (DAYS, "%d/%m/%Y"),
        (DAYS, "%m/%d/%Y"),
        (DAYS, "%d-%m-%y"),
        (DAYS, "%d.%m.%Y %H:%M"),
        (MONTHS, "%d/%m/%Y"),
        (MONTHS, "%m/%d/%Y"),
        (MONTHS, "%b %Y"),
        (MONTHS, "%b-%y"),
        (MONTHS, "%d %B %Y"),
        (MONTHS, "%m/%Y"),
    ],
)
def test_form_of_the_whole_column_is_found(times: pd.DatetimeIndex, form: str) -> None:
    found = dates_of(written(times, form))
    assert found is not None
    assert found.form == form


def test_year_first_needs_no_form() -> None:
    assert dates_of(written(MONTHS, "%Y-%m")) == Dates()


def test_form_that_could_be_another_is_told_by_a_date_that_shows_it() -> None:
    assert dates_of(written(MONTHS, "%d/%m/%Y")) == Dates(
        "%d/%m/%Y", "01/02/2000 is read as 2000-02-01"
    )
    assert dates_of(written(MONTHS, "%m/%d/%Y")) == Dates(
        "%m/%d/%Y", "02/01/2000 is read as 2000-02-01"
    )


def test_points_stand_between_day_and_month() -> None:
    year = written(MONTHS[:12], "%d.%m.%Y")
    assert dates_of(year) == Dates("%d.%m.%Y", "01.02.2000 is read as 2000-02-01")


def test_dates_that_are_regular_either_way_are_asked_for() -> None:
    with pytest.raises(StatecastError, match=r"--date-format must say whether the day is first in"):
        dates_of(written(MONTHS[:12], "%d/%m/%Y"))


@pytest.mark.parametrize("cells", [["a", "b"], ["1/2/2000", "x"], ["13/13/2000"], ["1", "2"]])
def test_others_are_no_dates(cells: list[str]) -> None:
    assert dates_of(pd.Series(cells)) is None
