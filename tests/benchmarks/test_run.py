"""The page of measurements. Oracle: pages written by hand."""

import pytest

from benchmarks import run, scale
from benchmarks.pipeline import Stage
from statecast.base.errors import StatecastError


def test_sections_come_back_from_a_page_in_the_order_of_the_benchmark() -> None:
    sections = {"Floor": "f\n\n| a |", "Scale": "s"}
    assert run.sections_of(run.page(sections)) == sections
    assert list(run.sections_of(run.page(sections))) == ["Scale", "Floor"]


def test_an_unknown_section_is_one_line() -> None:
    match = r"^a section must be one of scale, pipeline, .*, got \['speed'\]$"
    with pytest.raises(StatecastError, match=match):
        run.main(["speed"])


def test_a_run_of_many_series_by_hand() -> None:
    """Two stages of 3 and 1 seconds on 4 series: a second a series."""
    case = scale.Case("four", 4, 480, {}, wanted=60, megabytes_wanted=1500)
    own = scale.Run(case, [Stage("train", 3.0, 700), Stage("frame", 1.0, 90)], {})
    cells = [cell.strip() for cell in scale.lines([own])[-1].strip("|").split("|")]
    assert cells[:6] == ["four", "480", "4.0", "60", "1,000.0", "700 (wanted: 1,500)"]
    assert cells[6] == "train 3.0 s, frame 1.0 s"
    table = scale.table([own])
    assert table["stage"].tolist() == ["train", "frame"]
    assert table["seconds"].tolist() == [3.0, 1.0]


def test_generated_series_are_regular_and_of_one_length() -> None:
    frame = scale.generated(3, 5)
    assert frame.groupby("unique_id")["ds"].apply(list).tolist() == [[0, 1, 2, 3, 4]] * 3
