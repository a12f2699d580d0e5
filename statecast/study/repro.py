"""The stages of a dvc.yaml run in this process, and kept by DVC as ``dvc repro`` would keep them.

DVC itself hashes, caches and words the lock file here; what is left out is a process a stage, and collecting all
pipelines of the repository for every configuration. The names below ``dvc`` are those of DVC 3.67.
"""

import contextlib
import importlib
import logging
from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

from dvc.dependency.param import ParamsDependency
from dvc.repo import Repo
from dvc.repo.experiments.executor.base import BaseExecutor
from dvc.repo.reproduce import plan_repro
from dvc.stage.cache import RunCacheNotFoundError, _get_stage_hash
from dvc.stage.serialize import to_lockfile
from dvc.utils.collections import merge_dicts, remove_missing_keys
from dvc.utils.serialize import dumps_yaml, parse_yaml, parse_yaml_for_update
from dvc_data.hashfile.hash_info import HashInfo

from statecast.base.errors import require
from statecast.base.files import write_text
from statecast.study.repository import Repository, git

PARAMS = "params.yaml"


class Asked(NamedTuple):
    """A training that a configuration needs: what to train, and DVC's name for this training."""

    key: str
    request: Any


def user_cache(folder: Path) -> dict[str, Any]:
    """Return DVC settings with which a copy uses the cache of the repository around ``folder``."""
    with Repo(str(folder)) as repo:
        return {"cache": {"dir": repo.cache.local_cache_dir}}


