"""The private names of DVC: all are there, one that is gone is told, and one module has them."""

import ast
import hashlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

from statecast.base.errors import StatecastError
from statecast.study import dvc_internals
from tests.support.project import ROOT

PUBLIC = {"dvc.api", "dvc.exceptions.DvcException", "dvc.repo.Repo"}
OWNERS = {  # package of DVC to where in statecast its names may be imported
    "dvc": "study/dvc_internals.py",
    "dvc_data": "study/dvc_internals.py",
    "dvc_objects": "study/dvc_internals.py",
    "dvc_render": "report/",
}


def imported_names(tree: ast.AST) -> Iterator[str]:
    """Yield every imported name with the module that it is of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def foreign_imports(path: Path) -> list[str]:
    """Return the names of DVC that a module of statecast imports and must not."""
    name = path.relative_to(ROOT / "statecast").as_posix()
    return [
        f"{name}: {imported}"
        for imported in imported_names(ast.parse(path.read_text()))
        for owner in [OWNERS.get(imported.partition(".")[0])]
        if owner is not None and imported not in PUBLIC and not name.startswith(owner)
    ]


def test_private_names_of_dvc_are_imported_by_one_module() -> None:
    paths = sorted((ROOT / "statecast").rglob("*.py"))
    assert paths
    assert [name for path in paths for name in foreign_imports(path)] == []


def test_walk_finds_an_import_inside_a_function() -> None:
    code = "def f():\n    from dvc.stage.cache import _get_stage_hash\n"
    names = list(imported_names(ast.parse(code)))
    assert names == ["dvc.stage.cache._get_stage_hash"]


def test_dvc_has_all_names() -> None:
    dvc_internals.require_internals()


@pytest.mark.parametrize("name", dvc_internals.NAMES)
def test_name_that_is_gone_is_told_with_what_it_was_for(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _, attributes = name.partition(":")
    type_name, _, attribute = attributes.partition(".")
    named = getattr(importlib.import_module(module), type_name)
    owner = next(base for base in named.__mro__ if attribute in vars(base))
    monkeypatch.delattr(owner, attribute)
    with pytest.raises(StatecastError) as raised:
        dvc_internals.require_internals()
    reason = dvc_internals.NAMES[name]
    expected = f"DVC must have {name} ({reason}), got a version without; 3.67 has it"
    assert str(raised.value) == expected


def test_imported_name_that_is_gone_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("dvc.repo.reproduce.plan_repro")
    monkeypatch.delitem(sys.modules, dvc_internals.__name__)
    message = r"^DVC must have the modules and names of version 3\.67, got: .*plan_repro.*$"
    with pytest.raises(StatecastError, match=message):
        importlib.import_module(dvc_internals.__name__)


def test_imported_module_that_is_gone_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dvc.utils.hydra", None)
    monkeypatch.delitem(sys.modules, dvc_internals.__name__)
    message = r"^DVC must have the modules and names of version 3\.67, got: .*dvc\.utils\.hydra"
    with pytest.raises(StatecastError, match=message):
        importlib.import_module(dvc_internals.__name__)


TEXT = "# of a section\ntrain:\n  epochs: 3 # an end\n  units:\n  - 1\n"


def test_params_keep_their_comments() -> None:
    changed = dvc_internals.params_text(TEXT, {"train.epochs": 5})
    assert changed == TEXT.replace("3", "5")


def test_params_of_one_configuration_leave_nothing_for_the_next() -> None:
    dvc_internals.params_text(TEXT, {"train.units": [4, 5], "train.epochs": 5})
    assert dvc_internals.params_text(TEXT, {"train.epochs": 4}) == TEXT.replace("3", "4")


def test_a_section_that_is_given_whole_has_no_other_keys() -> None:
    changed = dvc_internals.params_text(TEXT, {"train": {"epochs": 5}})
    assert changed == "# of a section\ntrain:\n  epochs: 5 # an end\n"


def test_params_without_overrides_stay_as_they_are() -> None:
    assert dvc_internals.params_text(TEXT, {}) == TEXT


def test_sweep_is_every_combination() -> None:
    found = dvc_internals.sweep_overrides(["train.epochs=1,2", "train.seed=3"])
    expected = [["train.epochs=1", "train.seed=3"], ["train.epochs=2", "train.seed=3"]]
    assert found == {"params.yaml": expected}


STAGES = {
    "a": {"cmd": "python -m a", "deps": ["code"], "params": ["k"], "outs": ["o"]},
    "b": {"cmd": "python -m b", "deps": ["code", "o/x"], "outs": ["p"]},
}


def stages_in(folder: Path, stages: dict[str, Any]) -> list[dvc_internals.Stage]:
    """Return the stages of a new project with one file of code."""
    (folder / "code").write_text("1")
    (folder / "params.yaml").write_text("k: 1\n")
    (folder / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}))
    with Repo.init(str(folder), no_scm=True) as repo:
        return dvc_internals.ordered_stages(repo, folder)


def test_what_cannot_change_is_hashed_at_the_start(tmp_path: Path) -> None:
    first, second = stages_in(tmp_path, STAGES)
    md5 = hashlib.md5(b"1", usedforsecurity=False).hexdigest()
    expected = {"path": "code", "hash": "md5", "md5": md5, "size": 1}
    assert [first.entry["deps"][0], second.entry["deps"][0]] == [expected, expected]
    assert first.params == {"params.yaml": ["k"]}


def test_a_file_within_what_another_stage_writes_changes(tmp_path: Path) -> None:
    first, second = stages_in(tmp_path, STAGES)
    assert first.changing == {}
    assert second.changing == {"o/x": tmp_path / "o" / "x"}


def test_a_stage_that_dvc_runs_every_time_is_one_line(tmp_path: Path) -> None:
    stages = {**STAGES, "c": {"cmd": "python -m c", "deps": ["code"], "always_changed": True}}
    with pytest.raises(StatecastError, match=r"^dvc\.yaml: stage c must have a command, .*$"):
        stages_in(tmp_path, stages)
