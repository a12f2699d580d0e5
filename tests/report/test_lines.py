"""Tables as lines. Oracle: written down by hand."""

import pytest

from statecast.report.lines import cut, fitted

NAMES = ["name", "a", "longer-than-that"]
COLUMNS = [["x", "1", "20"], ["heading", "3", ""], ["y", "5", "6"]]


def test_columns_stand_to_the_right_and_names_to_the_left() -> None:
    assert fitted(NAMES, COLUMNS, 100) == [
        "name               x  heading  y",
        "a                  1        3  5",
        "longer-than-that  20           6",
    ]


def test_columns_that_do_not_fit_go_below_behind_the_names_again() -> None:
    assert fitted(NAMES, COLUMNS, 32) == [
        "name               x  heading  y",
        "a                  1        3  5",
        "longer-than-that  20           6",
    ]
    assert fitted(NAMES, COLUMNS, 30) == [
        "name              x  heading",
        "a                 1        3",
        "longer-…an-that  20",
        "",
        "name             y",
        "a                5",
        "longer-…an-that  6",
    ]


@pytest.mark.parametrize("width", [24, 40, 80])
def test_no_line_is_longer_than_the_terminal(width: int) -> None:
    assert (
        max(map(len, fitted([*NAMES, "n" * 90], [[*own, "-"] for own in COLUMNS], width))) <= width
    )


@pytest.mark.parametrize(
    ("most", "short"), [(10, "abcdefghij"), (9, "abcd…ghij"), (8, "abcd…hij"), (3, "a…j")]
)
def test_a_cut_name_keeps_both_ends(most: int, short: str) -> None:
    assert cut("abcdefghij", most) == short
