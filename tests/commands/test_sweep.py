"""A sweep through DVC's queue. Oracles: written down by hand, and DVC itself."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.commands import run_verb, sweep
from statecast.commands.sweep import combinations, task_name, wait
from tests.support.study_repository import ENVIRONMENT, Repository


class Queue:
    """A queue whose tasks have one status after the other."""

    def __init__(self, *looks: str, workers: int = 1) -> None:
        self.looks = list(looks)
        self.workers = workers

    def status(self) -> list[dict[str, str]]:
        status = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return [{"name": "a", "status": status}]

    def worker_status(self) -> list[int]:
        return list(range(self.workers))


def waited(queue: Queue, names: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(sweep, "queue_of", lambda _: queue)
    monkeypatch.setattr(sweep, "SECONDS_BETWEEN_LOOKS", 0)
    monkeypatch.setattr(sweep, "SECONDS_WITHOUT_WORKER", 0.01)
    return list(wait(None, names))  # type: ignore[arg-type]


def test_tasks_are_every_combination() -> None:
    assert combinations(["train.epochs=1,2", "train.seed=3"]) == [
        ["train.epochs=1", "train.seed=3"],
        ["train.epochs=2", "train.seed=3"],
    ]


def test_key_of_another_file_is_refused() -> None:
    message = r"what is swept must be keys of params\.yaml, got other\.yaml"
    with pytest.raises(StatecastError, match=message):
        combinations(["other.yaml:a=1,2"])


def test_a_param_without_values_is_refused() -> None:
    with pytest.raises(
        StatecastError, match=r"must be SECTION\.KEY=VALUE,VALUE, got train\.epochs"
    ):
        combinations(["train.epochs"])


def test_a_key_that_is_not_there_is_refused() -> None:
    with pytest.raises(
        StatecastError, match=r"train\.epoch is not a key .* did you mean train\.epochs"
    ):
        combinations(["train.epoch=1,2"])


@pytest.mark.parametrize(
    "params",
    [
        ["train.epochs=" + ",".join(map(str, range(1, 102))), "train.seed=range(0,100)"],
        ["train.epochs=range(1,1000000000)"],
    ],
)
@pytest.mark.promise("studies")
def test_a_sweep_that_would_take_days_is_refused_before_it_is_expanded(params: list[str]) -> None:
    message = r"^what is swept must give at most 10,000 tasks, got .* days at 10 s each$"
    with pytest.raises(StatecastError, match=message):
        combinations(params)


@pytest.mark.parametrize("param", ["train.epochs=glob(*)", "train.epochs=[1", "train.epochs={"])
def test_value_that_hydra_does_not_take_is_one_line(
    param: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not run_verb("sweep", [param])
    said = capsys.readouterr().err
    assert said.startswith("error: what is swept must be SECTION.KEY=VALUE,VALUE, ")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("param", "message"),
    [
        ("evaluate.level=0.9,90", "statecast sweep: evaluate.level=90: evaluate.level must be"),
        ("rebatch.state=lane", "statecast sweep: rebatch.state=lane: rebatch.state must be"),
    ],
)
def test_a_wrong_value_is_refused_before_anything_is_queued(param: str, message: str) -> None:
    with pytest.raises(StatecastError) as error:
        combinations([param])
    assert str(error.value).startswith(message)


def test_lists_are_no_sweep() -> None:
    assert combinations(["difference.lags=[1,12]"]) == [["difference.lags=[1,12]"]]


@pytest.mark.parametrize(
    "value", ["1;touch X", "$(touch X)", "`touch X`", "1 && touch X", "1\ntouch X"]
)
@pytest.mark.promise("studies")
def test_a_value_of_a_sweep_is_no_command(
    value: str,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    queue = Queue("Queued", "Success")
    monkeypatch.setattr(sweep, "queue_of", lambda _: queue)
    monkeypatch.setattr(sweep, "clear_dead_tasks", lambda _: [])
    assert not run_verb("sweep", [f"train.epochs={value}"])
    assert capsys.readouterr().err.startswith("error: ")
    assert not list(repository.folder.rglob("X"))
    assert repository.run("git", "status", "--porcelain") == ""


def test_no_worker_is_refused_before_anything_is_queued(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert not run_verb("sweep", ["train.epochs=1,2", "--jobs", "0"])
    assert capsys.readouterr().err == "error: --jobs must be at least 1, got 0\n"


def test_name_of_a_task_tells_its_values() -> None:
    overrides = ["train.epochs=4", "difference.lags=[1,12]"]
    assert task_name("sweep", overrides) == "sweep-epochs=4,lags=_1,12_"


def test_status_is_told_until_all_tasks_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue("Queued", "Running", "Success")
    status = waited(queue, ["a"], monkeypatch)
    assert status == [{"a": "Queued"}, {"a": "Running"}, {"a": "Success"}]


def test_task_that_somebody_removed_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert waited(Queue("Success"), ["a", "b"], monkeypatch) == [{"a": "Success", "b": "Gone"}]


def test_queue_without_workers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "workers of the queue must live until all tasks are done, got none, and left are a;"
    with pytest.raises(StatecastError, match=message):
        waited(Queue("Running", workers=0), ["a"], monkeypatch)


@pytest.mark.slow
def test_sweep_says_which_tasks_failed_and_removes_the_others(repository: Repository) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "statecast", "sweep", "train.epochs=4", "download.max_bytes=999,5"],
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    name = "sweep-epochs=4,max_bytes=5"
    assert f"error: {name} failed: dvc queue logs {name};" in done.stderr
    assert done.stdout.splitlines()[-1] == "1 of 2 tasks succeeded: dvc exp show"
    assert list(repository.experiments()) == ["sweep-epochs=4,max_bytes=999"]
    left = repository.run("dvc", "queue", "status").splitlines()[1:2]
    assert [line.split()[1] for line in left] == [name]
