"""Write docs/reliability.md: what is promised, and the test that holds it.

A test that holds a promise has the mark ``promise`` with the chapter where it stands, and its name
is the promise. Run as a command, the module writes the document anew.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "reliability.md"
MARK = "promise"

CHAPTERS = {
    "source": "The source",
    "params": "The params",
    "forecast": "Honest forecasts and figures",
    "batch": "State and batch size",
    "files": "Files",
    "studies": "Studies and experiments",
    "pages": "Pages",
    "service": "The service",
}

OPENING = """\
# Reliability

What Statecast promises, and the test that holds each promise. The sentences are the names of the
tests; `make reliability` writes this page from them. A test named slow runs with `make test-slow`,
all others with `make test`.

What goes wrong because of an input is told in one line: what must hold, what was found, which key
or file. The exit status is then 1, and the files of the stage are those of before.
"""


@dataclass(frozen=True)
class Promise:
    """A test that holds a promise."""

    chapter: str
    path: str  # from the top of the repository
    name: str
    slow: bool

    @property
    def sentence(self) -> str:
        """Return the name of the test as a sentence."""
        words = self.name.removeprefix("test_").replace("_", " ")
        return f"{words[0].upper()}{words[1:]}"


def promises() -> list[Promise]:
    """Return the promises of all tests, in the order of their files.

    Raises:
        ValueError: a mark names no chapter.

    """
    found: list[Promise] = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        found += promises_of(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    return found


def promises_of(source: str, path: str) -> Iterator[Promise]:
    """Yield the promises in the source of one file.

    Raises:
        ValueError: a mark names no chapter.

    """
    all_slow = "pytestmark = pytest.mark.slow" in source
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        marks = [ast.unparse(decorator) for decorator in node.decorator_list]
        for decorator in node.decorator_list:
            chapter = _chapter(decorator)
            if chapter is None:
                continue
            if chapter not in CHAPTERS:
                raise ValueError(f"{path}: {node.name} must name a chapter, got {chapter!r}")
            slow = all_slow or "pytest.mark.slow" in marks
            yield Promise(chapter, path, node.name, slow)


def _chapter(decorator: ast.expr) -> str | None:
    """Return the chapter that a decorator names; None of another decorator."""
    if not isinstance(decorator, ast.Call) or len(decorator.args) != 1:
        return None
    if ast.unparse(decorator.func) != f"pytest.mark.{MARK}":
        return None
    return str(ast.literal_eval(decorator.args[0]))


def document(kept: list[Promise]) -> str:
    """Return the text of the page."""
    parts = [OPENING]
    for chapter, title in CHAPTERS.items():
        lines = [_line(promise) for promise in kept if promise.chapter == chapter]
        parts.append("\n".join([f"## {title}", "", *lines, ""]))
    return "\n".join(parts)


def _line(promise: Promise) -> str:
    note = ", slow" if promise.slow else ""
    return f"- {promise.sentence} ([{Path(promise.path).stem}](../{promise.path}){note})"


if __name__ == "__main__":
    DOCUMENT.write_text(document(promises()), encoding="utf-8", newline="\n")
