"""Everything that Statecast uses of DVC beside its public interface, and why.

A study runs the stages in its own process and lets DVC keep the results as ``dvc repro`` would. For
that it needs names that DVC does not promise to keep; they are those of DVC 3.67. If one of them is
gone, an error says which in one line. No other module imports them.
"""

import importlib
import json
import logging
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError, one_line
from statecast.base.keys import Nested, value_at, with_values
from statecast.base.logs import logged_from
from statecast.base.paths import LOCK, PARAMS

KNOWN = "3.67"  # the version of DVC whose names these are
PARTS_KEPT = 2000  # of stages in dvc.lock

try:
    from dvc.dependency.param import ParamsDependency
    from dvc.repo import Repo
    from dvc.repo.experiments.executor.base import BaseExecutor
    from dvc.repo.experiments.refs import EXEC_BASELINE
    from dvc.repo.experiments.utils import EXEC_PID_DIR, EXEC_TMP_DIR
    from dvc.repo.reproduce import plan_repro
    from dvc.stage.cache import RunCacheNotFoundError, _get_stage_hash
    from dvc.stage.serialize import to_lockfile
    from dvc.utils.cli_parse import to_path_overrides
    from dvc.utils.collections import merge_dicts, remove_missing_keys
    from dvc.utils.hydra import get_hydra_sweeps, to_hydra_overrides
    from dvc.utils.serialize import dumps_yaml, parse_yaml, parse_yaml_for_update
    from dvc_data.hashfile.hash_info import HashInfo
    from hydra.errors import HydraException
except ImportError as error:
    must = f"have the modules and names of version {KNOWN}"
    raise StatecastError(f"DVC must {must}, got: {error}") from None

Stage = Any  # a stage of DVC


class KnownOutputs(NamedTuple):
    """What DVC knows of the outputs of a stage."""

    md5: str  # of the stage
    outs: list[tuple[HashInfo, Any]]  # the hash of each, and its size


# What dvc exp run leaves in a project and in Git until it ends; a killed run does not end.
BASELINE_REFERENCE = EXEC_BASELINE
LOCKS = f".dvc/tmp/{EXEC_TMP_DIR}/rwlock"
RUN_IN_WORKSPACE = f".dvc/tmp/{EXEC_TMP_DIR}/{EXEC_PID_DIR}/workspace/workspace.run"

WORKERS = "dvc-exp-worker-*.json"  # where the queue notes the processes of its workers

QUEUE = "dvc.repo.experiments.queue.celery:LocalCeleryQueue"

NAMES = {  # attributes that are not imported above, and what they are for
    "dvc.stage.cache:StageCache._load": "whether the run cache has a run, without restoring it",
    "dvc.stage.cache:StageCache._create_stage": "which outputs a cached run had",
    "dvc.stage.cache:StageCache.save": "keeping a run as dvc repro keeps it",
    "dvc.stage.cache:StageCache.restore": "taking a run back as dvc repro takes it",
    "dvc.stage:PipelineStage.save_deps": "the hashes of what a stage depends on",
    "dvc.stage:PipelineStage.save_outs": "the hashes of what a stage wrote",
    "dvc.stage:PipelineStage.compute_md5": "the hash of a stage",
    "dvc.stage:PipelineStage.commit": "moving outputs into the cache",
    "dvc.output:Output.get_hash": "the hash of a dependency",
    "dvc_data.hashfile.db:HashFileDB.oid_to_path": "where the cache has a file",
    "dvc.output:Output.ignore": "letting Git ignore an output, which is spared",
    "dvc.output:Output.use_scm_ignore": "which outputs Git keeps",
    "dvc.repo.experiments.executor.base:BaseExecutor.hash_exp": "the message of a commit",
    "dvc.repo.experiments:Experiments.celery_queue": "the queue, whose states no command gives",
    "dvc.repo.experiments:Experiments.run": "queueing experiments from Python",
    f"{QUEUE}.worker_status": "which tasks have a worker",
    f"{QUEUE}._iter_active_tasks": "which tasks count as running",
    f"{QUEUE}._mark_inactive_tasks_failure": "ending a task that has no worker",
    f"{QUEUE}.proc": "the process of a task",
    f"{QUEUE}.get_infofile_path": "where the copy is in which a task ran",
    f"{QUEUE}.wdir": "where the processes of the workers are noted",
}


def require_internals() -> None:
    """Check that DVC still has all names that are used.

    Raises:
        StatecastError: a name is gone; the message says what it was for.

    """
    for name, reason in NAMES.items():
        module, _, attributes = name.partition(":")
        owner: Any = importlib.import_module(module)
        for attribute in attributes.split("."):
            owner = getattr(owner, attribute, None)
            if owner is None:
                must = f"have {name} ({reason})"
                raise StatecastError(f"DVC must {must}, got a version without; {KNOWN} has it")


def open_copy(project: Path, cache: Mapping[str, Any]) -> Repo:
    """Return the DVC repository of a copy.

    Args:
        project: the folder of the DVC project in the copy.
        cache: from ``cache_of``.

    """
    own_site = project / ".dvc" / "tmp" / "site"
    config = {**cache, "core": {"site_cache_dir": str(own_site)}}
    return Repo(str(project), config=config)