class Pipeline:
    """A copy's pipeline, and which results its folder holds now."""

    def __init__(self, copy: Path, repository: Repository, cache: dict[str, Any]) -> None:
        self.folder = copy / repository.prefix
        self.head = repository.head
        config = cache | {"core": {"site_cache_dir": str(copy / ".dvc" / "tmp" / "site")}}
        self.repo = Repo(str(copy), config=config)
        self.params_text = (self.folder / PARAMS).read_text(encoding="utf-8")
        self.plain_params = parse_yaml(self.params_text, PARAMS)
        self.lock: dict[str, Any] = {"schema": "2.0", "stages": {}}
        if (self.folder / "dvc.lock").is_file():
            self.lock = parse_yaml_for_update((self.folder / "dvc.lock").read_text(encoding="utf-8"), "dvc.lock")
        self.values: dict[str, Any] = {}
        self.parsed: dict[str, dict[str, Any]] = {}
        self.present: dict[str, str] = {}
        self.results: dict[str, Any] = {}  # of trainings, by key
        with contextlib.chdir(self.folder):
            index = self.repo.index
            own = [stage for stage in index.stages if Path(stage.path).parent == self.folder.resolve()]
            self.stages = [stage for stage in plan_repro(index.graph, own) if stage in own]
            for dep in (dep for stage in self.stages for dep in stage.deps):
                self._spare(dep)

    def _spare(self, dep: Any) -> None:
        """Spare DVC work that it does for every stage and every look at a hash: most of its time here."""
        if isinstance(dep, ParamsDependency):
            if Path(dep.fs_path) == self.folder.resolve() / PARAMS:
                dep.get_hash = partial(_params_hash, self, dep)
        elif not any(dep.fs_path == out.fs_path for stage in self.stages for out in stage.outs):
            dep.save()  # code and sources stay what they are while a study runs
            dep.save, dep.get_hash = _nothing, partial(getattr, dep, "hash_info")

    def params_with(self, overrides: dict[str, Any]) -> str:
        """Return the text of params.yaml as ``dvc exp run -S`` writes it."""
        params = parse_yaml_for_update(self.params_text, PARAMS)
        plain = deepcopy(self.plain_params)
        for key, value in overrides.items():
            *sections, last = key.split(".")
            place = plain
            for section in sections:
                place = place[section]
            place[last] = value
        merge_dicts(params, plain)
        remove_missing_keys(params, plain)
        return dumps_yaml(params)

    def set_params(self, text: str) -> None:
        """Write params.yaml."""
        write_text(text, self.folder / PARAMS)
        if text not in self.parsed:
            self.parsed[text] = parse_yaml(text, PARAMS)
        self.values = self.parsed[text]

    def asks(self) -> Asked | None:
        """Run the stages before the training, and return what to train unless DVC's cache has it."""
        with contextlib.chdir(self.folder), self.repo.lock:
            for stage in self.stages:
                key = self._key(stage)
                module, paths = command(stage.cmd)
                if not hasattr(module, "prepare"):
                    self._bring(stage, key)
                elif not self._is_cached(stage, key):
                    return Asked(key, module.prepare(*paths[: len(signature(module.prepare).parameters)]))
                else:
                    return None
        return None

    def run(self) -> tuple[str, list[str]]:
        """Run what is left, write dvc.lock, and return the experiment's message and files that Git may not know."""
        with contextlib.chdir(self.folder), self.repo.lock:
            for stage in self.stages:
                self._bring(stage, self._key(stage))
        for stage in self.stages:
            self.lock["stages"].update(to_lockfile(stage))
        write_text(dumps_yaml(self.lock), self.folder / "dvc.lock")
        kept_by_git = [out.fs_path for stage in self.stages for out in stage.outs if not out.use_scm_ignore]
        message = f"dvc: commit experiment {BaseExecutor.hash_exp(self.stages)}"
        return message, [*kept_by_git, str(self.folder / "dvc.lock")]

    def _key(self, stage: Any) -> str:
        """Return DVC's name for a run of the stage on what lies in the folder now."""
        stage.save_deps()
        return str(_get_stage_hash(stage))

    def _is_cached(self, stage: Any, key: str) -> bool:
        if key in self.results or self.present.get(stage.name) == key:
            return True
        entry = self.repo.stage_cache._load(stage)
        return entry is not None and self.repo.stage_cache._create_stage(entry, wdir=stage.wdir).outs_cached()

    def _bring(self, stage: Any, key: str) -> None:
        """See to it that the stage's results are in the folder: they are, DVC's cache has them, or the stage runs."""
        if self.present.get(stage.name) == key:
            return
        self.present.pop(stage.name, None)
        for out in stage.outs:
            out.hash_info = HashInfo()  # of another configuration: DVC must not take it for this one's
            out.remove()
        module, paths = command(stage.cmd)
        restored = key not in self.results and self._is_restored(stage)
        if key in self.results:
            module.write(*self.results[key], *paths[len(signature(module.prepare).parameters) :])
        elif restored:
            self._as_in_head(stage)
        else:
            module.main(*paths)
        stage.save_outs()
        stage.md5 = stage.compute_md5()
        if not restored:
            self.repo.stage_cache.save(stage)
        stage.commit()
        self.present[stage.name] = key

    def _is_restored(self, stage: Any) -> bool:
        """Take the stage's results from DVC's cache, if it has them."""
        if self.repo.stage_cache._load(stage) is None:
            return False  # at once: restore would first look for every dependency in the cache
        try:
            with _quiet():
                self.repo.stage_cache.restore(stage)
        except RunCacheNotFoundError:
            return False
        return True

    def _as_in_head(self, stage: Any) -> None:
        """Put back files that a stage writes beside its outputs, as they are when DVC takes a run from its cache."""
        declared = {Path(item.fs_path) for item in (*stage.deps, *stage.outs)}
        for path in command(stage.cmd)[1]:
            if path.resolve() not in declared:
                known = git("ls-tree", "--name-only", self.head, "--", str(path), folder=self.folder)
                if known:
                    git("checkout", self.head, "--", str(path), folder=self.folder)
                else:
                    path.unlink(missing_ok=True)


def command(cmd: str) -> tuple[Any, list[Path]]:
    """Return the module that a stage runs and its paths."""
    _, found, rest = cmd.partition(" -m ")
    require(bool(found), "dvc.yaml: cmd of a stage in a study", "be python -m MODULE PATHS", cmd)
    module, *paths = rest.split()
    return importlib.import_module(module), [Path(path) for path in paths]


def _nothing() -> None:
    return


def _params_hash(pipeline: Pipeline, dep: ParamsDependency) -> HashInfo:
    # copies: YAML would write the second place of an object as a reference to the first
    values = {key: deepcopy(_at(pipeline.values, key)) for key in dep.params}
    return HashInfo("params", values)  # type: ignore[arg-type]


def _at(values: dict[str, Any], key: str) -> Any:
    place: Any = values
    for part in key.split("."):
        require(isinstance(place, dict) and part in place, f"params.yaml: {key}", "be there", "nothing")
        place = place[part]
    return place


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    log = logging.getLogger("dvc")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
