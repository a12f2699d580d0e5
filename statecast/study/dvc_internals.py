"""Everything that Statecast uses of DVC beside its public interface, and why.

A study runs the stages in its own process and lets DVC keep the results as ``dvc repro`` would. For
that it needs names that DVC does not promise to keep; they are those of DVC 3.67. If one of them is
gone, an error says which in one line. No other module imports them.
"""

import importlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from statecast.base.errors import StatecastError, one_line, require
from statecast.base.keys import with_values
from statecast.base.paths import LOCK, PARAMS

KNOWN = "3.67"  # the version of DVC whose names these are

try:
    from dvc.dependency.param import ParamsDependency
    from dvc.repo import Repo
    from dvc.repo.experiments.refs import EXEC_BASELINE
    from dvc.repo.experiments.utils import EXEC_PID_DIR, EXEC_TMP_DIR
    from dvc.repo.reproduce import plan_repro
    from dvc.stage.cache import _get_cache_hash
    from dvc.stage.serialize import to_single_stage_lockfile
    from dvc.utils import dict_sha256
    from dvc.utils.cli_parse import to_path_overrides
    from dvc.utils.collections import merge_dicts, remove_missing_keys
    from dvc.utils.hydra import get_hydra_sweeps, to_hydra_overrides
    from dvc.utils.serialize import dumps_yaml, parse_yaml, parse_yaml_for_update
    from dvc_data.hashfile.hash_info import HashInfo
    from dvc_objects.errors import ObjectFormatError
    from hydra.errors import HydraException
except ImportError as error:
    must = f"have the modules and names of version {KNOWN}"
    raise StatecastError(f"DVC must {must}, got: {error}") from None

Entry = dict[str, Any]  # what dvc.lock says of a stage, or of a file


class Stage(NamedTuple):
    """A stage of a dvc.yaml, and how dvc.lock words it."""

    name: str
    cmd: str
    entry: Entry  # of dvc.lock; without hashes and params that change while a study runs
    params: dict[str, list[str]]  # of which file it depends on which keys; none are all
    changing: dict[str, Path]  # dependencies that other stages write: path in the entry to file
    outs: dict[str, Path]  # the same of what it writes
    of_git: list[Path]  # outputs that Git keeps, and not DVC's cache


# What dvc exp run leaves in a project and in Git until it ends; a killed run does not end.
BASELINE_REFERENCE = EXEC_BASELINE
LOCKS = f".dvc/tmp/{EXEC_TMP_DIR}/rwlock"
RUN_IN_WORKSPACE = f".dvc/tmp/{EXEC_TMP_DIR}/{EXEC_PID_DIR}/workspace/workspace.run"

WORKERS = "dvc-exp-worker-*.json"  # where the queue notes the processes of its workers

QUEUE = "dvc.repo.experiments.queue.celery:LocalCeleryQueue"

