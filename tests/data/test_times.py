"""Times that read in one way only. Oracle: the calendar, written out by hand."""

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.data.times import TimeForm, as_text, times, written_times
from tests.support.frames import frame_of


def column(*cells: str, time_format: str | None = None, zone: str | None = None) -> list[str]:
    """Return a column of times, read and written; its first row is line 2."""
    lines = range(2, len(cells) + 2)
    text = pd.Series(cells, name="t", index=lines)
    return as_text(times(text, TimeForm(time_format, zone))).tolist()


FRACTIONS = ["2024-01-01T12:00:00.500", "2024-01-01T12:00:01.000"]


@pytest.mark.parametrize(
    ("text", "ds"),
    [
        (["10", "9"], [9, 10]),
        (["2024Q2", "2024Q1"], ["2024-01-01", "2024-04-01"]),
        (["2024/02/01", "2024/01/31"], ["2024-01-31", "2024-02-01"]),
        (["2024-01-01T12:00", "2024-01-01 11:30"], ["2024-01-01T11:30:00", "2024-01-01T12:00:00"]),
        (["2024-01-01T12:00:00.5", "2024-01-01T12:00:01"], FRACTIONS),
        (["20240201", "20240131"], ["2024-01-31", "2024-02-01"]),
        (["202402", "202401"], ["2024-01-01", "2024-02-01"]),
        (["2024010223", "2024010300"], ["2024-01-02T23:00:00", "2024-01-03T00:00:00"]),
        (["10000101", "10000102"], [10000101, 10000102]),  # of no year from 1800 on
        (["20240100", "20240101"], [20240100, 20240101]),
        (["2024-W06", "2024W05"], ["2024-01-29", "2024-02-05"]),
        (["2024-02", "2024-01"], ["2024-01-01", "2024-02-01"]),
    ],
)
@pytest.mark.promise("source")
def test_times_are_read_if_there_is_one_way_to_read_them(text: list[str], ds: list[object]) -> None:
    rows = "".join(f"{time},{row}\n" for row, time in enumerate(text))
    assert frame_of(f"t,v\n{rows}")["ds"].tolist() == ds


def test_other_dates_take_a_format() -> None:
    frame = frame_of("t,v\n02.01.2024,2\n01.02.2024,3\n", form=TimeForm("%d.%m.%Y"))
    assert frame["ds"].tolist() == ["2024-01-02", "2024-02-01"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("01/02/2024", r"an integer or a date with the year first.*`time_format`.*'01/02/2024'"),
        ("2024-13", r"an integer or a date"),
        ("2024-02-30", r"an integer or a date"),
        ("2024Q5", r"an integer or a date"),
        ("2024-W60", r"a week of the year"),
        ("\u0661", r"an integer or a date"),  # a digit, but of another script
        ("9" * 19, r"an integer or a date"),
        ("2024-01-01 24:00", r"an integer or a date"),
        ("2016-12-31T23:59:60", r"an integer or a date"),
        ("", r"an integer or a date"),
    ],
)
def test_time_that_cannot_be_read_is_shown(cell: str, message: str) -> None:
    with pytest.raises(StatecastError, match=rf"^column 't', line 2 must be {message}"):
        column(cell)


def test_time_of_another_form_than_the_one_given() -> None:
    message = r"^column 't', line 3 must have the form '%d\.%m\.%Y' \(`time_format`\), got '2024'"
    with pytest.raises(StatecastError, match=message):
        times(pd.Series(["01.02.2024", "2024"], name="t", index=[2, 3]), TimeForm("%d.%m.%Y"))


def test_mixed_kinds_are_refused() -> None:
    with pytest.raises(StatecastError, match="line 3 must be an integer or a date"):
        column("2024-01-01", "2024Q1")


def test_text_has_a_clock_where_a_time_is_not_midnight() -> None:
    midnight = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-02"]))
    noon = midnight + pd.Timedelta("12h")
    assert as_text(midnight).tolist() == ["2024-01-01", "2024-01-02"]
    assert as_text(noon).tolist() == ["2024-01-01T12:00:00", "2024-01-02T12:00:00"]


def test_a_prefix_is_put_before_each_time() -> None:
    read = times(pd.Series(["1-01", " 3-12"]), TimeForm(time_prefix="190"))
    assert read.tolist() == [pd.Timestamp("1901-01-01"), pd.Timestamp("1903-12-01")]


def test_a_form_is_that_of_the_time_with_its_prefix() -> None:
    read = times(pd.Series(["99-31.12."]), TimeForm("%Y-%d.%m.", time_prefix="19"))
    assert read.tolist() == [pd.Timestamp("1999-12-31")]


