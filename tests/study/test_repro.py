"""Which stages a training needs. Oracle: worked by hand."""

from pathlib import Path

from statecast.study.dvc_internals import Stage
from statecast.study.repro import needed_by

OUT = Path("/data")


def stage(name: str, *reads: str) -> Stage:
    """Return a stage that writes a folder of its own name, and reads those of others."""
    changing = {own: OUT / own for own in reads}
    return Stage(name, f"python -m {name}", {}, {}, changing, {name: OUT / name}, [])


ROWS = stage("rows")
SCALED = stage("scaled", "rows")
BASELINE = stage("baseline", "rows", "scaled")
TRAIN = stage("train", "scaled/train.csv")
EVALUATE = stage("evaluate", "train", "baseline")
EVERY = [ROWS, SCALED, BASELINE, TRAIN, EVALUATE]


def test_a_stage_needs_those_whose_outputs_it_reads_and_what_these_need() -> None:
    assert needed_by(TRAIN, EVERY) == [ROWS, SCALED]
    assert needed_by(EVALUATE, EVERY) == [ROWS, SCALED, BASELINE, TRAIN]


def test_a_stage_that_reads_what_no_stage_writes_needs_none() -> None:
    assert needed_by(ROWS, EVERY) == []