NAMES = {  # attributes that are not imported above, and what they are for
    "dvc.stage.cache:StageCache._get_cache_dir": "where the run cache has the runs of a stage",
    "dvc.stage.cache:StageCache._get_cache_path": "where the run cache has a run",
    "dvc.stage.cache:StageCache._load_cache": "reading a run of the run cache",
    "dvc_objects.db:ObjectDB.oid_to_path": "where the cache has a file",
    "dvc_data.hashfile.db:HashFileDB.check": "whether the cache has a whole file",
    "dvc_objects.db:ObjectDB.makedirs": "making a folder of the cache",
    "dvc_data.hashfile.db:HashFileDB.protect": "making a file of the cache read-only",
    "dvc_data.hashfile.db:HashFileDB.unprotect": "letting others read a run of the run cache",
    "dvc.ignore:DvcIgnoreFilter.walk": "which files of an output count",
    "dvc.output:Output.use_scm_ignore": "which outputs Git keeps",
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
    """Return the stages of a folder's dvc.yaml in the order in which ``dvc repro`` runs them.

    Code and sources stay what they are while a study runs, and are hashed here, once.

    Raises:
        StatecastError: the results of a stage are none that DVC keeps in its run cache.

    """
    index = repo.index
    own = [stage for stage in index.stages if Path(stage.path).parent == folder.resolve()]
    ordered = [stage for stage in plan_repro(index.graph, own) if stage in own]
    for stage in ordered:
        _require_kept(stage)
    written = [Path(out.fs_path) for stage in ordered for out in stage.outs]
    hashed: dict[str, Any] = {}
    return [_stage(stage, folder, written, hashed) for stage in ordered]


def _require_kept(stage: Any) -> None:
    """Check that DVC keeps the results of a stage in its run cache.

    Raises:
        StatecastError: it does not.

    """
    is_run_again = stage.is_callback or stage.always_changed
    has_all = all([stage.cmd, stage.deps, stage.outs])
    are_here = all(out.is_in_repo and not out.persist for out in stage.outs)
    must = "have a command, dependencies, and outputs in the repository that do not persist"
    fits = has_all and are_here and not is_run_again
    require(fits, f"dvc.yaml: stage {stage.name}", must, "a stage that DVC runs every time")


def _stage(stage: Any, folder: Path, written: Sequence[Path], hashed: dict[str, Any]) -> Stage:
    """Return a stage with the hashes of all that cannot change.

    Args:
        stage: of DVC.
        folder: of its dvc.yaml.
        written: what all stages write.
        hashed: dependencies by path that are hashed already; more are added.

    """
    unknown = HashInfo("md5", "")
    params: dict[str, list[str]] = {}
    changing: dict[str, Path] = {}
    for dep in stage.deps:
        path = Path(dep.fs_path)
        if isinstance(dep, ParamsDependency) and path == folder.resolve() / PARAMS:
            params[dep.def_path] = sorted(dep.params)
            dep.hash_info = HashInfo("params", dict.fromkeys(dep.params))
        elif any(overlap(path, out) for out in written):
            changing[dep.def_path] = path
            dep.hash_info = unknown
        else:
            _hash_once(dep, hashed)
    for out in stage.outs:
        out.hash_info = unknown
    return Stage(
        name=stage.name,
        cmd=stage.cmd,
        entry=to_single_stage_lockfile(stage),
        params=params,
        changing=changing,
        outs={out.def_path: Path(out.fs_path) for out in stage.outs},
        of_git=[Path(out.fs_path) for out in stage.outs if not out.use_scm_ignore],
    )


def overlap(one: Path, other: Path) -> bool:
    """Return whether two paths are the same, or one is in the folder of the other."""
    return one.is_relative_to(other) or other.is_relative_to(one)


def _hash_once(dep: Any, hashed: dict[str, Any]) -> None:
    """Hash a dependency, unless another stage's was hashed already."""
    if isinstance(dep, ParamsDependency):
        dep.save()
        return
    known = hashed.setdefault(dep.fs_path, dep)
    if known is dep:
        dep.save()
    dep.hash_name = known.hash_name
    dep.hash_info = known.hash_info
    dep.meta = known.meta


def run_key(entry: Entry) -> str:
    """Return DVC's name for a run of a stage, whatever its outputs become.

    Args:
        entry: of dvc.lock.

    """
    return str(_get_cache_hash({**entry}, key=True))


def path_in_cache(repo: Repo, md5: str) -> Path:
    """Return where DVC's cache has a file, or the list of the files of a folder."""
    return Path(repo.cache.local.oid_to_path(md5))


def is_in_cache(repo: Repo, md5: str) -> bool:
    """Return whether DVC's cache has a file, and has it whole; a damaged one is removed."""
    try:
        repo.cache.local.check(md5)
    except (FileNotFoundError, ObjectFormatError):
        return False
    return True


def protect(repo: Repo, path: Path) -> None:
    """Make a file read-only, as those of DVC's cache are."""
    repo.cache.local.protect(str(path))


def let_others_read(repo: Repo, path: Path) -> None:
    """Give a file of DVC's cache the rights that its settings say: others may share it."""
    repo.cache.local.unprotect(str(path))


def make_folder_of_cache(repo: Repo, folder: Path) -> None:
    """Make a folder of DVC's cache, with the rights that its settings say."""
    repo.cache.local.makedirs(str(folder))


def cached_run(repo: Repo, key: str) -> Entry | None:
    """Return what the newest run of a name in DVC's run cache left; None if there is none.

    Args:
        repo: whose cache it is.
        key: from ``run_key``.

    """
    folder = Path(repo.stage_cache._get_cache_dir(key))
    try:
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    except (OSError, ValueError):
        return None
    entry = repo.stage_cache._load_cache(key, newest.name)
    return dict(entry) if entry else None


def path_of_run(repo: Repo, key: str, entry: Entry) -> Path:
    """Return where DVC's run cache has a run.

    Args:
        repo: whose cache it is.
        key: from ``run_key``.
        entry: of dvc.lock.

    """
    return Path(repo.stage_cache._get_cache_path(key, _get_cache_hash(entry)))


def files_below(repo: Repo, folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that DVC does not ignore."""
    for root, _, names in repo.dvcignore.walk(repo.fs, str(folder)):
        for name in names:
            yield Path(root, name)


def cached_file(repo: Repo, lock: str, path: str) -> Path | None:
    """Return where DVC's cache keeps a file that is an output; None if the lock has none such.

    Args:
        repo: whose cache it is.
        lock: the text of a dvc.lock.
        path: of the output, or of a file in a folder that is an output.

    """
    stages = parsed(lock, LOCK)["stages"].values()
    outs = {out["path"]: out.get("md5") for stage in stages for out in stage.get("outs", [])}
    folder, _, name = path.rpartition("/")
    digest = outs.get(path) or _in_folder(repo, outs.get(folder), name)
    return Path(repo.cache.local.oid_to_path(digest)) if digest else None


def _in_folder(repo: Repo, folder: str | None, name: str) -> str | None:
    """Return the hash of a file in a folder of the cache; None if the folder has none such."""
    listing = Path(repo.cache.local.oid_to_path(folder)) if folder else None
    if listing is None or not listing.is_file():
        return None
    files = {own["relpath"]: str(own["md5"]) for own in json.loads(listing.read_text())}
    return files.get(name)


def experiment_message(entries: Mapping[str, Entry]) -> str:
    """Return the message of an experiment's commit.

    Args:
        entries: of dvc.lock, by stage.

    """
    return f"dvc: commit experiment {dict_sha256(entries)}"


def params_text(text: str, overrides: Mapping[str, Any]) -> str:
    """Return the text of params.yaml as ``dvc exp run -S`` rewrites it."""
    params = _with_comments(text).copy()  # the sections are those that are kept
    sections = {key.partition(".")[0] for key in overrides}
    known = sections.intersection(params)
    params.update({section: deepcopy(params[section]) for section in known})
    values = _as_values(text)
    changed = with_values({section: values[section] for section in known}, overrides)
    merge_dicts(params, changed)
    return str(dumps_yaml(remove_missing_keys(params, {**values, **changed})))


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


def values_of_overrides(overrides: Sequence[str]) -> dict[str, Any]:
    """Return the values that the overrides of a task give to dotted keys."""
    parsed = to_hydra_overrides(list(overrides))
    return {override.key_or_group: override.value() for override in parsed}


@lru_cache(maxsize=1)
def _with_comments(text: str) -> Any:
    """Return params.yaml with its comments, as DVC rewrites it where no value changes.

    A study asks for the same text again and again.
    """
    params = parse_yaml_for_update(text, PARAMS)
    values = _as_values(text)
    merge_dicts(params, values)
    return remove_missing_keys(params, values)


@lru_cache(maxsize=1)
def _as_values(text: str) -> Any:
    return parse_yaml(text, PARAMS)
