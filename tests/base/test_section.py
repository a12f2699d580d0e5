"""Mistakes in params.yaml: one line that names the key and what was found."""

from pathlib import Path
from typing import ClassVar, Literal

import pytest
from pydantic import Field

from statecast.base.errors import StatecastError, require
from statecast.base.section import Count, Number, Section, load, read_params, validated


class Sizes(Section):
    section: ClassVar[str] = "sizes"

    size: Count
    most: Count = 10
    as_: str = Field("rows", alias="as")
    factor: Number = 1

    def check(self) -> None:
        require(self.size <= self.most, "`size`", "be at most `most`", self.size)


def test_a_section_is_read(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("sizes: {size: 3, as: steps}")
    assert load(Sizes, path) == Sizes.model_validate({"size": 3, "as": "steps"})


def test_keys_are_dotted_and_have_the_names_of_the_file() -> None:
    assert Sizes.keys() == {
        "size": "sizes.size",
        "most": "sizes.most",
        "as_": "sizes.as",
        "factor": "sizes.factor",
    }


def test_a_section_does_not_change() -> None:
    section = Sizes(size=1)
    with pytest.raises(ValueError, match="frozen"):
        section.size = 2


def test_keys_that_do_not_agree_are_both_named() -> None:
    message = r"^own\.yaml: sizes\.size must be at most sizes\.most, got 11$"
    with pytest.raises(StatecastError, match=message):
        validated(Sizes, {"size": 11}, "own.yaml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, r"^f: sizes\.size must be given, it is missing$"),
        ({"size": "x"}, r"^f: sizes\.size must be a number, got 'x'$"),
        ({"sise": 1}, r"^f: sizes\.sise is not a key here, did you mean size\?$"),
        ({"size": 1, "as_": "x"}, r"^f: sizes\.as_ is not a key here, did you mean as\?$"),
        (
            {"size": 1, "factor": "1e999"},
            r"^f: sizes\.factor must be less than or equal to 1e\+30, got '1e999'",
        ),
        ("text", r"^f: sizes"),
    ],
)
def test_the_first_mistake_is_one_line(content: object, message: str) -> None:
    with pytest.raises(StatecastError, match=message) as error:
        validated(Sizes, content, "f")
    assert "\n" not in str(error.value)


class Inner(Section):
    most: Count


class Outer(Section):
    way: Literal["all"] | Inner | None = None


@pytest.mark.parametrize(
    ("way", "message"),
    [
        ("x", r"^f: way must be 'all' or a section of keys, got 'x'$"),
        ({"most": 0}, r"^f: way\.most must be greater than or equal to 1, got 0$"),
        ({"mots": 1}, r"^f: way\.mots is not a key here, did you mean most\?$"),
        ({}, r"^f: way\.most must be given, it is missing$"),
    ],
)
def test_of_the_branches_of_a_union_the_nearest_is_told(way: object, message: str) -> None:
    with pytest.raises(StatecastError, match=message):
        validated(Outer, {"way": way}, "f")


@pytest.mark.parametrize(("text", "number"), [("1e3", 1000), ("7", 7), (5.0, 5)])
def test_number_like_text_is_an_integer(text: object, number: int) -> None:
    assert validated(Sizes, {"size": text, "most": 10_000}, "f").size == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sizes: [", "must be valid YAML"),
        ("- 1", r"must hold keys with their values, got \[1\]"),
        ("", "must hold keys with their values, got an empty file"),
        ("x: 1", r"params\.yaml: sizes must be given, got no such section"),
        ("sizes: 3", r"params\.yaml: sizes must be a section of keys, got 3"),
    ],
)
def test_broken_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(StatecastError, match=message):
        load(Sizes, path)


def test_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(StatecastError, match="must be valid YAML"):
        read_params(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StatecastError, match="must be readable, got: No such file"):
        load(Sizes, tmp_path / "params.yaml")
