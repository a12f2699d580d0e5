"""Facts of a series in a study file. Oracle: the shipped series, and arithmetic by hand."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import read_params
from statecast.base.yaml_file import read_yaml
from statecast.study.conduct import read_study, study_of
from statecast.study.facts import SeriesFacts, facts_in, facts_of, names_facts, with_facts

FACTS = SeriesFacts(season=12, rows=36)


def test_facts_are_those_of_the_shortest_series() -> None:
    columns = {"unique_id": ["a"] * 3 + ["b"] * 2, "ds": range(5), "y": [5.0, 1.0, 2.0, 3.0, 4.0]}
    assert facts_in(pd.DataFrame(columns), season=4) == SeriesFacts(4, 2, 1.0, has_dates=False)


def test_facts_of_the_shipped_series() -> None:
    assert facts_of(read_params()) == SeriesFacts(12, 36, 119.3)


def test_amounts_stand_in_overrides_grid_and_ranges_alone() -> None:
    content = {
        "name": "rows",
        "overrides": {"frame.test_size": "rows // 3", "download.value_column": "season"},
        "random": {"draws": 2, "ranges": {"frame.lookback": {"low": 1, "high": "season"}}},
    }
    changed = with_facts(content, FACTS, "s.yaml")
    assert changed["name"] == "rows"
    assert changed["overrides"] == {"frame.test_size": 12, "download.value_column": "season"}
    assert changed["random"]["ranges"]["frame.lookback"] == {"low": 1, "high": 12}
    assert names_facts(content)
    assert not names_facts(changed)


def test_study_without_expressions_asks_for_no_series() -> None:
    content: dict[str, Any] = {
        "name": "s",
        "overrides": {"download.source": "none.csv"},
        "grid": {"train.epochs": [1, 2]},
    }
    assert study_of(content, read_params(), "s.yaml").grid == content["grid"]


def test_expression_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("name: s\ngrid: {frame.lookback: [season ** 2]}\n", encoding="utf-8")
    with pytest.raises(
        StatecastError,
        match=r"s\.yaml: grid\.frame\.lookback: an expression must be a sum of numbers",
    ):
        read_study(path)


def test_shipped_study_draws_forty_that_shampoo_has_the_rows_for() -> None:
    study = read_study(Path("studies/best.yaml"))
    assert study.overrides["frame.test_size"] == 12
    assert study.overrides["frame.validation_size"] == 4
    assert len(study.configurations) == 40


@pytest.mark.parametrize(
    ("rows", "epochs"),
    [
        (10, [300, 1000]),
        (36, [300, 1000]),
        (200, [300, 1000]),
        (400, [187, 625]),
        (3650, [87, 291]),
        (1_000_000, [75, 250]),
    ],
)
def test_longer_series_are_drawn_fewer_epochs(rows: int, epochs: list[int]) -> None:
    """Oracle: by hand, 75 + 45,000 / 400 and 250 + 150,000 / 400 say."""
    content = read_yaml(Path("studies/best.yaml"))
    changed = with_facts(content, SeriesFacts(season=12, rows=rows), "best.yaml")
    assert changed["random"]["ranges"]["train.epochs"]["choices"] == epochs


@pytest.mark.parametrize(
    ("rows", "batch_sizes"), [(36, [1, 2]), (60, [1, 3]), (200, [5, 10]), (3650, [91, 182])]
)
def test_an_epoch_has_some_40_or_20_updates(rows: int, batch_sizes: list[int]) -> None:
    content = read_yaml(Path("studies/best.yaml"))
    changed = with_facts(content, SeriesFacts(season=12, rows=rows), "best.yaml")
    assert changed["random"]["ranges"]["train.batch_size"]["choices"] == batch_sizes


def test_a_value_of_0_in_the_rows_held_out_counts() -> None:
    """A stage refuses the logarithm of any row, so a draw of it could not be run."""
    columns = {"unique_id": "a", "ds": range(4), "y": [5.0, 3.0, 2.0, 0.0]}
    assert facts_in(pd.DataFrame(columns), season=1).lowest == 0
