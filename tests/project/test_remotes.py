"""A second clone gets data, models and experiments from a remote, without training."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.s3 import s3_client
from tests.support.study_repository import Repository, enter, made_in

pytestmark = pytest.mark.slow

RESULTS = ["data/scores.json", "data/model/weights.npz", "data/future.csv"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which the pipeline has run."""
    with pytest.MonkeyPatch.context() as patch:
        repository = made_in(tmp_path_factory.mktemp("finished") / "repository", patch)
        repository.run("dvc", "repro", "--quiet")
        repository.commit()
    return repository.folder


@pytest.fixture
def shared(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A copy of it with a Git remote."""
    folder = tmp_path / "repository"
    shutil.copytree(finished, folder, symlinks=True)
    enter(folder, monkeypatch)
    repository = Repository(folder)
    repository.run("git", "init", "--quiet", "--bare", str(tmp_path / "shared.git"))
    repository.run("git", "remote", "add", "origin", str(tmp_path / "shared.git"))
    repository.run("git", "push", "--quiet", "origin", "HEAD:refs/heads/main")
    return repository


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 server with an empty bucket."""
    with s3_client(monkeypatch) as client:
        client.create_bucket(Bucket="statecast")
        yield "s3://statecast/store"


def second_clone(shared: Repository) -> Repository:
    """Return a clone of what the first one has pushed."""
    folder = shared.folder.parent / "second"
    origin = shared.folder.parent / "shared.git"
    shared.run("git", "clone", "--quiet", "--branch", "main", str(origin), str(folder))
    return Repository(folder)


def check_second_clone(shared: Repository, store: str) -> None:
    """Push everything to a store; a second clone has it without running a stage."""
    shared.run("dvc", "remote", "add", "--default", "store", store)
    shared.commit()
    shared.run("git", "push", "--quiet", "origin", "HEAD:refs/heads/main")
    shared.run("dvc", "push")
    shared.run("dvc", "exp", "run", "--quiet", "--set-param", "evaluate.level=0.8", "-n", "mine")
    shared.run("dvc", "exp", "push", "origin", "mine")
    shared.run("git", "restore", ".")
    shared.run("dvc", "checkout")

    second = second_clone(shared)
    second.run("dvc", "pull")
    assert second.run("dvc", "status").strip() == "Data and pipelines are up to date."
    for name in RESULTS:
        assert (second.folder / name).read_bytes() == (shared.folder / name).read_bytes()
    second.run("dvc", "exp", "pull", "origin", "mine")
    second.run("dvc", "exp", "apply", "mine")
    assert "level: 0.8" in (second.folder / "params.yaml").read_text()


@pytest.mark.promise("studies")
def test_a_second_clone_has_all_results_from_a_folder_without_training(
    shared: Repository, tmp_path: Path
) -> None:
    check_second_clone(shared, str(tmp_path / "store"))


@pytest.mark.promise("studies")
def test_a_second_clone_has_all_results_from_s3_without_training(
    shared: Repository, bucket: str
) -> None:
    check_second_clone(shared, bucket)


def test_networks_of_a_version_come_by_their_name(shared: Repository, tmp_path: Path) -> None:
    shared.run("git", "tag", "--annotate", "networks@v1.0.0", "--message", "first")
    shared.run("dvc", "artifacts", "get", ".", "networks", "--out", str(tmp_path / "brought"))
    brought = {path.name: path.read_bytes() for path in (tmp_path / "brought").iterdir()}
    model = shared.folder / "data" / "model"
    assert brought == {path.name: path.read_bytes() for path in model.iterdir()}


def test_an_older_version_comes_after_a_change(shared: Repository, tmp_path: Path) -> None:
    first = tmp_path / "first"
    shutil.copytree(shared.folder / "data" / "model", first)
    shared.run("git", "tag", "--annotate", "networks@v1.0.0", "--message", "first")
    shared.run("dvc", "exp", "run", "--quiet", "--set-param", "train.epochs=4")
    shared.commit()
    shared.run("git", "tag", "--annotate", "networks@v2.0.0", "--message", "second")
    brought = tmp_path / "brought"
    get = ("dvc", "artifacts", "get", ".", "networks", "--rev", "v1.0.0")
    shared.run(*get, "--out", str(brought))
    weights = (brought / "weights.npz").read_bytes()
    assert weights == (first / "weights.npz").read_bytes()
    assert weights != (shared.folder / "data" / "model" / "weights.npz").read_bytes()
