"""The stages of a dvc.yaml run in this process, and kept by DVC as ``dvc repro`` would keep them.

DVC itself hashes, caches and words the lock file. What is left out is a process a stage, and
collecting all pipelines of the repository for every configuration.
"""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError
from statecast.base.files import write_text
from statecast.base.paths import LOCK, PARAMS
from statecast.pipeline import StageCommand, module_of
from statecast.study import dvc_internals as dvc
from statecast.study.repository import Repository
from statecast.training.job import Job


class Asked(NamedTuple):
    """A training that a configuration needs: what to train, and DVC's name for this training."""

    key: str
    job: Job


class Ran(NamedTuple):
    """What the experiment of a configuration consists of."""

    message: str  # of the commit
    files: list[str]  # that Git may not know yet


class Repro:
    """The pipeline of a copy, and which results its folder holds now."""

    def __init__(self, copy: Path, repository: Repository, cache: Mapping[str, Any]) -> None:
        """Read the pipeline of a copy.

        Args:
            copy: the folder of the copy.
            repository: what it is a copy of.
            cache: from ``dvc_internals.cache_of``.

        Raises:
            StatecastError: DVC lacks a name that is needed.

        """
        dvc.require_internals()
        self.folder = copy / repository.prefix
        self.repo = dvc.open_copy(copy / repository.project, cache)
        self.params_text = (self.folder / PARAMS).read_text(encoding="utf-8")
        self.results: dict[str, tuple[Job, Any]] = {}  # of trainings, by DVC's name for them
        self._lock = self._read_lock()
        self._values: dict[str, Any] = {}
        self._parsed: dict[str, dict[str, Any]] = {}
        self._known: dict[str, dvc.KnownOutputs] = {}  # by DVC's name for a run in its cache
        self._present: dict[str, str] = {}  # stage to DVC's name for the run whose results are here
        with contextlib.chdir(self.folder):
            self.stages = dvc.ordered_stages(self.repo, self.folder)
            dvc.spare_hashing(self.stages, self.folder, lambda: self._values)

    def params_with(self, overrides: Mapping[str, Any]) -> str:
        """Return the text of params.yaml as ``dvc exp run -S`` writes it."""
        return dvc.params_text(self.params_text, overrides)

    def set_params(self, text: str) -> None:
        """Write params.yaml."""
        write_text(text, self.folder / PARAMS)
        if text not in self._parsed:
            self._parsed[text] = dvc.parsed(text, PARAMS)
        self._values = self._parsed[text]

    def asks(self) -> Asked | None:
        """Run the stages before the training; return what to train, None if DVC's cache has it.

        Raises:
            StatecastError: a stage says what is wrong with the configuration.

        """
        with contextlib.chdir(self.folder), self.repo.lock:
            for stage in self.stages:
                key = dvc.run_key(stage)
                command = _command(stage)
                if not command.trains:
                    self._bring(stage, key)
                    continue
                if self._has_results(stage, key):
                    return None
                return Asked(key, command.load().prepare())
        return None

    def run(self) -> Ran:
        """Run what is left and write dvc.lock.

        Raises:
            StatecastError: a stage says what is wrong with the configuration.

        """
        with contextlib.chdir(self.folder), self.repo.lock:
            for stage in self.stages:
                self._bring(stage, dvc.run_key(stage))
        self._lock["stages"].update(dvc.lock_entries(self.stages))
        lock = self.folder / LOCK
        write_text(dvc.lock_text(self._lock), lock)
        files = [*dvc.files_of_git(self.stages), str(lock)]
        return Ran(dvc.experiment_message(self.stages), files)

    def read_cached(self, path: Path, lock: str, name: str) -> bytes:
        """Return an output of an experiment that DVC keeps in its cache.

        Args:
            path: of the output, below the pipeline's folder.
            lock: the text of the experiment's dvc.lock.
            name: of the experiment.

        Raises:
            StatecastError: the cache does not have it.

        """
        cached = dvc.cached_file(self.repo, lock, path.as_posix())
        if cached is None or not cached.is_file():
            raise StatecastError(f"{path} of {name} must be in DVC's cache, got no such file")
        return cached.read_bytes()

    def _read_lock(self) -> Any:
        path = self.folder / LOCK
        if not path.is_file():
            return {"schema": "2.0", "stages": {}}
        return dvc.parsed_with_comments(path.read_text(encoding="utf-8"), LOCK)

    def _has_results(self, stage: dvc.Stage, key: str) -> bool:
        if key in self.results or self._present.get(stage.name) == key:
            return True
        return dvc.is_cached(self.repo, stage)

    def _bring(self, stage: dvc.Stage, key: str) -> None:
        """Bring the results of a stage into the folder, if they are not there yet.

        They were trained just now, or DVC's cache has them, or else the stage runs.
        """
        if self._present.get(stage.name) == key:
            return
        self._present.pop(stage.name, None)
        dvc.forget_outputs(stage)
        module = _command(stage).load()
        is_restored = False
        known = self._known.get(key)
        if known is not None and dvc.bring_known(self.repo, stage, known):
            self._present[stage.name] = key
            return
        if key in self.results:
            module.write(*self.results[key])
        else:
            is_restored = dvc.restore(self.repo, stage)
            if not is_restored:
                module.main()
        dvc.keep(self.repo, stage, is_new=not is_restored)
        self._known[key] = dvc.known_outputs(stage)
        self._present[stage.name] = key


def _command(stage: dvc.Stage) -> StageCommand:
    return StageCommand(module_of(stage.cmd), ())