def cache_of(folder: Path) -> dict[str, Any]:
    """Return DVC settings with which a copy uses the cache of the repository around a folder."""
    with Repo(str(folder)) as repo:
        return {"cache": {"dir": repo.cache.local_cache_dir}}


def ordered_stages(repo: Repo, folder: Path) -> list[Stage]:
    """Return the stages of a folder's dvc.yaml in the order in which ``dvc repro`` runs them."""
    index = repo.index
    own = [stage for stage in index.stages if Path(stage.path).parent == folder.resolve()]
    return [stage for stage in plan_repro(index.graph, own) if stage in own]


def spare_hashing(stages: Sequence[Stage], folder: Path, values: Callable[[], Nested]) -> None:
    """Let dependencies that cannot change while a study runs be hashed once.

    DVC hashes all dependencies again for every stage and every look at a hash, which is most of its
    time here. Code and sources stay what they are, and params are at hand as values.

    Args:
        stages: of the pipeline.
        folder: of its dvc.yaml.
        values: returns the sections of params.yaml as they are now.

    """
    written = {out.fs_path for stage in stages for out in stage.outs}
    for out in (out for stage in stages for out in stage.outs):
        out.ignore = _nothing  # HEAD, of which this is a copy, ignores what it has to
    for dep in (dep for stage in stages for dep in stage.deps):
        if isinstance(dep, ParamsDependency):
            if Path(dep.fs_path) == folder.resolve() / PARAMS:
                dep.get_hash = partial(_params_hash, dep, values)
        elif dep.fs_path not in written:
            dep.save()
            dep.save = _nothing
            dep.get_hash = partial(getattr, dep, "hash_info")


def run_key(stage: Stage) -> str:
    """Return DVC's name for a run of a stage on what lies in the folder now."""
    stage.save_deps()
    return str(_get_stage_hash(stage))


def is_cached(repo: Repo, stage: Stage) -> bool:
    """Return whether DVC's cache has the results of a stage on what lies in the folder now."""
    entry = repo.stage_cache._load(stage)
    if entry is None:
        return False
    cached = repo.stage_cache._create_stage(entry, wdir=stage.wdir)
    return bool(cached.outs_cached())


def restore(repo: Repo, stage: Stage) -> bool:
    """Take the results of a stage from DVC's cache; return whether it has them."""
    if repo.stage_cache._load(stage) is None:
        return False  # restore would first look for every dependency in the cache
    try:
        with logged_from(logging.ERROR, "dvc"):
            repo.stage_cache.restore(stage)
    except RunCacheNotFoundError:
        return False
    return True


def known_outputs(stage: Stage) -> KnownOutputs:
    """Return what DVC knows of the outputs of a stage that was kept."""
    return KnownOutputs(stage.md5, [(out.hash_info, out.meta) for out in stage.outs])


