"""Outputs in DVC's cache. Oracle: what DVC makes of the same files."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from dvc.repo import Repo
from dvc_data.hashfile.gc import gc

from statecast.base.errors import StatecastError
from statecast.study import dvc_internals
from statecast.study.outputs import Outputs

ENTRY = {"cmd": "c", "deps": [{"path": "d", "md5": "0" * 32}]}


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outputs]:
    """The cache of an empty project, with a file and a folder beside it."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("file", "a"), ("folder/b", "bb"), ("folder/in/a", ""), ("folder/x.no", "")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".dvcignore").write_text("*.no\n")
    with Repo.init(no_scm=True) as repo:
        yield Outputs(repo)


def files_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return content and rights of all files."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", ["file", "folder"])
def test_an_output_is_kept_as_dvc_keeps_it(name: str, outputs: Outputs, tmp_path: Path) -> None:
    mine = outputs.kept(tmp_path / name)
    cache = tmp_path / ".dvc" / "cache"
    kept = files_in(cache / "files")
    (cache / "files").rename(tmp_path / "aside")
    outputs.repo.add(name)
    (added,) = yaml.safe_load((tmp_path / f"{name}.dvc").read_text())["outs"]
    assert {**mine.entry, "path": name} == added
    assert files_in(cache / "files") == kept


def test_a_program_stays_one(outputs: Outputs, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    kept = outputs.kept(path)
    path.unlink()
    assert outputs.bring(kept, path)
    assert path.stat().st_mode & stat.S_IXUSR


def test_a_folder_comes_back_as_it_was(outputs: Outputs, tmp_path: Path) -> None:
    kept = outputs.kept(tmp_path / "folder")
    assert outputs.bring(kept, tmp_path / "again")
    (tmp_path / "folder" / "x.no").unlink()  # DVC ignores it
    assert files_in(tmp_path / "again").keys() == files_in(tmp_path / "folder").keys()
    assert outputs.described(tmp_path / "again") == kept


def test_an_output_that_is_gone_from_the_cache_is_not_brought(
    outputs: Outputs, tmp_path: Path
) -> None:
    kept = outputs.kept(tmp_path / "folder")
    dvc_internals.path_in_cache(outputs.repo, kept.files["b"]).unlink()
    assert not outputs.bring(kept, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_damaged_file_of_the_cache_is_not_brought(outputs: Outputs, tmp_path: Path) -> None:
    kept = outputs.kept(tmp_path / "file")
    cached = dvc_internals.path_in_cache(outputs.repo, kept.md5)
    cached.chmod(0o644)  # what DVC takes for a sign that it may have changed
    cached.write_text("b")
    assert not outputs.bring(kept, tmp_path / "again")


def test_a_missing_output_is_one_line(outputs: Outputs, tmp_path: Path) -> None:
    with pytest.raises(
        StatecastError, match=r"^other must be what a stage wrote, got no such file$"
    ):
        outputs.kept(tmp_path / "other")


def test_a_run_is_found_by_its_name(outputs: Outputs, tmp_path: Path) -> None:
    kept = {name: outputs.kept(tmp_path / name) for name in ("file", "folder")}
    entry = {**ENTRY, "outs": [{"path": name, **one.entry} for name, one in kept.items()]}
    key = dvc_internals.run_key(entry)
    assert outputs.of_run(key) is None
    outputs.keep_run(key, entry)
    assert outputs.of_run(key) == kept
    dvc_internals.path_in_cache(outputs.repo, kept["folder"].md5).unlink()
    assert outputs.of_run(key) is None


def test_nothing_is_left_beside_what_is_kept(outputs: Outputs, tmp_path: Path) -> None:
    kept = outputs.kept(tmp_path / "file")
    outputs.keep_run("k" * 64, {**ENTRY, "outs": [{"path": "file", **kept.entry}]})
    names = [path.name for path in (tmp_path / ".dvc" / "cache").rglob("*") if path.is_file()]
    assert not [name for name in names if name.startswith(".")]


@pytest.mark.usefixtures("outputs")
def test_a_run_in_a_shared_cache_can_be_read_by_all_who_share_it(tmp_path: Path) -> None:
    with Repo(str(tmp_path), config={"cache": {"shared": "group"}}) as repo:
        shared = Outputs(repo)
        kept = shared.kept(tmp_path / "file")
        before = os.umask(0o077)
        try:
            shared.keep_run("k" * 64, {**ENTRY, "outs": [{"path": "file", **kept.entry}]})
        finally:
            os.umask(before)
    (run,) = (path for path in (tmp_path / ".dvc/cache/runs").rglob("*") if path.is_file())
    assert stat.S_IMODE(run.stat().st_mode) == 0o664
    assert stat.S_IMODE(run.parent.stat().st_mode) == 0o2775


def test_what_a_killed_process_leaves_is_removed_by_dvc_gc(
    outputs: Outputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(dvc_internals, "protect", die)
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    with pytest.raises(SystemExit):
        outputs.kept(tmp_path / "file")
    monkeypatch.undo()
    left = list((tmp_path / ".dvc/cache").rglob("*.tmp"))
    assert len(left) == 1
    gc(outputs.repo.cache.local, [])
    assert not left[0].exists()
