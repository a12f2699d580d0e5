"""YAML that is wrong, large or deep: one line, at once. Oracle: PyYAML for what is right."""

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from statecast.base import yaml_file
from statecast.base.errors import StatecastError
from statecast.base.section import read_params
from statecast.base.yaml_file import read_yaml
from tests.support.project import ROOT

SHORT = 300 + 200  # letters: what was found, and the words around it
NAMES = "abcdefghij"


def bomb() -> str:
    """Return ten lines that stand for 10^9 values."""
    lines = [f"{NAMES[0]}: &{NAMES[0]} [{', '.join(['x'] * 10)}]"]
    for before, name in itertools.pairwise(NAMES):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (bomb(), r"values in 12 levels, aliases written out; 100,000 in 20 are the most"),
        ("a: &a [*a]", r"got: an alias within what it stands for \(line 1\)"),
        ("a: " + "{b: " * 500 + "1" + "}" * 500, r"got: more than 20 levels \(line 1\)"),
        ("a: " + "[" * 5000 + "]" * 5000, r"got: more than 20 levels \(line 1\)"),
        ("a: 1\nb: 2024-13-45", r"got: '2024-13-45', which is no timestamp \(line 2\)"),
        ("a: " + "9" * 5000, r"got: '9999.*', which is no int \(line 1\)"),
        ("a: !!bool perhaps", r"got: 'perhaps', which is no bool \(line 1\)"),
        ("a: !!timestamp x", r"got: 'x', which is no timestamp \(line 1\)"),
        ("a:\n  b: 1\n  c: 2\n  b: 3", r"got: the key b 2 times in one mapping \(line 2\)"),
        ("a: [", r"got: .* \(line 1\)"),
        ("a: !!python/object/apply:os.system [ls]", r"got: could not determine a constructor"),
        ("a: *b", r"got: found undefined alias 'b' \(line 1\)"),
        ("? [a, b]\n: 1", r"got: "),
        ("a: \x01", r"got: "),
    ],
)
@pytest.mark.promise("params")
def test_a_mistake_in_yaml_is_one_short_line_at_once(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)
    started = time.process_time()
    with pytest.raises(StatecastError, match=message) as error:
        read_params(path)
    assert time.process_time() - started < 2  # seconds
    words = str(error.value).removeprefix(str(path))
    assert "\n" not in words
    assert len(words) < SHORT


@pytest.mark.parametrize("path", [ROOT / "params.yaml", *ROOT.glob("problems/*/params.yaml")])
def test_right_files_are_read_as_pyyaml_reads_them(path: Path) -> None:
    assert read_yaml(path) == yaml.safe_load(path.read_text())


def test_aliases_and_merges_are_allowed(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a\n")
    one = {"x": 1, "y": 2}
    assert read_yaml(path) == {"a": one, "b": {"x": 1, "y": 3}, "c": one}


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("# words alone\n")
    assert read_yaml(path) is None


def test_a_change_of_values_does_not_reach_the_next_reader(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("a: {b: [1]}")
    read_yaml(path)["a"]["b"].append(2)
    assert read_yaml(path) == {"a": {"b": [1]}}


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("a: 1")
    read_yaml(path)
    path.write_text("a: 2")
    assert read_yaml(path) == {"a": 2}


@pytest.mark.parametrize(
    "text", ["", "a: [1, 2.5, yes, null, 2024-01-02]", "a: &x {b: |\n   c\n}", "a: &x [1]\nb: *x"]
)
def test_both_parsers_read_the_same(text: str) -> None:
    for given in (text, (ROOT / "params.yaml").read_text(encoding="utf-8")):
        loaders = (yaml_file._fast_loader, yaml_file._Loader)
        fast, slow = (read_by(loader, given) for loader in loaders)
        assert fast == slow


def read_by(loader: Callable[[str], Any], text: str) -> object:
    """Return the values that a loader makes of a text, or that it makes none."""
    try:
        return yaml_file._values_by(loader(text))
    except yaml.YAMLError:
        return "wrong"
