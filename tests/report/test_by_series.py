"""The table of the series in the report. Oracle: worked by hand."""

import re
from pathlib import Path

import pandas as pd
import pytest

from statecast.base.files import write_frame
from statecast.base.paths import BY_SERIES
from statecast.report.by_series import BEST_SHOWN, WORST_SHOWN, by_series_part
from tests.report.test_tables import cells_of

FIGURES = {
    "rmse_mean": 2.0,
    "rmse_std": 0.5,
    "rmse_ensemble": 1.5,
    "rmse_persistence": 4.0,
    "rmse_best_baseline": 1.0,
    "p_persistence": 0.0123,
    "p_best_baseline": 0.04,
}


def written(skills: dict[str, float | None], **others: float | None) -> None:
    """Write the file of series with these skills into the working directory."""
    BY_SERIES.parent.mkdir()
    rows = [{"unique_id": name, "skill": skill} for name, skill in skills.items()]
    write_frame(pd.DataFrame(rows).assign(**{**FIGURES, **others}), BY_SERIES)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_highest_skill_comes_first_and_clear_differences_have_a_word() -> None:
    written({"a": 0.25, "b": 0.5, "none": None})
    html = by_series_part("ridge").html
    assert "<summary>All 3 series, the highest skill first</summary>" in html
    head, first, *others = cells_of(html)
    assert head[:2] == ["series", "skill"]
    assert head[5:] == ["ridge", "p, persistence", "p, ridge"]
    assert first == ["b", "0.5", "2", "1.5", "4", "1", "0.01 better", "0.04 worse"]
    assert [row[:2] for row in others] == [["a", "0.25"], ["none", "-"]]


def test_a_difference_that_is_not_clear_has_its_p_alone() -> None:
    written({"a": 0.25, "b": 0.5}, p_persistence=0.05, p_best_baseline=None)
    assert cells_of(by_series_part("ridge").html)[1][-2:] == ["0.05", "-"]


def test_without_baselines_persistence_stands_alone() -> None:
    written({"a": 0.25, "b": 0.5}, rmse_best_baseline=None, p_best_baseline=None)
    head, first, _ = cells_of(by_series_part(None).html)
    assert len(head) == len(first) == 6
    assert first[-1] == "0.01 better"


def test_of_many_series_the_best_and_the_worst_are_shown() -> None:
    written({f"s{place:02}": place / 100 for place in range(40)})
    html = by_series_part("ridge").html
    names = [name for name, *_ in cells_of(html)[1:]]
    best = [f"s{place:02}" for place in range(39, 39 - BEST_SHOWN, -1)]
    worst = [f"s{place:02}" for place in range(WORST_SHOWN - 1, -1, -1)]
    assert names == best + worst
    assert "of 40 series; plots/by_series.csv has all" in html


def test_a_hostile_name_is_text() -> None:
    written({"<b>": 0.25, "b": 0.5})
    html = by_series_part("<i>").html
    assert not re.search("<[bi]>", html)
