"""What was observed as lines of the source. Oracles: the reader of the stage download, by hand."""

import pytest

from statecast.base.errors import StatecastError
from statecast.data.gaps import Gaps
from statecast.data.table import Columns
from statecast.data.times import TimeForm
from statecast.service.journal import Answer, Entry, ExpectedEntry, Observed, Time
from statecast.service.source import SourceForm, extended, time_in_form, with_expected

MONTHS = b"month,sales\n1903-11,581.3\n1903-12,646.9\n"


def form(time: str | None = "month", unique_id: str | None = None, **others: object) -> SourceForm:
    given = {"times": TimeForm(), "gaps": Gaps(), **others}
    return SourceForm("x.csv", Columns("sales", time, unique_id), **given)  # type: ignore[arg-type]


def entry(ds: Time, y: float, *, unique_id: str = "sales", features: str = "{}") -> Entry:
    return Entry(1, unique_id, ds, y, features, Answer("2099-01-01", 0.0, None, None, None))


def lines(content: bytes, *entries: Entry, of: SourceForm) -> list[str]:
    longer, _ = extended(content, Observed(list(entries), []), of)
    assert longer.startswith(content)
    return longer[len(content) :].decode().splitlines()


def test_an_observation_is_a_line_like_those_above() -> None:
    observed = [entry("1904-02-01", 0.1), entry("1904-01-01", 412.5)]
    assert lines(MONTHS, *observed, of=form()) == ["1904-01,412.5", "1904-02,0.1"]


def test_what_is_there_already_is_not_added_again() -> None:
    observed = [entry("1903-12-01", 646.9), entry("1904-01-01", 412.5)]
    longer, added = extended(MONTHS, Observed(observed, []), form())
    assert [one.ds for one in added] == ["1904-01-01"]
    assert extended(longer, Observed(observed, []), form()) == (longer, [])


def test_another_value_is_an_error() -> None:
    with pytest.raises(StatecastError, match=r"1903-12-01 .* be what was observed, 1.0, got 646.9"):
        extended(MONTHS, Observed([entry("1903-12-01", 1.0)], []), form())


def test_series_other_columns_and_marks_are_kept() -> None:
    content = b'shop;note;month;sales\r\na;"x;y";1903-12;1,5\r\n\r\nb;;1903-12;2'
    of = form(unique_id="shop", separator=";", decimal=",")
    longer, _ = extended(content, Observed([entry("1904-01-01", 2.25, unique_id="a;ü")], []), of)
    assert longer == content + '\r\n"a;ü";;1904-01;2,25\r\n'.encode()


@pytest.mark.parametrize("zone", [None, "Europe/Berlin", "UTC"])
def test_times_with_an_offset_go_on_with_it(zone: str | None) -> None:
    content = b"month,sales\n2024-01-01T00:00:00Z,1.0\n"
    ds = "2024-01-01T02:00:00" if zone == "Europe/Berlin" else "2024-01-01T01:00:00"
    of = form(times=TimeForm(time_zone=zone))
    assert lines(content, entry(ds, 2.5), of=of) == ["2024-01-01T01:00:00Z,2.5"]


def test_rows_in_order_need_no_time() -> None:
    content = b"sales,more\n1,x\n2,y\n"
    assert lines(content, entry(3, 7.0), of=form(time=None)) == ["7.0,"]
    with pytest.raises(StatecastError, match="be read as it was observed"):
        extended(content, Observed([entry(5, 7.0)], []), form(time=None))


def test_features_are_those_of_the_same_time_whenever_they_came() -> None:
    columns = Columns("sales", "t", None, ("price",), ("weather",))
    of = SourceForm("x.csv", columns, TimeForm(), Gaps())
    known = b"t,sales,price,weather\n1,1,1,1\n2,5,2,9\n"
    expected = [ExpectedEntry("sales", 3, '{"price": 3.5}', Answer(3, *[None] * 4))]
    entries = [
        entry(3, 6.0, features='{"weather": 8.0}'),
        entry(4, 7.0, features='{"price": 4.5, "weather": 7.0}'),
    ]
    longer, _ = extended(known, Observed(entries, expected), of)
    assert longer == known + b"3,6.0,3.5,8.0\n4,7.0,4.5,7.0\n"
    with pytest.raises(StatecastError):  # no price of 3
        extended(known, Observed(entries, []), of)


def test_features_of_times_to_come_are_further_rows_of_their_file() -> None:
    columns = Columns("sales", "month", "shop", ("price", "promo"))
    of = SourceForm("later.csv", columns, TimeForm(), Gaps())
    known = b"month,shop,promo,price\n2024-01,a,0,1.5\n"
    none = Answer("2024-02-01", *[None] * 4)
    sent = [
        ExpectedEntry("a", "2024-02-01", '{"price": 2.5, "promo": 1.0}', none),
        ExpectedEntry("a", "2024-01-01", '{"price": 9.0, "promo": 9.0}', none),  # it has its own
        ExpectedEntry("b", "2024-01-01", '{"price": 3.5, "promo": 0.0}', none),
        ExpectedEntry("b", "2024-02-01", '{"price": 3.5}', none),  # of an earlier model
    ]
    longer, count = with_expected(known, sent, of)
    assert longer == known + b"2024-02,a,1.0,2.5\n2024-01,b,0.0,3.5\n"
    assert count == 2
    assert with_expected(longer, sent, of) == (longer, 0)


@pytest.mark.parametrize(
    ("ds", "last", "times", "written"),
    [
        (7, "6", TimeForm(), "7"),
        ("2024-01-01", "2023", TimeForm(), "2024-01-01"),
        ("2024-02-01", "2024-01", TimeForm(), "2024-02"),
        ("2024-02-01", "2024/01/01", TimeForm(), "2024/02/01"),
        ("2024-02-01", "2024-01-31 23:00:00", TimeForm(), "2024-02-01 00:00:00"),
        ("2024-02-01T05:00:00", "2024-02-01T04:00:00", TimeForm(), "2024-02-01T05:00:00"),
        ("2024-04-01", "2024Q1", TimeForm(), "2024Q2"),
        ("2024-04-01", "2024-Q1", TimeForm(), "2024-Q2"),
        ("2024-02-05", "2024-W05", TimeForm(), "2024-W06"),
        ("2024-02-01", "20240131", TimeForm(), "20240201"),
        ("2024-02-01", "202401", TimeForm(), "202402"),
        ("2024-02-01", "31.01.2024", TimeForm("%d.%m.%Y"), "01.02.2024"),
        ("1904-01-01", "3-12", TimeForm(time_prefix="190"), "4-01"),
        ("2024-02-01", "2024-01-31T23:00:00Z", TimeForm(), "2024-02-01T00:00:00Z"),
        ("2024-02-01", "2024-01-31 23:00+02:00", TimeForm(), "2024-02-01 00:00:00+02:00"),
        (
            "2024-07-01T02:00:00",
            "2024-01-31T23:00:00Z",
            TimeForm(time_zone="Europe/Berlin"),
            "2024-07-01T00:00:00Z",
        ),
        ("2024-02-01", "31.01.2024 +0100", TimeForm("%d.%m.%Y %z"), "01.02.2024 +0100"),
    ],
)
def test_a_time_is_written_as_those_above(
    ds: Time, last: str, times: TimeForm, written: str
) -> None:
    assert time_in_form(ds, last, times) == written
