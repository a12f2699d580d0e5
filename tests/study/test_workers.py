"""Training on Dask workers. Oracle: training in this process."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.study import workers
from statecast.training.job import Job
from statecast.training.result import Result
from tests.support.project import ROOT
from tests.support.study_jobs import small_job


def start(program: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{program}", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@contextmanager
def cluster() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yield the address of a scheduler with two workers, and one of them."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    worker = ("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard")
    processes = [
        start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"),
        start(*worker),
        start(*worker),
    ]
    try:
        yield address, processes[1]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def jobs_that_share() -> list[Job]:
    """Return jobs of which the first and the last differ in epochs alone."""
    rates = [10**-power for power in (1, 2, 3, 4, 5, 6)]
    jobs = [small_job(epochs=300, learning_rate=rate) for rate in rates]
    return [*jobs, small_job(epochs=200, learning_rate=rates[0])]


def assert_same(result: Result, other: Result) -> None:
    np.testing.assert_allclose(result.loss, other.loss, rtol=1e-6)
    np.testing.assert_allclose(result.rmse, other.rmse, rtol=1e-6)
    weights = zip(result.ensemble.weights, other.ensemble.weights, strict=True)
    for mine, theirs in weights:
        np.testing.assert_allclose(mine, theirs, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.promise("studies")
def test_a_killed_worker_costs_a_retry_and_changes_no_number() -> None:
    pytest.importorskip("distributed")
    from statecast.training.sharing import train_jobs

    jobs = jobs_that_share()
    results = {}
    with cluster() as (address, worker):
        with workers.workers(address) as train:
            for place, result in train(jobs):
                results[place] = result
                if len(results) == 1:
                    os.kill(worker.pid, signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
    alone = dict(train_jobs(jobs))
    assert sorted(results) == sorted(alone) == list(range(7))
    for place, result in alone.items():
        assert_same(results[place], result)


def test_jobs_that_differ_in_epochs_alone_are_one_block() -> None:
    blocks = workers.blocks_of(jobs_that_share())
    assert blocks == [[0, 6], [1], [2], [3], [4], [5]]


@pytest.mark.slow
def test_worker_trains_what_this_process_would_train() -> None:
    from statecast.study.wire import job_to_bytes, result_from_bytes
    from statecast.training.sharing import train_job

    job = small_job()
    (content,) = workers.train_bytes([job_to_bytes(job)])
    assert_same(result_from_bytes(content), train_job(job))


def test_threads_of_a_worker_train_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work: list[int] = []
    most: list[int] = []

    def train_jobs(jobs: list[Job], **_: object) -> Iterator[tuple[int, Result]]:
        at_work.append(len(jobs))
        most.append(len(at_work))
        time.sleep(0.02)
        at_work.pop()
        return iter(())

    monkeypatch.setattr("statecast.training.sharing.train_jobs", train_jobs)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(workers.train_bytes, [[]] * 3))
    assert most == [1, 1, 1]


def test_address_at_which_nothing_answers_is_said_in_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "SECONDS_TO_CONNECT", 0.2)
    message = "--dask must be local, or the address of a scheduler: .* got 'tcp://127.0.0.1:9': "
    with pytest.raises(StatecastError, match=message), workers.workers("tcp://127.0.0.1:9"):
        pass


@pytest.mark.parametrize("address", ["nonsense", "", "tcp://", "a://b:1", "localhost:8786", " "])
def test_no_address_is_said_in_a_line(address: str) -> None:
    pytest.importorskip("distributed")
    message = f"^--dask must be local, or the address of a scheduler: .* got '{address}'$"
    with pytest.raises(StatecastError, match=message), workers.workers(address):
        pass


WAITING = """
import time
from statecast.commands import run_verb, study
from statecast.study.workers import workers

def run(given):
    with workers("local"):
        print("ready", flush=True)
        for _ in range(600):
            time.sleep(0.1)  # a signal that another thread takes is raised when a sleep ends

study.run = run
run_verb("study", ["a"])
"""


@contextmanager
def usual_port_taken() -> Iterator[None]:
    with socket.socket() as taken:
        with suppress(OSError):  # another process has it
            taken.bind(("", 8787))
            taken.listen()
        yield


@pytest.mark.slow
@pytest.mark.promise("studies")
def test_an_interrupt_is_one_line_with_workers_too() -> None:
    """Also where another study has the usual port of a scheduler's pages."""
    pytest.importorskip("distributed")
    command = [sys.executable, "-c", WAITING]
    pipe = subprocess.PIPE
    with (
        usual_port_taken(),
        subprocess.Popen(
            command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, said = process.communicate(timeout=60)
    assert said.startswith("interrupted: what is registered stays")
    assert said.count("\n") == 1


def test_missing_package_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    message = r"--dask must have distributed installed, it is not: pip install 'statecast\[dask\]'"
    with pytest.raises(StatecastError, match=message), workers.workers("local"):
        pass
