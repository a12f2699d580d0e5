"""Names that data chooses are safe. Oracle: the rules of file systems, and a table by hand."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecast.base.paths import file_name

FOLDER = Path("/folder")
PLAIN = ["a", "series_1", "berlin-mitte", "1", "01", "1.0", "0"]
HOSTILE = [
    "",
    ".",
    "..",
    "../../../x",
    "/abs/x",
    "C:\\x",
    "\\\\server\\share",
    "~",
    "~root",
    ".hidden",
    "trailing.",
    "trailing ",
    "con",
    "nul.txt",
    "com1",
    "a\0b",
    "a\nb",
    "a\rb",
    "-rf",
    "x" * 3000,
    "x" * 2999 + "y",
    "x" * 61,
    "A",
    "é",
    "e\u0301",
    "\u202egnp.exe",
    "\ud800",
    "%2F",
    "/",
    "*",
    "a+fold1",
    "🦆" * 100,
]
NAMES = [*PLAIN, *HOSTILE, *(name.upper() for name in PLAIN)]


def is_safe(name: str) -> bool:
    """Tell whether Linux, macOS and Windows all take the name as one visible file."""
    reserved = r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?"
    return (
        re.fullmatch(r"[A-Za-z0-9_%~.-]+", name) is not None
        and not name.startswith(".")
        and not name.endswith(".")
        and len(name.encode()) <= 100
        and re.fullmatch(reserved, name) is None
        and (FOLDER / name).resolve().parent == FOLDER
    )


@given(st.text(st.characters()))
@pytest.mark.promise("files")
def test_any_text_becomes_a_name_in_its_folder(text: str) -> None:
    assert is_safe(file_name(text))


@given(st.text(), st.text())
@pytest.mark.promise("files")
def test_two_texts_have_two_names_even_without_case(one: str, other: str) -> None:
    same = file_name(one).casefold() == file_name(other).casefold()
    assert same == (one == other)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_becomes_a_safe_name(text: str) -> None:
    assert is_safe(file_name(text))


def test_names_stay_apart_on_file_systems_without_case() -> None:
    names = {file_name(text).casefold() for text in NAMES}
    assert len(names) == len(set(NAMES))


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_text_is_its_own_name(text: str) -> None:
    assert file_name(text) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("H1", "H1~8bf797aa02bd65b7"),
        ("../a", "%2E%2E%2Fa~"),
        ("Käse 1.5", "K%C3%A4se%201%2E5~"),
        ("", "~e3b0c44298fc1c14"),
    ],
)
def test_another_text_can_be_read_in_its_name(text: str, name: str) -> None:
    assert file_name(text).startswith(name)
