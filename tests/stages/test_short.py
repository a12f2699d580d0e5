"""Series that are too short for the set-up. Oracle: the same pipeline, whose source lacks them."""

import logging
from itertools import product

import numpy as np
import pandas as pd
import pytest

from statecast.artifacts.scaled import scaled_rows
from statecast.base.errors import StatecastError
from statecast.base.paths import SERIES, SOURCES, TIMES
from statecast.flow.difference import differenced
from statecast.flow.frame import framed, inputs_of
from statecast.flow.scale import scaled
from statecast.flow.train import job_of
from statecast.library.keywords import Sections, keywords_of, sections_of
from statecast.network.lanes import IDLE
from statecast.training.job import Job
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


def with_few_training_rows(project: Project, short: str) -> Project:
    """Return a project with a series of 24 rows, of which 2 are left to train on.

    A difference, a lag and 20 rows held out take the others.
    """
    keys = {"frame.validation_folds": 0, "frame.validation_size": 8, "frame.least_train": 1}
    project.source(source("one", "just"))
    project.set(download__id_column="id", frame__short=short, train__batch_size=4)
    project.set_keys({**keys, "frame.test_size": 12})
    return project


def test_a_series_without_the_rows_of_a_batch_is_named(project: Project) -> None:
    with_few_training_rows(project, "error").call("download", "difference", "frame", "scale")
    line = project.refuses("train")
    assert "train.batch_size must be at most the 2 training rows of 'just'" in line
    assert "(frame.short skip: left out), got 4" in line


def test_a_series_without_the_rows_of_a_batch_is_left_out(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with_few_training_rows(project, "skip").call("download", "difference")
    assert set(project.table("data/differenced.csv")["unique_id"]) == {"one"}
    assert "1 of 2 series left out, with fewer than 26 rows: 'just'" in caplog.text


def test_a_batch_that_no_series_has_the_rows_of_is_named(project: Project) -> None:
    message = (
        r"must have at least 122 rows \(params\.yaml: difference\.lags, frame\.lookback, .* and an "
        r"update of train\.batch_size lanes\), got 40$"
    )
    with pytest.raises(StatecastError, match=message):
        with_few_training_rows(project, "skip").set(train__batch_size=100)
        project.call("download", "difference")


@pytest.fixture(scope="module")
def of_every_length() -> pd.DataFrame:
    """Series of 1 to 30 rows, named by their rows."""
    names = np.repeat(np.arange(1, 31), np.arange(1, 31))
    frame = pd.DataFrame({"unique_id": names.astype(str), "y": 1.0 * np.arange(len(names)) ** 2})
    frame.insert(1, "ds", frame.groupby("unique_id", sort=False).cumcount() + 1)
    return frame


@pytest.mark.parametrize("folds", [0, 3])
@pytest.mark.parametrize(
    ("network", "layout", "remainder"),
    [
        ("each", "interleaved", "drop"),
        ("each", "contiguous", "drop"),
        ("each", "interleaved", "pad"),
        ("all", "sequences", "drop"),
        ("all", "interleaved", "drop"),
    ],
)
def test_what_is_not_left_out_can_be_trained(
    of_every_length: pd.DataFrame, network: str, layout: str, remainder: str, folds: int
) -> None:
    """Those series stay whose oldest fold has the rows of an update. Oracle: rows by hand."""
    lanes_rest = network == "all" or remainder == "pad"
    kept_whole = {"network": network, "layout": layout, "remainder": remainder, "short": "skip"}
    parts = {"validation_size": min(folds, 1), "validation_folds": folds, "test_size": 2}
    inputs_and_least = ((1, 1), (5, 3))
    for batch_size, rows, (lookback, least) in product((1, 4), (1, 2), inputs_and_least):
        keys = {"train__batch_size": batch_size, "rows_per_update": rows, "least_train": least}
        sections = sections_of(
            keywords_of({**kept_whole, **parts, **keys, "lookback": lookback, "lags": [2]})
        )
        job = job_with(of_every_length, sections)
        update = 1 if lanes_rest else batch_size * rows
        fewest = 2 + lookback + folds + 2 + max(least, update)
        kept = {int(own.key.unique_id) for own in job.series if own.key.is_whole}
        assert kept == set(range(fewest, 31))
        for group in job.by_network().values():
            grid = job.setting.batching.grid([own.count("train") for own in group])
            assert (grid.rows != IDLE).any()


def job_with(series: pd.DataFrame, sections: Sections) -> Job:
    """Return what the stages from difference on would train."""
    frame, inverse = differenced(
        series,
        sections.difference,
        sections.frame,
        season_length=1,
        rows_of_update=sections.train.rows_of_update(),
    )
    split = framed(frame, sections.frame)
    inputs = inputs_of(sections.frame)
    result = scaled(split._asdict(), inputs, sections.scale)
    rows = scaled_rows([*result.parts.values()], result.scales, inputs.steps)
    return job_of(sections.train, rows, result.scaler, inverse)
