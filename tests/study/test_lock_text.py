"""The text of dvc.lock. Oracle: DVC's own writing of the whole."""

from copy import deepcopy
from typing import Any

import pytest

from statecast.study.dvc_internals import as_yaml, parsed_with_comments
from statecast.study.lock_text import lock_text
from tests.support.project import ROOT

LOCKS = ["dvc.lock", "problems/counting/dvc.lock", "problems/memory/variants/dvc.lock"]
NUMBERS = ["1234567890" * 3 + "12", "1" * 15 + "e" + "2" * 16, "0b" + "1" * 30]
TEXTS = [
    "yes",
    "1e3",
    "null",
    "2020-01-01",
    "",
    "- a",
    "a: b",
    "#",
    "long words " * 20,
    "a\nb",
    "a\u2028b",
]


def of_stage(**entry: Any) -> dict[str, Any]:
    return {"schema": "2.0", "stages": {"s": {"cmd": "c", **entry}}}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_put_together_is_what_dvc_writes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    content = parsed_with_comments(text, lock)
    assert lock_text(content) == as_yaml(content)


@pytest.mark.parametrize("md5", [*NUMBERS, "0a" * 16, "12" * 15 + "1f.dir"])
def test_a_hash_that_looks_like_a_number_is_quoted(md5: str) -> None:
    lock = of_stage(outs=[{"path": "o", "hash": "md5", "md5": md5, "size": 3, "isexec": True}])
    assert lock_text(lock) == as_yaml(lock)


@pytest.mark.parametrize(
    "value", [*TEXTS, 1e-5, 0.1, True, None, [], {}, [1, [2]], [{"a": {}}], [{}], [[{1: 2}]]]
)
def test_a_value_of_params_is_what_dvc_writes(value: object) -> None:
    section = {"a section": deepcopy(value), 1: "x"}
    lock = of_stage(params={"p.yaml": {"plain": value, "in": section}})
    assert lock_text(lock) == as_yaml(lock)


@pytest.mark.parametrize("stages", [{}, {"s": {"cmd": "c", "deps": []}}])
def test_a_lock_file_without_entries_is_what_dvc_writes(stages: dict[str, Any]) -> None:
    lock = {"schema": "2.0", "stages": stages}
    assert lock_text(lock) == as_yaml(lock)


def test_a_run_is_worded_without_indentation() -> None:
    entry = {"cmd": "c", "outs": [{"path": "o", "size": 1}, {"path": "p"}]}
    assert lock_text(entry) == as_yaml(entry)
