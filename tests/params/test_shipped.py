"""The shipped params files are what the sections say. Oracle: the files themselves."""

import importlib
import pkgutil
from pathlib import Path

import pytest
import yaml

import statecast.params
from statecast.base.section import Section, validated
from tests.support.project import ROOT

PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text())
FILES = sorted(ROOT.glob("problems/**/params.yaml"))


def section_of(name: str) -> type[Section]:
    module = importlib.import_module(f"statecast.params.{name}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Section) and value.section == name
    )


SECTIONS = {
    module.name: section_of(module.name)
    for module in pkgutil.iter_modules(statecast.params.__path__)
}
OF_ROOT = [name for name in SECTIONS if name not in ("generate", "evaluate_symbols")]


def test_every_section_of_the_file_has_a_module() -> None:
    assert sorted(PARAMS) == sorted(OF_ROOT)


@pytest.mark.parametrize("name", OF_ROOT)
def test_the_file_names_every_key_of_a_section(name: str) -> None:
    keys = [key.removeprefix(f"{name}.") for key in SECTIONS[name].keys().values()]
    assert sorted(PARAMS[name]) == sorted(keys)


@pytest.mark.parametrize("name", OF_ROOT)
def test_what_may_be_left_out_is_what_the_file_says(name: str) -> None:
    """A key that may be left out has the value of params.yaml then, or switches its feature off."""
    section = validated(SECTIONS[name], PARAMS[name], "params.yaml")
    optional = {
        field: info.get_default()
        for field, info in SECTIONS[name].model_fields.items()
        if not info.is_required()
    }
    assert {field: getattr(section, field) for field in optional} == optional


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_problems_have_sections_that_are_right(path: Path) -> None:
    content = yaml.safe_load(path.read_text())
    for name, values in content.items():
        if name != "variants":
            validated(SECTIONS[name], values, str(path))