def bring_known(repo: Repo, stage: Stage, known: KnownOutputs) -> bool:
    """Copy the outputs of a stage from DVC's cache; return whether it has them all as files.

    It is what ``restore`` and ``keep`` do, without looking the run up again.
    """
    local = repo.cache.local
    paths = [Path(local.oid_to_path(info.value)) for info, _ in known.outs if not info.isdir]
    if len(paths) < len(known.outs) or not all(path.is_file() for path in paths):
        return False
    for out, (info, meta), path in zip(stage.outs, known.outs, paths, strict=True):
        target = Path(out.fs_path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        out.hash_info = info
        out.meta = meta
    stage.md5 = known.md5
    return True


def forget_outputs(stage: Stage) -> None:
    """Remove the outputs of a stage, so that DVC does not take them for another configuration's."""
    for out in stage.outs:
        out.hash_info = HashInfo()
        out.remove()


def keep(repo: Repo, stage: Stage, *, is_new: bool) -> None:
    """Keep the results of a stage as ``dvc repro`` does.

    Args:
        repo: of the stage.
        stage: whose results are in the folder.
        is_new: whether the run cache lacks this run.

    """
    stage.save_outs()
    stage.md5 = stage.compute_md5()
    if is_new:
        repo.stage_cache.save(stage)
        # the folder is no user's: its files need not be linked to those of the cache
        stage.commit(relink=False)


def cached_file(repo: Repo, lock: str, path: str) -> Path | None:
    """Return where DVC's cache keeps a file that is an output; None if the lock has none such.

    Args:
        repo: whose cache it is.
        lock: the text of a dvc.lock.
        path: of the output, as the lock has it.

    """
    stages = parsed(lock, LOCK)["stages"].values()
    outs = {out["path"]: out.get("md5") for stage in stages for out in stage.get("outs", [])}
    digest = outs.get(path)
    return Path(repo.cache.local.oid_to_path(digest)) if digest else None


def lock_entries(stages: Sequence[Stage]) -> dict[str, Any]:
    """Return what dvc.lock says of stages that were run."""
    entries: dict[str, Any] = {}
    for stage in stages:
        entries.update(to_lockfile(stage))
    return entries


def lock_text(lock: Mapping[str, Any]) -> str:
    """Return the text that DVC writes for dvc.lock.

    What was written before is not written anew: most of a stage stays what it was from one
    configuration to the next.
    """
    stages = lock["stages"]
    head = as_yaml({**lock, "stages": {}}).removesuffix("{}\n").rstrip()
    entries = [_entry_text(name, stages[name]) for name in stages]
    return "\n".join([head, *entries]) + "\n" if entries else as_yaml(lock)


def files_of_git(stages: Sequence[Stage]) -> list[str]:
    """Return the paths of outputs that Git keeps, and not DVC's cache."""
    return [out.fs_path for stage in stages for out in stage.outs if not out.use_scm_ignore]


def experiment_message(stages: Sequence[Stage]) -> str:
    """Return the message of an experiment's commit."""
    return f"dvc: commit experiment {BaseExecutor.hash_exp(stages)}"


def params_text(text: str, overrides: Mapping[str, Any]) -> str:
    """Return the text of params.yaml as ``dvc exp run -S`` rewrites it."""
    params = deepcopy(_with_comments(text))
    changed = with_values(deepcopy(_as_values(text)), overrides)
    merge_dicts(params, changed)
    remove_missing_keys(params, changed)
    return str(dumps_yaml(params))


def parsed(text: str, path: str | Path) -> dict[str, Any]:
    """Return YAML as DVC reads it."""
    return dict(parse_yaml(text, path))


def parsed_with_comments(text: str, path: str | Path) -> Any:
    """Return YAML so that ``as_yaml`` writes it with its comments."""
    return parse_yaml_for_update(text, path)


def as_yaml(content: Any) -> str:
    """Return the text that DVC writes for a file."""
    return str(dumps_yaml(content))


def count_of_sweep(params: Sequence[str], most: int) -> int:
    """Return how many combinations ``key=a,b`` has, without making them.

    Args:
        params: what ``dvc exp run --queue -S`` takes.
        most: values of a key that are counted.

    Raises:
        StatecastError: a value is no override as Hydra words them.

    """
    try:
        parsed = map(to_hydra_overrides, to_path_overrides(params).values())
        overrides = chain.from_iterable(parsed)
        sweeps = [override for override in overrides if override.is_sweep_override()]
        return math.prod(sum(1 for _ in islice(sweep.sweep_iterator(), most)) for sweep in sweeps)
    except HydraException as error:
        said = one_line(error).partition(" See https")[0]
        must = "be SECTION.KEY=VALUE,VALUE, with quotes around what is no plain value"
        raise StatecastError(f"what is swept must {must}, got: {said}") from None


def sweep_overrides(params: Sequence[str]) -> dict[str, list[list[str]]]:
    """Return the overrides of every combination of ``key=a,b`` as DVC's queue makes them.

    Args:
        params: what ``dvc exp run --queue -S`` takes.

    Returns:
        The overrides of each task by their params file.

    """
    paths = to_path_overrides(params)
    sweeps = list(get_hydra_sweeps(paths))
    return {path: [list(sweep[path]) for sweep in sweeps] for path in paths}


def _params_hash(dep: ParamsDependency, values: Callable[[], Nested]) -> HashInfo:
    """Return the values that a stage depends on, which for params are DVC's hash."""
    own = {}
    for key in dep.params:
        try:
            # a copy, because YAML writes an object that it meets again as a reference
            own[key] = deepcopy(value_at(values(), key))
        except KeyError:
            raise StatecastError(f"params.yaml: {key} must be there, got nothing") from None
    return HashInfo("params", own)


@lru_cache(maxsize=1)
def _with_comments(text: str) -> Any:
    """Return params.yaml with its comments; a study asks for the same text again and again."""
    return parse_yaml_for_update(text, PARAMS)


@lru_cache(maxsize=1)
def _as_values(text: str) -> Any:
    return parse_yaml(text, PARAMS)


def _entry_text(name: str, entry: Mapping[str, Any]) -> str:
    """Return the lines of a stage in dvc.lock, put together from those of its smallest parts."""
    lines = [_part_text(name, json.dumps({}), 1)]
    for key, value in entry.items():
        if not isinstance(value, list) or not value:
            lines.append(_part_text(name, json.dumps({key: value}), 2))
            continue
        first, *others = value
        lines.append(_part_text(name, json.dumps({key: [first]}), 2))
        lines += [_part_text(name, json.dumps({key: [other]}), 3) for other in others]
    return "\n".join(lines)


@lru_cache(maxsize=PARTS_KEPT)
def _part_text(name: str, part: str, skipped: int) -> str:
    """Return the lines of a part of a stage, from what JSON says of it.

    Args:
        name: of the stage.
        part: what is in its entry.
        skipped: lines at the start that are left out: stages, name, key.

    """
    content = json.loads(part)
    lines = as_yaml({"stages": {name: content}}).splitlines()
    if not content:
        return lines[1].removesuffix(" {}")
    return "\n".join(lines[skipped:])


def _nothing() -> None:
    return
