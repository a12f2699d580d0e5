"""The stages that a dvc.yaml names, run in this process."""

import contextlib
import importlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import yaml

from statecast.base.errors import StatecastError, require, shown
from statecast.base.files import write_text
from statecast.base.keys import Nested, has, value_at
from statecast.base.paths import PARAMS, PIPELINE, SOURCES
from statecast.base.section import Section, read_params, section_of, validated
from statecast.base.stage import SECTIONS
from statecast.base.writing import written_apart


class StageCommand(NamedTuple):
    """A stage of a dvc.yaml."""

    module: str  # what its command runs
    keys: tuple[str, ...]  # what it depends on in params.yaml

    def load(self) -> ModuleType:
        """Import the module; one in the working directory comes first.

        Raises:
            StatecastError: there is no such module.

        """
        try:
            with _import_from(Path.cwd()):
                return importlib.import_module(self.module)
        except ModuleNotFoundError as error:
            if not self.module.startswith(str(error.name)):
                raise  # the module is there, but it imports another that is not
            must = f"be modules that can be imported, got: {error}"
            raise StatecastError(f"dvc.yaml: stages must {must}") from None

    def sections(self) -> tuple[type[Section], ...]:
        """Return the sections of params.yaml that the stage reads."""
        return tuple(vars(self.load().main).get(SECTIONS, ()))

    def require_params(self, params: Nested) -> None:
        """Check the sections of params.yaml that the stage reads, without running it.

        Args:
            params: all sections.

        Raises:
            StatecastError: a key is missing or wrong.

        """
        for section in self.sections():
            validated(section, section_of(section, params, str(PARAMS)), str(PARAMS))

    @property
    def trains(self) -> bool:
        """Return whether the stage trains; such a stage can prepare a job and write its result."""
        return hasattr(self.load(), "prepare")


def read_pipeline(path: Path = PIPELINE) -> list[StageCommand]:
    """Return the stages of a dvc.yaml in their order.

    Raises:
        StatecastError: the file cannot be read, or a stage runs something other than a module.

    """
    stages = read_params(path).get("stages")
    is_section = isinstance(stages, dict) and all(isinstance(own, dict) for own in stages.values())
    must = "be a section with a section for each stage"
    require(is_section, f"{path}: stages", must, shown(stages))
    return [
        StageCommand(module_of(stage.get("cmd")), tuple(stage.get("params", [])))
        for stage in dict(stages or {}).values()
    ]


def module_of(cmd: object) -> str:
    """Return the module that ``python -m MODULE`` runs.

    Raises:
        StatecastError: the command is another one.

    """
    words = cmd.split() if isinstance(cmd, str) else []
    if len(words) < 2 or words[-2] != "-m":
        must = "be python -m MODULE"
        raise StatecastError(f"dvc.yaml: cmd of a stage must {must}, got {shown(cmd)}")
    return words[-1]


def run_stages(
    stages: Sequence[StageCommand],
    folder: Path,
    params: Nested,
    before: Nested | None = None,
) -> None:
    """Run stages in a folder, from the first one whose params differ from those of the run before.

    Args:
        stages: from ``read_pipeline``.
        folder: where they run; its params.yaml is written.
        params: all sections.
        before: the sections of the run before; None: all stages run.

    Raises:
        StatecastError: a stage says what is wrong.

    """
    first = 0 if before is None else _first_changed(stages, params, before)
    modules = [stage.load() for stage in stages[first:]]
    with written_apart():
        write_text(yaml.safe_dump(dict(params), sort_keys=False), folder / PARAMS)
        with contextlib.chdir(folder):
            for module in modules:
                module.main()


@contextlib.contextmanager
def folder_with_sources() -> Iterator[Path]:
    """Yield a temporary folder with a copy of the sources, for a pipeline to run in."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if SOURCES.is_dir():
            shutil.copytree(SOURCES, folder / SOURCES)
        yield folder


def before_training(stages: Sequence[StageCommand]) -> list[StageCommand]:
    """Return the stages before the one that trains.

    Raises:
        StatecastError: no stage trains.

    """
    for index, stage in enumerate(stages):
        if stage.trains:
            return list(stages[:index])
    raise StatecastError("dvc.yaml must have a stage that trains, got none")


def training_stage(stages: Sequence[StageCommand]) -> ModuleType:
    """Return the module of the stage that trains.

    Raises:
        StatecastError: no stage trains.

    """
    return stages[len(before_training(stages))].load()


def require_stages(stages: Sequence[StageCommand], modules: Sequence[str]) -> None:
    """Check that a pipeline has some stages.

    Raises:
        StatecastError: one is missing.

    """
    known = [stage.module for stage in stages]
    missing = [module for module in modules if module not in known]
    must = f"have the stages {', '.join(modules)}"
    require(not missing, "dvc.yaml", must, ", ".join(known))


def _first_changed(
    stages: Sequence[StageCommand], params: Nested, before: Mapping[str, Any]
) -> int:
    """Return the index of the first stage that depends on a changed key.

    If no stage does, it is the index after the last one.
    """
    for index, stage in enumerate(stages):
        changed = [key for key in stage.keys if _value(params, key) != _value(before, key)]
        if changed:
            return index
    return len(stages)


def _value(params: Nested, key: str) -> Any:
    return value_at(params, key) if has(params, key) else None


@contextlib.contextmanager
def _import_from(folder: Path) -> Iterator[None]:
    """Let modules of a folder be imported: an installed command does not look there by itself."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
