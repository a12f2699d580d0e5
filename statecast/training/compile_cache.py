"""Keep compiled programs in the project, so that the next process need not compile them again.

TensorFlow reads and writes the files of XLA:CPU. It trains with what it finds there, and stops at a
file that is damaged. So each process has a folder of its own, with links to the files whose digest
is that of their name; what it compiled joins the others when it ends. Weights are the same to the
last bit, with the cache and without it.

``.dvc/tmp/compiled`` holds a folder for each kind of machine, version of TensorFlow and set of
flags, because none of them is in TensorFlow's own key. ``STATECAST_COMPILE_CACHE=off`` switches the
cache off; where there is no ``.dvc``, there is none.
"""

import hashlib
import logging
import os
import platform
import shutil
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing.util import Finalize
from pathlib import Path

import psutil

SWITCH = "STATECAST_COMPILE_CACHE"
FLAGS = "TF_XLA_FLAGS"
FLAG = "--tf_xla_persistent_cache_directory"
DVC = ".dvc"
FOLDER = Path(DVC, "tmp", "compiled")
HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:8]  # a disk may be shared
OWN = f"process-{HOST}-"  # how the name of a process's folder begins; its number follows
MOST_BYTES = 100_000_000  # of all files; a program has 0.6 million, those stored first go first
LEAST_FREE = 200_000_000  # bytes of the disk: TensorFlow stops where it cannot write
DIGITS = 16  # of a digest in a name
PROCESSOR = ("model name", "flags", "Features", "CPU part")  # lines of /proc/cpuinfo

log = logging.getLogger(__name__)


def use_compile_cache(version: str) -> Path | None:
    """Let TensorFlow read and write compiled programs; call it before it has devices.

    Args:
        version: of TensorFlow.

    Returns:
        The folder of this process, which goes with it; None if the cache is off.

    """
    flags = os.environ.get(FLAGS, "")
    project = _project_of(Path.cwd())
    is_off = os.environ.get(SWITCH, "") == "off" or FLAG in flags
    if is_off or not (project / DVC).is_dir():
        return None
    store = project / FOLDER / _kind(version, os.environ.get("XLA_FLAGS", ""), flags)
    try:
        own = open_cache(store)
    except OSError as error:  # the disk is full or read-only: training goes on without
        log.debug("no compile cache: %s", error)
        return None
    os.environ[FLAGS] = f'{flags} {FLAG}="{own}"'.strip()  # a path may have spaces
    Finalize(None, _end, (own, store, os.getpid()), exitpriority=1)  # runs in worker processes too
    return own


def open_cache(store: Path) -> Path:
    """Return a new folder for this process, with what is whole in the store.

    Raises:
        OSError: the disk is full, or cannot be written.

    """
    own = store / f"{OWN}{os.getpid()}"
    shutil.rmtree(own, ignore_errors=True)  # of another process that had the number before
    own.mkdir(parents=True)
    if shutil.disk_usage(own).free < LEAST_FREE:
        raise OSError("too little space on the disk")
    _sweep(store)
    for path in _files_in(store):
        name, _, digest = path.name.rpartition(".")
        if digest != _digest(path):
            path.unlink(missing_ok=True)
        elif not (own / name).exists():  # two processes may have stored the same program
            os.link(path, own / name)
    return own


def close_cache(own: Path, store: Path) -> None:
    """Store what a process compiled, and remove its folder."""
    known = {path.name.rpartition(".")[0] for path in _files_in(store)}
    for path in own.glob("*.pb"):
        if path.name not in known:
            path.rename(store / f"{path.name}.{_digest(path)}")
    shutil.rmtree(own)
    _keep_below(MOST_BYTES, _files_in(*store.parent.iterdir()))


def _end(own: Path, store: Path, process: int) -> None:
    """Close the cache of a process that ends; a fork of it leaves its folder alone."""
    if os.getpid() == process:
        with suppress(OSError):  # the next process compiles again
            close_cache(own, store)


def _project_of(folder: Path) -> Path:
    """Return the project of a folder; that of an experiment in .dvc/tmp is the one around it."""
    parts = folder.parts
    return Path(*parts[: parts.index(DVC)]) if DVC in parts else folder


def _kind(version: str, *flags: str) -> str:
    """Return a name for programs that this machine can run, compiled in the same way."""
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        flags = (*flags, *sorted({line for line in lines if line.startswith(PROCESSOR)}))
    said = "\n".join([version, platform.platform(), platform.processor(), *flags])
    return hashlib.sha256(said.encode()).hexdigest()[:DIGITS]


def _files_in(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.glob("*.pb.*"))]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]


def _sweep(store: Path) -> None:
    """Remove the folders of processes that were killed."""
    for folder in store.glob(f"{OWN}*"):
        number = folder.name.removeprefix(OWN)
        if number.isdecimal() and not psutil.pid_exists(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _keep_below(most: int, paths: Iterable[Path]) -> None:
    """Remove the files that were written first until the others have no more bytes than that."""
    left = most
    for path in sorted(paths, key=_age, reverse=True):
        left -= path.stat().st_size
        if left < 0:
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    return path.stat().st_mtime