def test_integers_stay_integers() -> None:
    assert as_text(pd.Series([3, 4])).tolist() == [3, 4]


@pytest.mark.parametrize("fraction", ["5", "25", "125", "0001", "000001", "000000001", "123456789"])
@pytest.mark.promise("source")
def test_fractions_of_a_second_are_kept(fraction: str) -> None:
    text = column(f"2024-01-01T00:00:00.{fraction}", "2024-01-01T00:00:01")
    assert [float(time[17:]) for time in text] == [float(f"0.{fraction}"), 1]
    assert written_times(pd.Series(text)).iloc[0] == pd.Timestamp(f"2024-01-01 00:00:00.{fraction}")


def test_a_fraction_finer_than_a_nanosecond_is_refused() -> None:
    with pytest.raises(StatecastError, match="line 2 must be an integer or a date"):
        column("2024-01-01T00:00:00.0000000001")


@pytest.mark.parametrize("typo", ["20240230", "20241301", "2024013", "99991231"])
@pytest.mark.promise("source")
def test_among_dates_without_hyphens_all_must_be_dates(typo: str) -> None:
    message = r"^column 't', line 3 must be a date such as .*%Y%m%d.*`time_format`, got "
    with pytest.raises(StatecastError, match=f"{message}'{typo}'"):
        column("20240131", typo, "20240201")


BERLIN = ["2024-03-30T00:00+01:00", "2024-03-31T00:00+01:00", "2024-04-01T00:00+02:00"]
DAYS = ["2024-03-30", "2024-03-31", "2024-04-01"]


@pytest.mark.parametrize("zone", ["+01:00", "-0800", "+01", "Z", "+05:45"])
def test_a_clock_shows_the_same_in_every_zone(zone: str) -> None:
    assert column(f"2024-03-30T00:00{zone}", f"2024-03-31T00:00{zone}") == DAYS[:2]


@pytest.mark.promise("source")
def test_times_with_several_offsets_are_refused() -> None:
    message = (
        r"^column 't', line 4 must have the offset from UTC of the rows before, or `time_zone`"
    )
    with pytest.raises(StatecastError, match=message):
        column(*BERLIN)
    with pytest.raises(StatecastError, match=message):
        column(*BERLIN, time_format="%Y-%m-%dT%H:%M%z")


@pytest.mark.parametrize("time_format", [None, "%Y-%m-%dT%H:%M%z"])
@pytest.mark.promise("source")
def test_a_named_zone_says_whose_clock_is_kept(time_format: str | None) -> None:
    assert column(*BERLIN, time_format=time_format, zone="Europe/Berlin") == DAYS
    in_utc = ["2024-03-29T23:00:00", "2024-03-30T23:00:00", "2024-03-31T22:00:00"]
    assert column(*BERLIN, time_format=time_format, zone="UTC") == in_utc


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
@pytest.mark.promise("source")
def test_times_with_and_without_a_zone_are_refused(zone: str | None) -> None:
    with pytest.raises(StatecastError, match="line 3 must have an offset from UTC, as the rows"):
        column("2024-01-01T00:00Z", "2024-01-02T00:00", zone=zone)
    with pytest.raises(StatecastError, match="line 3 must have no offset from UTC, as the rows"):
        column("2024-01-01T00:00", "2024-01-02T00:00Z", zone=zone)


@pytest.mark.parametrize("cell", ["2024-01-01T00:00", "2024-01", "7", "20240101", "2024Q1"])
def test_a_zone_is_for_times_with_offsets_alone(cell: str) -> None:
    with pytest.raises(StatecastError, match=r"^`time_zone` must be null where times have no"):
        column(cell, zone="Europe/Berlin")


@pytest.mark.parametrize("zone", ["Berlin", "", "../passwd", "/etc/passwd", "Europe", "x" * 5000])
def test_a_zone_that_is_none_is_one_line(zone: str) -> None:
    with pytest.raises(StatecastError, match=r"^`time_zone` must be a time zone") as error:
        column("2024-01-01T00:00Z", zone=zone)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize("form", ["%Q", "%", "mixed", "ISO8601", "", "%Y%Y", "%G-%V", "%s", "\n"])
def test_what_is_no_form_of_times_is_refused(form: str) -> None:
    with pytest.raises(StatecastError, match=r"^`time_format` must be a strptime form") as error:
        column("2024-01-01", time_format=form)
    assert "\n" not in str(error.value)


def test_written_times_are_read_as_they_were_written() -> None:
    assert written_times(pd.Series(["20240101", "20240102"])).tolist() == [20240101, 20240102]
    assert written_times(pd.Series(DAYS)).tolist() == pd.to_datetime(DAYS).tolist()
