"""Series that are too short for the set-up. Oracle: the same pipeline, whose source lacks them."""

import logging

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.paths import SERIES, SOURCES, TIMES
from tests.support.project import Project

# a difference, a lag, 3 x 2 validation rows, 12 test rows and 4 rows to train on
NEEDED = 1 + 1 + 3 * 2 + 12 + 4
LENGTHS = {"one": 40, "short": 20, "two": 36, "shorter": 2, "just": NEEDED}
KEYS = {"frame.validation_size": 3, "frame.validation_folds": 2, "frame.least_train": 4}


def source(*names: str) -> str:
    """Return a table of series, each with values of its own."""
    lines = ["id,month,sales"]
    for name in names:
        rng = np.random.default_rng(LENGTHS[name])
        values = rng.normal(100, 10, LENGTHS[name]).round(2)
        lines += [f"{name},{month},{y}" for month, y in enumerate(values, 1)]
    return "\n".join([*lines, ""])


def project_of(project: Project, *names: str, **keys: object) -> Project:
    project.source(source(*names))
    project.set(download__id_column="id", frame__short="skip", difference__transform="boxcox")
    project.set_keys({**KEYS, "forecast.horizon": 2, "evaluate.horizon": 2})
    project.set(**keys)
    return project


def outputs(project: Project) -> dict[str, bytes]:
    """Return all that the pipeline wrote, but for what was downloaded and the times of the run."""
    found = {}
    for folder in ("data", "plots", "metrics"):
        for path in sorted((project.folder / folder).rglob("*")):
            name = path.relative_to(project.folder)
            if path.is_file() and name not in (SERIES, TIMES) and SOURCES not in name.parents:
                found[str(name)] = path.read_bytes()
    return found


@pytest.mark.slow
def test_all_stages_leave_out_what_is_too_short(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    project_of(project, "one", "two").run_all()
    without = outputs(project)
    caplog.clear()
    project_of(project, "one", "short", "two", "shorter").run_all()
    lines = [line for line in caplog.messages if "left out" in line and "series" in line]
    assert lines == [
        f"difference: 2 of 4 series left out, with fewer than {NEEDED} rows: 'short', 'shorter'"
    ]
    assert {"data/differenced.csv", "data/scores.json", "data/future.csv"} <= set(without)
    assert outputs(project) == without
    assert project.table("data/series.csv")["unique_id"].nunique() == 4
    assert set(project.table("data/future.csv")["unique_id"]) == {"one", "two"}


def test_a_series_of_just_the_rows_is_kept(project: Project) -> None:
    project_of(project, "one", "just").call("download", "difference", "frame")
    train = project.table("data/framed/train.csv")
    rows = train.groupby(["unique_id", "fold"]).size()
    assert rows["just", 1] == 4


def test_a_pipeline_without_a_series_that_is_long_enough_fails(project: Project) -> None:
    message = (
        r"^series 'short' must have at least 24 rows \(params\.yaml: difference\.lags, "
        r"frame\.lookback, frame\.validation_size, frame\.test_size and frame\.least_train\), "
        r"got 20$"
    )
    with pytest.raises(StatecastError, match=message):
        project_of(project, "short", "shorter").call("download", "difference")


def test_rows_to_train_on_are_asked_for_where_nothing_is_left_out(project: Project) -> None:
    message = r"'short' must have at least 23 rows .*frame\.test_size \+ frame\.least_train\)"
    with pytest.raises(StatecastError, match=message):
        project_of(
            project, "one", "short", frame__short="error", difference__transform="none"
        ).call("download", "difference", "frame")


def test_a_series_without_the_rows_of_a_batch_is_named(project: Project) -> None:
    """Of 24 rows 2 are left to train on: a difference, a lag and 20 rows held out are not."""
    keys = {"frame.validation_folds": 0, "frame.validation_size": 8, "frame.least_train": 1}
    project.source(source("one", "just"))
    project.set(download__id_column="id", frame__short="skip", train__batch_size=4)
    project.set_keys({**keys, "frame.test_size": 12})
    project.call("download", "difference", "frame", "scale")
    line = project.fails("train")
    assert "train.batch_size must be at most the 2 training rows of 'just'" in line
    assert "(frame.least_train 4 and frame.short skip leave it out), got 4" in line
