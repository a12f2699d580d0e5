"""The stages of a dvc.yaml run in this process, and kept as ``dvc repro`` would keep them.

What is left out is a process a stage, and reading and hashing again what cannot have changed.
"""

import contextlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError
from statecast.base.files import write_text
from statecast.base.keys import value_at
from statecast.base.paths import LOCK, PARAMS
from statecast.pipeline import StageCommand, module_of
from statecast.study import dvc_internals as dvc
from statecast.study.lock_text import lock_text
from statecast.study.outputs import Output, Outputs
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
            StatecastError: DVC lacks a name that is needed, or a stage runs no module.

        """
        dvc.require_internals()
        self.folder = copy / repository.prefix
        self.repo = dvc.open_copy(copy / repository.project, cache)
        self.params_text = (self.folder / PARAMS).read_text(encoding="utf-8")
        self.results: dict[str, tuple[Job, Any]] = {}  # of trainings, by DVC's name for them
        self._lock = self._read_lock()
        self._values: dict[str, Any] = {}
        self._parsed: dict[str, dict[str, Any]] = {}
        self._outputs = Outputs(self.repo)
        self._known: dict[str, dict[str, Output]] = {}  # by DVC's name for a run in its cache
        self._present: dict[str, str] = {}  # stage to DVC's name for the run whose results are here
        self._here: dict[Path, Output] = {}  # what the stages have written here
        with contextlib.chdir(self.folder):
            self.stages = dvc.ordered_stages(self.repo, self.folder)
        for stage in self.stages:
            _command(stage)  # before anything is trained

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
        """Run the stages that the training needs; return what to train, None if DVC has it.

        Raises:
            StatecastError: a stage says what is wrong with the configuration.

        """
        with contextlib.chdir(self.folder):
            if not self._up_to_training:
                return None
            *needed, training = self._up_to_training
            for stage in self._not_needed:
                _command(stage).require_params(self._values)
            self._bring_all(needed)
            key = dvc.run_key(self._entry(training))
            if self._has_results(training, key):
                return None
            return Asked(key, _command(training).load().prepare())

    def keep_training(self) -> None:
        """Keep what is trained, so that it is not lost where a later stage fails."""
        with contextlib.chdir(self.folder):
            self._bring_all(self._up_to_training)

    def prepare(self) -> None:
        """Run the stages before the training that it does not need: they can wait until now.

        Raises:
            StatecastError: a stage says what is wrong with the configuration.

        """
        with contextlib.chdir(self.folder):
            self._bring_all([*self._up_to_training, *self._can_wait])

    def run(self) -> Ran:
        """Run what is left and write dvc.lock.

        Raises:
            StatecastError: a stage says what is wrong with the configuration.

        """
        with contextlib.chdir(self.folder):
            entries = self._bring_all(self.stages)
        self._lock["stages"].update(entries)
        lock = self.folder / LOCK
        write_text(lock_text(self._lock), lock)
        files = [str(path) for stage in self.stages for path in stage.of_git]
        return Ran(dvc.experiment_message(entries), [*files, str(lock)])

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

    @cached_property
    def _up_to_training(self) -> list[dvc.Stage]:
        """Return the stages that the training needs, and that of the training; [] without one."""
        training = next((stage for stage in self.stages if _command(stage).trains), None)
        return [] if training is None else [*needed_by(training, self.stages), training]

    @cached_property
    def _not_needed(self) -> list[dvc.Stage]:
        """Return the stages that the training does not need, before it and after it."""
        return [stage for stage in self.stages if stage not in self._up_to_training]

    @cached_property
    def _can_wait(self) -> list[dvc.Stage]:
        """Return the stages that come before the training, and that it does not need."""
        if not self._up_to_training:
            return []
        before = self.stages[: self.stages.index(self._up_to_training[-1])]
        return [stage for stage in before if stage in self._not_needed]

    def _bring_all(self, stages: Iterable[dvc.Stage]) -> dict[str, dvc.Entry]:
        """Bring the results of stages into the folder; return what dvc.lock says of them."""
        entries: dict[str, dvc.Entry] = {}
        for stage in stages:
            entry = self._entry(stage)
            self._bring(stage, entry, dvc.run_key(entry))
            entries[stage.name] = self._with_outs(stage, entry)
        return entries

    def _entry(self, stage: dvc.Stage) -> dvc.Entry:
        """Return what dvc.lock says of a stage with the params of now, but for its outputs.

        Raises:
            StatecastError: params.yaml lacks a key.

        """
        entry = dict(stage.entry)
        if stage.changing:
            entry["deps"] = [
                self._dependency(dep, stage.changing.get(dep["path"])) for dep in entry["deps"]
            ]
        if stage.params:
            own = {path: self._params(keys) for path, keys in stage.params.items()}
            entry["params"] = {**entry["params"], **own}
        return entry

    def _dependency(self, entry: dvc.Entry, path: Path | None) -> dvc.Entry:
        """Return what dvc.lock says of a dependency.

        Args:
            entry: as it was at the start.
            path: where it is, if it has changed since.

        """
        if path is None:
            return entry
        here = self._here.get(path) or self._outputs.described(path)
        return {"path": entry["path"], **here.entry}

    def _params(self, keys: list[str]) -> dict[str, Any]:
        """Return keys of params.yaml with their values; without keys, all sections."""
        found = {}
        for key in keys or sorted(self._values):
            try:
                found[key] = value_at(self._values, key)
            except KeyError:
                raise StatecastError(f"params.yaml: {key} must be there, got nothing") from None
        return found

    def _with_outs(self, stage: dvc.Stage, entry: dvc.Entry) -> dvc.Entry:
        """Return what dvc.lock says of a stage whose outputs are here."""
        outs = [
            {"path": path, **self._here[file].entry} for path, file in sorted(stage.outs.items())
        ]
        return {**entry, "outs": outs}

    def _has_results(self, stage: dvc.Stage, key: str) -> bool:
        if key in self.results or self._present.get(stage.name) == key:
            return True
        return self._outputs.of_run(key) is not None

    def _bring(self, stage: dvc.Stage, entry: dvc.Entry, key: str) -> None:
        """Bring the results of a stage into the folder, if they are not there yet.

        They were trained just now, or DVC's cache has them, or else the stage runs.
        """
        if self._present.get(stage.name) == key:
            return
        self._forget(stage)
        if key in self.results or not self._is_restored(stage, key):
            module = _command(stage).load()
            if key in self.results:
                module.write(*self.results[key])
            else:
                module.main()
            kept = {path: self._outputs.kept(file) for path, file in stage.outs.items()}
            self._note(stage, kept)
            self._outputs.keep_run(key, self._with_outs(stage, entry))
            self._known[key] = kept
        self._present[stage.name] = key

    def _is_restored(self, stage: dvc.Stage, key: str) -> bool:
        """Bring the results of a stage from DVC's cache; return whether it has them."""
        known = self._known.get(key) or self._outputs.of_run(key)
        if known is None or known.keys() != stage.outs.keys():
            return False
        if not all(self._outputs.bring(known[path], file) for path, file in stage.outs.items()):
            self._forget(stage)
            return False
        self._known[key] = known
        self._note(stage, known)
        return True

    def _note(self, stage: dvc.Stage, outputs: Mapping[str, Output]) -> None:
        for path, file in stage.outs.items():
            self._here[file] = outputs[path]

    def _forget(self, stage: dvc.Stage) -> None:
        """Remove the outputs of a stage, so that they are not taken for another configuration's."""
        self._present.pop(stage.name, None)
        for path in stage.outs.values():
            self._here.pop(path, None)
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def needed_by(stage: dvc.Stage, stages: Sequence[dvc.Stage]) -> list[dvc.Stage]:
    """Return the stages whose outputs a stage reads, and those that these need.

    Args:
        stage: one of the stages.
        stages: in the order in which they run, which is also that of what is returned.

    """
    read = set(stage.changing.values())
    needed = []
    for earlier in reversed(stages[: stages.index(stage)]):
        if any(dvc.overlap(path, out) for path in read for out in earlier.outs.values()):
            read.update(earlier.changing.values())
            needed.append(earlier)
    return needed[::-1]


def _command(stage: dvc.Stage) -> StageCommand:
    return StageCommand(module_of(stage.cmd), ())
