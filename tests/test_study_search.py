"""What a study chooses: Optuna's trials, the forecast of the best together, and training on Dask workers."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from statecast.base.errors import StatecastError
from statecast.base.section import validated
from statecast.network.batching import Batching
from statecast.network.network import Network
from statecast.network.rows import Series
from statecast.study import workers as workers_module
from statecast.study.combination import best, combined, rmse_of
from statecast.study.conduct import read_study
from statecast.study.configurations import Configuration
from statecast.study.file import Study
from statecast.study.search import best_trials, finished, open_search, search_on
from statecast.study.session import Outcome
from statecast.study.wire import request_from_bytes, request_to_bytes
from statecast.training.job import Learning, Request, Setting
from statecast.training.optimizers import check_optimizer
from tests.study_repository import ROOT, Repository, repository

__all__ = ["repository"]  # a fixture

RANGES = {
    "train.learning_rate": {"low": 1e-4, "high": 1e-1, "log": True},
    "train.units": {"choices": [[1], [2, 3]]},
    "train.batch_size": {"low": 1, "high": 4, "integer": True},
}


def search_study(**content: Any) -> Study:
    return validated(
        Study, {"name": "s", "optuna": {"trials": 10, "ranges": RANGES, **content}}, "s.yaml"
    )


def measured(one: Configuration) -> Outcome:
    """Have a validation RMSE that is lowest at a learning rate of 0.01."""
    error = float(abs(np.log10(one.overrides["train.learning_rate"]) + 2))
    return Outcome(one, "measured", {"validation": {"rmse": {"mean": error}}})


@pytest.mark.parametrize("file", [pytest.param("s.db", marks=pytest.mark.slow), "s.journal"])
def test_search_goes_on_from_its_storage(tmp_path: Path, file: str) -> None:
    blocks: list[list[Configuration]] = []

    def run(block: Sequence[Configuration]) -> list[Outcome]:
        blocks.append(list(block))
        if len(blocks) == 3:
            raise KeyboardInterrupt
        return [measured(one) for one in block]

    study = search_study()
    assert study.optuna is not None
    with pytest.raises(KeyboardInterrupt):
        search_on(open_search(study.optuna, "s", tmp_path / file), study, study.optuna, run, None)
    again = open_search(study.optuna, "s", tmp_path / file)
    assert len(finished(again)) == 8
    search_on(again, study, study.optuna, run, None)
    assert [len(block) for block in blocks] == [4, 4, 2, 2]
    assert len(finished(again)) == 10
    tried = [one for place in (0, 1, 3) for one in blocks[place]]
    assert best_trials(again, 1) == [
        min(tried, key=lambda one: measured(one).metrics["validation"]["rmse"]["mean"])
    ]
    assert all(one.overrides["train.units"] in ([1], [2, 3]) for one in tried)


def test_search_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    def found(name: str, seed: int) -> list[Configuration]:
        study = search_study(seed=seed)
        assert study.optuna is not None
        search = open_search(study.optuna, "s", tmp_path / name)
        search_on(search, study, study.optuna, lambda block: list(map(measured, block)), None)
        return best_trials(search, 10)

    assert found("1.journal", 0) == found("2.journal", 0) != found("3.journal", 1)


def test_trials_that_few_repeats_show_to_be_worse_end_there(tmp_path: Path) -> None:
    study = search_study(trials=20, block=5)
    assert study.optuna is not None
    search = open_search(study.optuna, "s", tmp_path / "s.journal")
    full: list[Configuration] = []

    def run(block: Sequence[Configuration]) -> list[Outcome]:
        full.extend(block)
        return [measured(one) for one in block]

    search_on(search, study, study.optuna, run, lambda block: [measured(one) for one in block])
    assert len(finished(search)) == 20
    assert 5 < len(full) < 20
    assert best_trials(search, 1)[0] in full


def test_combined_forecast_is_the_mean_or_median_of_means_over_repeats() -> None:
    def frame(*values: float) -> pd.DataFrame:
        rows = [("a", day, seed, 10.0) for seed in (0, 1) for day in (1, 2)]
        table = pd.DataFrame(rows, columns=["unique_id", "ds", "seed", "y"])
        return table.assign(forecast=[*values, *(value + 2 for value in values)])

    parts = [frame(1, 2), frame(3, 4), frame(11, 12)]  # means over the repeats: 2, 3; 4, 5; 12, 13
    assert combined(parts, "mean")["forecast"].tolist() == [6, 7]
    assert combined(parts, "median")["forecast"].tolist() == [4, 5]
    assert combined(parts, "mean").columns.tolist() == ["unique_id", "ds", "y", "forecast"]
    assert rmse_of(combined(parts, "mean")) == pytest.approx(np.sqrt((4**2 + 3**2) / 2))
    with pytest.raises(StatecastError, match="forecast the same rows"):
        combined([frame(1, 2), frame(3, 4).replace({"ds": {2: 3}})], "mean")


def test_best_are_chosen_by_validation_never_by_test() -> None:
    results = {
        name: {"metrics": {"rmse": {"mean": test}, "validation": {"rmse": {"mean": validation}}}}
        for name, test, validation in (("a", 1, 9), ("b", 2, 7), ("c", 3, 8))
    }
    assert best(results, 2) == ["b", "c"]
    with pytest.raises(StatecastError, match=r"must have validation\.rmse\.mean"):
        best({"a": {"metrics": {"rmse": {"mean": 1}}}}, 1)


@pytest.mark.parametrize(
    "content",
    [{"combine": 2, "grid": {"train.epochs": [1, 2]}}, {"optuna": {"trials": 1, "ranges": RANGES}}],
)
def test_choice_without_validation_rows_is_refused(
    content: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    Path("params.yaml").write_text(yaml.safe_dump(params))
    Path("s.yaml").write_text(yaml.safe_dump({"name": "s", **content}))
    with pytest.raises(StatecastError, match=r"s\.yaml: frame\.validation_size must be above 0"):
        read_study(Path("s.yaml"))
    Path("s.yaml").write_text(
        yaml.safe_dump({"name": "s", "overrides": {"frame.validation_size": 3}, **content})
    )
    assert read_study(Path("s.yaml")).name == "s"


def request_of(**changes: Any) -> Request:
    learning = Learning(check_optimizer("adam"), changes.pop("learning_rate", 0.001))
    x = np.sin(np.arange(20.0))[:, None]
    series = [
        Series(
            "a",
            np.array([f"1901-{day:02}" for day in range(20)], object),
            x,
            np.roll(x, -1),
            (14, 0, 6),
        )
    ]
    return Request(
        series,
        {"a": 2.0},
        Setting(Network(1, (1,)), Batching(4), [0, 1], 3, learning)._replace(**changes),
    )


def test_request_is_the_same_after_the_way_as_bytes() -> None:
    request = request_of(epochs=5)
    again = request_from_bytes(request_to_bytes(request))
    assert again.setting == request.setting
    assert again.scale == request.scale
    for one, other in zip(request.series, again.series, strict=True):
        assert (one.unique_id, one.sizes, one.test_is_train) == (
            other.unique_id,
            other.sizes,
            other.test_is_train,
        )
        np.testing.assert_array_equal(one.x, other.x)
        np.testing.assert_array_equal(one.y, other.y)
        assert one.ds.tolist() == other.ds.tolist()


@pytest.mark.slow
def test_search_registers_the_best_and_combines_them(repository: Repository) -> None:
    ranges = {"train.learning_rate": RANGES["train.learning_rate"]}
    content = {
        "overrides": {"frame.validation_size": 4},
        "optuna": {"trials": 4, "ranges": ranges, "register": {"best": 2}},
        "combine": 2,
    }
    assert repository.study(**content) == 0
    found = json.loads(Path("metrics/studies/s.json").read_text())
    trials = sorted(found["trials"], key=lambda trial: trial["validation_rmse"])
    names = [trial["name"] for trial in trials[:2]]
    assert set(repository.experiments()) == {*names, *(f"{name}-refit" for name in names)}
    assert found["combined"]["configurations"] == [f"{name}-refit" for name in names]
    forecast = pd.read_csv("plots/studies/s-forecast.csv")
    refits = [
        pd.read_csv(
            Path(repository.run("git", "rev-parse", "--show-toplevel").strip())
            / "plots"
            / "forecasts.csv"
        )
        for name in names
        if repository.run("dvc", "exp", "apply", f"{name}-refit") is not None
    ]
    by_hand = pd.concat(refits).groupby("ds", sort=False)["forecast"].mean()
    np.testing.assert_allclose(forecast["forecast"], by_hand)
    assert yaml.safe_load(Path("params.yaml").read_text())["frame"]["validation_size"] == 0
    repository.run("git", "checkout", "--quiet", ".")
    before = repository.experiments()
    assert repository.study(**content) == 0
    assert repository.experiments() == before


def start(*arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )


@pytest.mark.slow
def test_killed_worker_costs_a_retry_and_changes_no_number() -> None:
    pytest.importorskip("distributed")
    from statecast.training.sharing import train_requests

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    requests = [request_of(epochs=300, learning_rate=10**-power) for power in (1, 2, 3, 4, 5, 6)]
    requests.append(request_of(epochs=200, learning_rate=0.1))
    processes = [start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")]
    processes += [
        start("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard")
        for _ in range(2)
    ]
    try:
        with workers_module.workers(address) as train:
            found = {}
            for place, run in train(requests):
                found[place] = run
                if len(found) == 1:
                    os.kill(processes[1].pid, signal.SIGKILL)
    finally:
        for process in processes:
            process.kill()
            process.wait()
    alone = dict(train_requests(requests))
    assert sorted(found) == sorted(alone) == list(range(7))
    for place, run in alone.items():
        np.testing.assert_allclose(found[place].loss, run.loss, rtol=1e-6)
        np.testing.assert_allclose(found[place].rmse, run.rmse, rtol=1e-6)
        for mine, other in zip(found[place].model.weights, run.model.weights, strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-6)
    assert processes[1].returncode == -signal.SIGKILL


def test_wrong_address_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(workers_module, "SECONDS_TO_CONNECT", 0.2)
    with pytest.raises(
        StatecastError, match="--dask must be the address of a scheduler, got tcp://127"
    ):
        workers_module.workers("tcp://127.0.0.1:9").__enter__()


def test_missing_package_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(
        StatecastError, match=r"pip install --require-hashes -r requirements-dask\.txt"
    ):
        workers_module.workers("local").__enter__()
