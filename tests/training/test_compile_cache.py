"""Programs that are kept for the next process. Oracles: by hand, and training without the cache."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from statecast.training import compile_cache
from statecast.training.compile_cache import FLAGS, SWITCH, close_cache, open_cache
from tests.support.project import ROOT

PROGRAM = "program.pb"
GONE = 2**22 + 1  # no process has this number: Linux counts up to 2**22

# trains, and prints the weights and the files of the cache with what identifies them on the disk
TRAINING = """
import json
from pathlib import Path
from statecast.network.network import Network
from tests.support.engine import batches_of, learning_by, wave_rows
from statecast.training.initial import initial_weights
from statecast.training.trainer import Trainer
network = Network(1, (2,))
trained = Trainer(network, learning_by()).train(
    batches_of(wave_rows(8), 4), initial_weights(network, [1, 2]), 20
)
weights = [weight.tolist() for weight in trained.weights]
files = {path.name: path.stat().st_ino for path in Path(".").rglob("process-*/*.pb")}
print(json.dumps([weights, files]))
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with the program of an earlier process."""
    store = tmp_path / "compiled" / "kind"
    own = open_cache(store)
    (own / PROGRAM).write_bytes(b"machine code")
    close_cache(own, store)
    return store


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, from which a process starts, without flags."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".dvc").mkdir()
    monkeypatch.setattr(compile_cache, "Finalize", lambda *_, **__: None)
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setenv(FLAGS, "")
    return tmp_path


def test_the_next_process_has_what_one_compiled(store: Path) -> None:
    assert (open_cache(store) / PROGRAM).read_bytes() == b"machine code"


def test_a_process_leaves_no_folder_behind(store: Path) -> None:
    assert [path.name.rpartition(".")[0] for path in store.iterdir()] == [PROGRAM]


def test_a_program_is_stored_once(store: Path) -> None:
    before = [path.stat().st_ino for path in store.iterdir()]
    close_cache(open_cache(store), store)
    assert [path.stat().st_ino for path in store.iterdir()] == before


@pytest.mark.parametrize("content", [b"", b"machine", b"machine cod!"])
def test_a_damaged_program_is_removed(store: Path, content: bytes) -> None:
    (path,) = store.iterdir()
    path.write_bytes(content)
    assert list(open_cache(store).iterdir()) == []
    assert not path.exists()


def test_the_oldest_programs_go_first(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = open_cache(store)
    (own / "newer.pb").write_bytes(b"machine code")
    (stored,) = store.glob("*.pb.*")
    os.utime(stored, (0, 0))
    monkeypatch.setattr(compile_cache, "MOST_BYTES", 20)  # one program has 12
    close_cache(own, store)
    assert [path.name.rpartition(".")[0] for path in store.iterdir()] == ["newer.pb"]


def test_what_a_killed_process_left_goes(store: Path) -> None:
    killed = store / f"{compile_cache.OWN}{GONE}"
    killed.mkdir()
    open_cache(store)
    assert not killed.exists()


@pytest.mark.parametrize("name", [f"process-other-{GONE}", f"{compile_cache.OWN}x"])
def test_folders_of_other_machines_and_of_people_stay(store: Path, name: str) -> None:
    (store / name).mkdir()
    open_cache(store)
    assert (store / name).exists()


def test_a_full_disk_means_no_cache(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_cache, "LEAST_FREE", 2**62)
    assert compile_cache.use_compile_cache("2.21.0") is None
    assert os.environ[FLAGS] == ""
    assert not list(project.rglob("*.pb*"))


def test_the_cache_is_in_the_project(project: Path) -> None:
    own = compile_cache.use_compile_cache("2.21.0")
    assert own is not None
    assert own.is_relative_to(project / ".dvc" / "tmp" / "compiled")
    assert os.environ[FLAGS] == f'--tf_xla_persistent_cache_directory="{own}"'


def test_an_experiment_in_a_folder_of_its_own_shares_the_cache_of_its_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = project / ".dvc" / "tmp" / "exps" / "one"
    experiment.mkdir(parents=True)
    monkeypatch.chdir(experiment)
    own = compile_cache.use_compile_cache("2.21.0")
    assert own is not None
    assert own.is_relative_to(project / ".dvc" / "tmp" / "compiled")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("version", "flags"),
    [("2.22.0", ""), ("2.21.0", "--tf_xla_enable_lazy_compilation=false")],
    ids=["version", "flags"],
)
def test_another_version_and_other_flags_have_other_programs(
    version: str, flags: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = compile_cache.use_compile_cache("2.21.0")
    monkeypatch.setenv(FLAGS, flags)
    after = compile_cache.use_compile_cache(version)
    assert before is not None
    assert after is not None
    assert before.parent != after.parent


@pytest.mark.usefixtures("project")
def test_the_switch_turns_the_cache_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "off")
    assert compile_cache.use_compile_cache("2.21.0") is None
    assert os.environ[FLAGS] == ""


def test_without_a_project_there_is_no_cache(project: Path) -> None:
    (project / ".dvc").rmdir()
    assert compile_cache.use_compile_cache("2.21.0") is None


@pytest.mark.slow
def test_a_second_process_loads_the_program_and_trains_the_same(tmp_path: Path) -> None:
    (tmp_path / ".dvc").mkdir()
    without, files = _training(tmp_path, STATECAST_COMPILE_CACHE="off")
    assert files == {}
    first, compiled = _training(tmp_path)
    second, loaded = _training(tmp_path)
    assert compiled
    assert loaded == compiled  # a program that is compiled again would be another file
    assert without == first == second


def _training(folder: Path, **environment: str) -> tuple[list, dict[str, int]]:
    """Return the weights of a training in a process of its own, and the files of its cache."""
    done = subprocess.run(
        [sys.executable, "-c", TRAINING],
        cwd=folder,
        env={**os.environ, FLAGS: "", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    weights, files = json.loads(done.stdout)
    return weights, files
