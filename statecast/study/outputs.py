"""What stages write, in and out of DVC's cache, as ``dvc repro`` keeps it.

DVC itself builds, stages and transfers objects, and notes each in a database: for a pipeline of
small files that is most of its time. The files in the cache are the same.
"""

import hashlib
import json
import shutil
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from dvc.repo import Repo

from statecast.base.errors import StatecastError
from statecast.study import dvc_internals as dvc
from statecast.study.lock_text import lock_text

FOLDER = ".dir"  # ends the hash of a folder, which is that of the list of its files
MAY_RUN = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


class Output(NamedTuple):
    """A file or a folder that a stage wrote."""

    entry: dvc.Entry  # of dvc.lock: hash, md5, size, and for a folder nfiles
    files: dict[str, str]  # path below the output to MD5; of a file "." to its own

    @property
    def md5(self) -> str:
        """Return the hash, which for a folder is that of the list of its files."""
        return str(self.entry["md5"])

    @property
    def is_folder(self) -> bool:
        """Return whether it is a folder."""
        return self.md5.endswith(FOLDER)


class Outputs:
    """DVC's cache, and the outputs that it has."""

    def __init__(self, repo: Repo) -> None:
        """Use the cache of a DVC repository."""
        self.repo = repo

    def kept(self, path: Path) -> Output:
        """Put a file or a folder into the cache, unless it is there; return what it is.

        Raises:
            StatecastError: there is nothing of that name.

        """
        output = self.described(path)
        for name, md5 in output.files.items():
            self._add(md5, path / name)
        if output.is_folder:
            self._add(output.md5, _listing(output.files))
        return output

    def described(self, path: Path) -> Output:
        """Return what dvc.lock says of a file or a folder.

        Raises:
            StatecastError: there is nothing of that name.

        """
        if path.is_dir():
            paths = list(dvc.files_below(self.repo, path))
            files = {file.relative_to(path).as_posix(): _md5_of(file) for file in paths}
            listed = hashlib.md5(_listing(files), usedforsecurity=False).hexdigest()
            size = sum(file.stat().st_size for file in paths)
            entry = {"hash": "md5", "md5": listed + FOLDER, "size": size, "nfiles": len(files)}
            return Output(entry, files)
        if not path.is_file():
            raise StatecastError(f"{path.name} must be what a stage wrote, got no such file")
        found = path.stat()
        md5 = _md5_of(path)
        entry = {"hash": "md5", "md5": md5, "size": found.st_size}
        if found.st_mode & MAY_RUN:
            entry["isexec"] = True
        return Output(entry, {".": md5})

    def bring(self, output: Output, path: Path) -> bool:
        """Copy an output from the cache; return whether the cache has all of it."""
        if not self._has(output):
            return False
        if output.is_folder:
            path.mkdir(parents=True, exist_ok=True)
        for name, md5 in output.files.items():
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(dvc.path_in_cache(self.repo, md5), target)
        if output.entry.get("isexec"):
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return True

    def keep_run(self, key: str, entry: dvc.Entry) -> None:
        """Note a run of a stage in the run cache, unless it is noted already.

        Args:
            key: from ``dvc_internals.run_key``.
            entry: of dvc.lock.

        """
        path = dvc.path_of_run(self.repo, key, entry)
        if not path.is_file():
            # beside the folder: DVC takes whatever lies in it for a run
            self._write(lock_text(entry).encode(), path, path.parents[1], dvc.let_others_read)

    def of_run(self, key: str) -> dict[str, Output] | None:
        """Return what the newest run of a name wrote, by path; None if the cache lacks it.

        Args:
            key: from ``dvc_internals.run_key``.

        """
        entry = dvc.cached_run(self.repo, key)
        if entry is None:
            return None
        found = {out["path"]: self._known(out) for out in entry["outs"]}
        known = {path: output for path, output in found.items() if output is not None}
        return known if len(known) == len(found) else None

    def _known(self, entry: dvc.Entry) -> Output | None:
        """Return an output by its entry in the run cache; None if the cache lacks some of it."""
        own = {key: value for key, value in entry.items() if key != "path"}
        files = self._files_of(own["md5"])
        if files is None:
            return None
        output = Output(own, files)
        return output if self._has(output) else None

    def _has(self, output: Output) -> bool:
        hashes = {output.md5, *output.files.values()}
        return all(dvc.is_in_cache(self.repo, md5) for md5 in hashes)

    def _files_of(self, md5: str) -> dict[str, str] | None:
        """Return the files of an output by its hash; None if the cache has no list of them."""
        if not md5.endswith(FOLDER):
            return {".": md5}
        try:
            listed = json.loads(dvc.path_in_cache(self.repo, md5).read_bytes())
            return {file["relpath"]: file["md5"] for file in listed}
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def _add(self, md5: str, content: Path | bytes) -> None:
        if not dvc.is_in_cache(self.repo, md5):
            path = dvc.path_in_cache(self.repo, md5)
            # in the folder: what a killed process leaves there is removed by dvc gc
            self._write(content, path, path.parent, dvc.protect)

    def _write(
        self,
        content: Path | bytes,
        path: Path,
        folder: Path,
        finish: Callable[[Repo, Path], None],
    ) -> None:
        """Write a file of the cache, whole or not at all.

        Args:
            content: a file, or what is in it.
            path: in the cache.
            folder: where the file is until it is whole.
            finish: sets its rights.

        """
        if not path.parent.is_dir():
            dvc.make_folder_of_cache(self.repo, path.parent)
        # two machines that share a cache may have processes of the same number
        temporary = folder / f".{path.name}.{uuid4().hex}.tmp"
        try:
            if isinstance(content, bytes):
                temporary.write_bytes(content)
            else:
                shutil.copyfile(content, temporary)
            finish(self.repo, temporary)
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


def _md5_of(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    return digest.hexdigest()


def _listing(files: Mapping[str, str]) -> bytes:
    """Return the list of the files of a folder as DVC writes it."""
    listed: list[dict[str, Any]] = [
        {"md5": md5, "relpath": name} for name, md5 in sorted(files.items())
    ]
    return json.dumps(listed).encode()
