"""How a stage runs: files together or not at all, errors with keys, one line for a mistake."""

import sys
from pathlib import Path
from typing import ClassVar

import pytest

from statecast.base.errors import StatecastError, require
from statecast.base.files import write_text
from statecast.base.section import Section
from statecast.base.stage import keys_of, run, stage


class First(Section):
    section: ClassVar[str] = "first"

    size: int
    other: int


class Second(Section):
    section: ClassVar[str] = "second"

    size: int
    more: int


def raises(message: str) -> None:
    raise StatecastError(message)


def test_the_first_section_with_an_argument_has_it() -> None:
    assert keys_of(First, Second) == {
        "size": "first.size",
        "other": "first.other",
        "more": "second.more",
    }


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("`size` must be 1", "params.yaml: first.size must be 1"),
        ("`more` must be 1", "params.yaml: second.more must be 1"),
        ("`method` must be 1", "params.yaml: scale.method must be 1"),
        ("data/x.csv must exist", "data/x.csv must exist"),
    ],
)
def test_an_error_names_the_key(message: str, expected: str) -> None:
    with pytest.raises(StatecastError) as error:
        stage(First, Second, method="scale.method")(raises)(message)
    assert str(error.value) == expected


def test_an_argument_of_a_section_is_not_of_another() -> None:
    with pytest.raises(StatecastError, match=r"first\.size"):
        stage(First, size="elsewhere.size")(raises)("`size` must be 1")


def test_an_error_has_no_trace_of_the_message_before() -> None:
    with pytest.raises(StatecastError) as error:
        stage(First)(raises)("`size` must be 1")
    assert error.value.__suppress_context__


def test_another_error_goes_through() -> None:
    def breaks() -> None:
        raise KeyError("size")

    with pytest.raises(KeyError, match="size"):
        stage(First)(breaks)()


def test_a_stage_keeps_its_name_and_its_words() -> None:
    def main() -> None:
        """Write a file."""

    decorated = stage(First)(main)
    assert decorated.__name__ == "main"
    assert decorated.__doc__ == "Write a file."


def test_a_stage_takes_arguments_and_returns_what_its_function_returns() -> None:
    @stage()
    def add(first: int, *, second: int) -> int:
        return first + second

    assert add(1, second=2) == 3


@pytest.mark.parametrize("error", [StatecastError, RuntimeError, KeyboardInterrupt])
def test_a_stage_that_fails_writes_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    @stage()
    def main() -> None:
        write_text("a", tmp_path / "a.txt")
        raise error

    with pytest.raises(error):
        main()
    assert list(tmp_path.iterdir()) == []


def test_a_stage_that_ends_well_writes_all(tmp_path: Path) -> None:
    @stage()
    def main() -> None:
        write_text("a", tmp_path / "a.txt")
        write_text("b", tmp_path / "b.txt")

    main()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_a_stage_within_a_stage_writes_with_it(tmp_path: Path) -> None:
    @stage(First)
    def write() -> None:
        write_text("a", tmp_path / "a.txt")

    @stage(First)
    def main() -> None:
        write()
        require(False, "`other`", "be 1", 2)

    with pytest.raises(StatecastError, match=r"first\.other must be 1"):
        main()
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_is_one_line_and_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["stage"])
    with pytest.raises(SystemExit) as end:
        run(lambda: raises("`size` must be 1"))
    assert end.value.code == "error: `size` must be 1"


def test_an_interruption_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["stage"])
    with pytest.raises(SystemExit) as end:
        run(interrupted)
    assert end.value.code == "interrupted: nothing was written"


def test_arguments_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def main() -> None:
        raise AssertionError

    monkeypatch.setattr(sys, "argv", ["stage", "data/series.csv"])
    with pytest.raises(SystemExit, match=rf"usage: python -m {__name__}, without arguments"):
        run(main)
