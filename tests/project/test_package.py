"""The project as a package: built, installed into an empty environment, imported and called."""

import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from tests.support.imports import ROOT, imported_modules, modules_below

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAMES = {  # of an import, where the package is called otherwise
    "dateutil": "python-dateutil",
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow-cpu",
    "vl_convert": "vl-convert-python",
    "yaml": "pyyaml",
}
WITH_DVC = {
    "dvc_data",
    "dvc_objects",
    "dvc_render",
    "hydra",
}  # come with dvc, in versions that fit it
WITH_FSSPEC = {"aiohttp"}  # its extra http
WITH_PYDANTIC = {"pydantic_core"}
WITH_FASTAPI = {"starlette"}


def declared() -> set[str]:
    """Return the names of all packages that pyproject.toml asks for."""
    extras = PROJECT["optional-dependencies"].values()
    every = [*PROJECT["dependencies"], *(name for extra in extras for name in extra)]
    return {_name(requirement) for requirement in every}


def _name(requirement: str) -> str:
    for end in "[<>=; ":
        requirement = requirement.partition(end)[0]
    return requirement.lower()


def test_every_import_is_a_declared_dependency() -> None:
    imported = set()
    for path in modules_below("statecast", "stages"):
        imported |= {module.partition(".")[0] for module in imported_modules(path)}
    others = imported - set(sys.stdlib_module_names) - {"statecast", "stages"}
    named = {
        NAMES.get(name, name)
        for name in others - WITH_DVC - WITH_FSSPEC - WITH_PYDANTIC - WITH_FASTAPI
    }
    assert sorted(named - declared()) == []


def test_locks_hold_what_is_declared() -> None:
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for requirement in PROJECT["dependencies"]:
        name = _name(requirement).replace(".", "-")
        assert f"\n{name}==" in f"\n{locked}" or f"\n{name}[" in f"\n{locked}", name


@pytest.mark.slow
def test_the_package_installs_and_runs(tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    # the dependencies are those of these tests: to download them again would show nothing more
    site = next(environment.glob("lib/python*/site-packages"))
    here = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "dependencies.pth").write_text(here + "\n")
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", str(ROOT)]
    subprocess.run(install, check=True, cwd=tmp_path)
    code = "import statecast; print(statecast.__file__); statecast.Network(1, (2,))"
    where = subprocess.run(
        [str(python), "-c", code], check=True, cwd=tmp_path, capture_output=True, text=True
    )
    assert where.stdout.startswith(str(site))
    assert (site / "statecast" / "py.typed").is_file()
    command = environment / "bin" / "statecast"
    shown = subprocess.run(
        [str(command), "--help"], check=True, cwd=tmp_path, capture_output=True, text=True
    )
    assert "study" in shown.stdout
