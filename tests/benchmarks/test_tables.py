"""Tables of the measurements. Oracle: figures worked by hand."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import cost, extras, floor, pipeline, scale, study, training
from benchmarks.cost import CASES, Case, Cost, Costs
from statecast.study.conduct import read_study
from statecast.training.cores import cores
from tests.support.project import ROOT, Project


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_cost_of_a_forecast_is_that_of_an_epoch_over_all_its_forecasts() -> None:
    """The base case has 5 updates of 4 rows and 30 repeats: 600 forecasts of 100 ns are 60 us."""
    table = cost.lines(Costs([Cost(60e-6, 1.5, 700)] * len(CASES), Cost(1, 1, 1)))
    base = cells(table[2])
    assert base == ["1", "4", "1", "30", "5", "60.0", "1.50", "700", "100.0"]


def test_rows_of_an_update_count_as_forecasts() -> None:
    assert Case(batch_size=2, rows_per_update=3, updates=5, repeats=7).forecasts == 2 * 3 * 5 * 7


def test_many_series_take_the_seconds_of_all_epochs() -> None:
    table = cost.lines(Costs([Cost(1, 1, 1)] * len(CASES), Cost(0.01, 2.5, 800)))
    assert cells(table[-1]) == ["10,000.0", "2.50", "800", "10.0", "60"]


def test_extras_are_compared_with_the_plain_step_and_with_all_epochs() -> None:
    steps = {extras.PLAIN: [100e-6, 800e-6], extras.DROPOUT: [105e-6, 860e-6]}
    stopping = extras.Stopping(all_epochs=2.0, stopped=0.5, epochs=77.4, last=1108)
    table = [cells(line) for line in extras.lines(extras.Extras(steps, stopping))]
    assert [extras.PLAIN, "100.0 µs", "800.0 µs", ""] in table
    assert [extras.DROPOUT, "1.05", "1.07", "1.10"] in table
    assert table[-1] == ["patience 20", "0.50", "77 (last repeat: 1,108)", "0.25"]


def test_each_stage_of_a_size_has_a_row_that_says_how_it_was_measured() -> None:
    how = {"data_sha256": "1a", "date": "2026-01-01", "commit": "2b", "machine": "a machine"}
    stages = [pipeline.Stage("scale", 0.5, 186.4), pipeline.Stage("train", 3.0, 720.2)]
    table = scale.table([scale.Run(scale.Case("2 series", 2, 240, {}, None), stages, how)])
    assert table["stage"].tolist() == ["scale", "train"]
    assert table["megabytes"].tolist() == [186, 720]
    assert table[["data_sha256", "commit"]].values.tolist() == [["1a", "2b"]] * 2


def test_floor_compares_the_fastest_and_the_median() -> None:
    case = floor.Case(1, 300, 10, wanted=1.3)
    measured = floor.Floor(case, np.array([4e-6, 8e-6, 9e-6]), np.array([2e-6, 2e-6, 3e-6]))
    expected = ["1", "300", "4.0 (8.0)", "2.0 (2.0)", "2.0 (4.0)", "1.3"]
    assert cells(floor.lines([measured])[-1]) == expected


def test_rate_is_told_for_one_core_and_for_all() -> None:
    table = floor.lines_of_rate(floor.Rate(8500.4, 16000, cores=2))
    assert [cells(line) for line in table[2:]] == [["1", "8,500", "8,500"], ["2", "16,000", ""]]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="Linux alone can keep to a core")
def test_one_core_is_one_core_and_all_come_back() -> None:
    before = cores()
    with floor.one_core():
        assert cores() == 1
    assert cores() == before


def test_floor_says_where_there_is_no_compiler() -> None:
    (line,) = floor.lines([])
    assert "no C++ compiler" in line


def test_engine_is_compared_with_the_loop() -> None:
    table = training.lines(training.Speed(2.0, 20e-6, 40e-6))
    assert [cells(line)[1:] for line in table[2:]] == [
        ["2,000,000.0", "1"],
        ["20.0", "100,000"],
        ["40.0", "50,000"],
    ]


def test_parts_of_an_experiment_add_up_to_it() -> None:
    stages = [pipeline.Stage(name, 2.0, 100) for name in pipeline.IN_EXPERIMENT]
    wall = pipeline.Wall(
        30.0, 20.0, stages, 1.0, compiled=0.5, trained=0.25, pandas=1.0, tensorflow=1.5, loop=2.0
    )
    table = pipeline.lines(wall)
    parts = [float(cells(line)[1]) for line in table if line.startswith("| - ")]
    assert parts == [12, 6, 1.25, 0.5, 0.25]
    assert sum(parts) == 20
    assert any(line.startswith("17.5 s are no work") for line in table)  # 12 + 4 * 1 + 1.5


@pytest.mark.parametrize(
    ("loop", "words"),
    [
        (6.0, "loop would be 20.0 s in all: it is reached."),
        (
            4.2,
            "14.0 s in all: DVC itself would leave 2.0 s of that to the stages, which take 8.0 s",
        ),
        (
            3.0,
            "10.0 s in all: DVC itself would leave 0.0 s of that to the stages, which take 8.0 s",
        ),
    ],
)
def test_factor_that_is_missed_is_told_with_what_dvc_takes(loop: float, words: str) -> None:
    """An experiment takes 20 s, 12 of them in DVC; a loop of 1000 epochs over 300 is wanted."""
    stages = [pipeline.Stage(name, 2.0, 100) for name in pipeline.IN_EXPERIMENT]
    wall = pipeline.Wall(
        30.0, 20.0, stages, 1.0, 0.5, trained=0.25, pandas=1.0, tensorflow=1.5, loop=loop
    )
    assert words in " ".join(pipeline.lines(wall))


def test_loop_and_experiments_are_measured_in_turn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done: list[str] = []
    loops, experiments = [iter(seconds) for seconds in ((0.3, 0.1, 0.2), (9.0, 8.0, 7.0))]

    def experiment(command: list[str], _: Path) -> float:
        done.append(command[-1])
        return next(experiments)

    def loop_epoch() -> float:
        done.append("loop")
        return next(loops)

    monkeypatch.setattr(pipeline, "seconds_of", experiment)
    assert pipeline.in_turn(tmp_path, loop_epoch) == (7.0, 0.1)
    seeds = [f"train.seed={seed}" for seed in pipeline.SEEDS]
    assert done == ["loop", seeds[0], "loop", seeds[1], "loop", seeds[2]]


def test_studies_are_compared_with_the_loop() -> None:
    search = study.Timed(70.0, 60, {"train": 40.0, "register": 15.0})
    others = {name: study.Timed(seconds, 0, {}) for name, seconds in (("13", 50.0), ("200", 100.0))}
    workers = {1: study.Timed(30.0, 4, {}), 2: study.Timed(np.nan, 0, {})}
    measured = study.Studies(others["13"], 20.0, search, 9, others["200"], workers)
    table = study.lines(measured, loop=1.0, cores=2)
    figures = {cells(line)[0]: cells(line)[1] for line in table if line.startswith("|")}
    of_loop = "the same by the published loop (a measured epoch x 21,500)"
    assert figures["the same 13 through `dvc exp run` (13 x the mean of 3)"] == "260.0"
    assert figures[of_loop] == "21,500.0"
    assert [cells(line)[1] for line in table if "times slower" in line] == ["5.20", "430.0"]
    assert figures["- register one experiment, while others train"] == "0.25"
    assert figures["- train"] == "40.0"
    assert figures["heavy study, two Dask workers"] == "not done in time"


def studies_in_time(**others: Any) -> study.Studies:
    """Return studies that reach all that is wanted, but for some."""
    reached = study.Studies(
        thirteen=study.Timed(10.0, 13, {"register": 2.6}, 15.0),
        experiment=10.0,
        search=study.Timed(50.0, 60, {"register": 12.0}, 90.0),
        programs=12,
        grid=study.Timed(60.0, 200, {"register": 40.0}, 70.0),
        workers={1: study.Timed(30.0, 4, {}), 2: study.Timed(20.0, 4, {})},
    )
    return reached._replace(**others)


def test_no_reasons_are_given_for_studies_that_reach_all() -> None:
    assert study.reasons(studies_in_time(), cores=2) == []


@pytest.mark.parametrize(
    ("missed", "reason"),
    [
        (
            {"search": study.Timed(87.0, 60, {"register": 12.0}, 140.0)},
            "60 drawn configurations: 87.0 s, where 60 are wanted. It takes 140 s of",
        ),
        (
            {"search": study.Timed(87.0, 60, {"register": 12.0}, 140.0)},
            "processor time: 2 cores that never wait would still need 70 s.",
        ),
        (
            {"search": study.Timed(87.0, 60, {"register": 12.0}, 100.0)},
            "2 cores that never wait would need 50 s; they wait for 37 s, because",
        ),
        (
            {"search": study.Timed(np.nan, 0, {})},
            "60 drawn configurations: not done when the time of all studies was up.",
        ),
        (
            {"search": study.Timed(59.0, 60, {"register": 30.0}, 100.0)},
            "Registering an experiment takes 0.50 s in the search, where the networks of",
        ),
        (
            {"search": study.Timed(59.0, 60, {"register": 30.0}, 100.0)},
            "train on all cores meanwhile, and 0.20 s in the study of 200",
        ),
        ({"programs": 15}, "3 more programs of the search cost less than"),
        (
            {"workers": {1: study.Timed(30.0, 4, {}), 2: study.Timed(29.0, 4, {})}},
            "A second Dask worker gains little on a machine of 2 cores",
        ),
        (
            {"workers": {1: study.Timed(30.0, 4, {}), 2: study.Timed(np.nan, 0, {})}},
            "The heavy study was not done when",
        ),
    ],
)
def test_what_studies_do_not_reach_has_its_reason(missed: dict[str, Any], reason: str) -> None:
    assert reason in " ".join(study.reasons(studies_in_time(**missed), cores=2))


def test_processor_time_is_that_of_processes_that_have_ended() -> None:
    before = study.processor_seconds()
    subprocess.run([sys.executable, "-c", "sum(range(3_000_000))"], check=True)
    assert 0 < study.processor_seconds() - before < 10


@pytest.mark.parametrize("name", ["thirteen", "grid", "heavy"])
def test_studies_of_the_benchmark_can_be_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert read_study(ROOT / study.FOLDER / f"{name}.yaml").name == name


def test_seconds_by_part_are_those_that_a_study_says() -> None:
    said = "60 registered, 1 failed in 80.0 s (copy 0.5, prepare 9.0, train 40.0, register 15.0)"
    parts = {"copy": 0.5, "prepare": 9.0, "train": 40.0, "register": 15.0}
    assert study.said_of(said) == (60, parts)
    with pytest.raises(RuntimeError, match="got: 60 kept"):
        study.said_of("60 kept in 1.0 s (copy 0.5)")


def test_a_study_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    (tmp_path / "statecast.py").write_text("import time\ntime.sleep(60)\n")
    found = study.timed_study(tmp_path, "thirteen", study.Budget(0))
    assert np.isnan(found.seconds)


def test_epochs_of_the_loop_are_those_of_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    configurations = read_study(ROOT / study.FOLDER / "thirteen.yaml").configurations
    usual = 1000  # of params.yaml
    assert sum(own.get("train.epochs", usual) for own in configurations) == study.EPOCHS


def test_rows_that_fill_no_batch_are_not_measured(
    scaled_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 22 differenced training rows 20 fill batches of four; 12 rows are the test."""
    monkeypatch.chdir(scaled_project.folder)
    parts = training.read_parts()
    assert parts.train.x.shape == parts.train.y.shape == (1, 20, 1)
    assert parts.test.x.shape == (1, 12, 1)
