"""docs/reliability.md says what the tests hold, and nothing else."""

import pytest

from tests.promises import CHAPTERS, DOCUMENT, Promise, document, promises, promises_of

SOURCE = """
@pytest.mark.slow
@pytest.mark.promise("files")
def test_a_file_appears_whole_or_not_at_all() -> None: ...

@pytest.mark.parametrize("x", [1])
def test_without_a_promise(x) -> None: ...
"""
FILES = Promise("files", "tests/test_x.py", "test_a_file_appears_whole_or_not_at_all", slow=True)


def test_the_page_is_what_the_tests_promise() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(promises())


def test_every_chapter_has_promises() -> None:
    assert {promise.chapter for promise in promises()} == set(CHAPTERS)


def test_no_promise_stands_twice() -> None:
    sentences = [promise.sentence for promise in promises()]
    assert len(set(sentences)) == len(sentences)


def test_marked_tests_are_found_with_their_marks() -> None:
    assert list(promises_of(SOURCE, "tests/test_x.py")) == [FILES]


def test_the_name_of_a_test_is_the_sentence() -> None:
    assert FILES.sentence == "A file appears whole or not at all"


def test_a_chapter_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="must name a chapter, got 'fils'"):
        list(promises_of(SOURCE.replace("files", "fils"), "tests/test_x.py"))
