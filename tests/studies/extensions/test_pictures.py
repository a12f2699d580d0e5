"""The learning curves of the extensions. Oracles: the committed figures, worked by hand."""

from pathlib import Path

import pytest

from studies.extensions.__main__ import PICTURES
from studies.extensions.measured import Measurements
from studies.extensions.pictures import is_wide, picture_name, pictures
from studies.extensions.result import Outcomes
from studies.extensions.settings import Settings, groups_of
from studies.png import KEY, digest, text_of
from studies.reproduction.pictures import Specification
from tests.studies.extensions.made import result
from tests.support.project import ROOT

COMMITTED = sorted((ROOT / PICTURES).glob("*.png"))
MOST_BYTES = 100_000
ASKED: Settings = {
    "series": {"a": {}},
    "only": {},
    "groups": {"Cells": {"GRU": {}, "wild": {}}, "Transforms": {"log": {}}},
}
RESULTS = {"plain": result([1.0], [1]), "GRU": result([1.0], [1])}
DIVERGED = {"wild": "it diverged", "log": "it diverged"}
MADE = pictures({"a": Outcomes(RESULTS, DIVERGED)}, ASKED)


@pytest.fixture(scope="module")
def drawn(measured: Measurements, asked: Settings) -> dict[str, Specification]:
    """The pictures of the committed figures."""
    return pictures(measured.series, asked)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_a_committed_picture_is_drawn_from_the_committed_figures(
    path: Path, drawn: dict[str, Specification]
):
    assert text_of(path.read_bytes(), KEY) == digest(drawn[path.stem]), "make extensions"
    assert path.stat().st_size < MOST_BYTES


def test_the_pictures_are_those_that_are_committed(drawn: dict[str, Specification]):
    assert sorted(drawn) == [path.stem for path in COMMITTED]


def test_every_group_of_every_series_is_drawn(drawn: dict[str, Specification], asked: Settings):
    for series in asked["series"]:
        for group in groups_of(series, asked):
            assert drawn[picture_name(series, group)]["title"]["text"] == group


def test_no_picture_needs_more_colors_than_there_are(drawn: dict[str, Specification]):
    for specification in drawn.values():
        scale = specification["hconcat"][0]["encoding"]["color"]["scale"]
        assert len(scale["domain"]) == len(scale["range"])


def test_a_group_whose_extensions_all_failed_is_left_out():
    assert list(MADE) == ["a-cells"]


def test_a_group_has_a_panel_for_the_training_rows_and_one_for_the_test_rows():
    fields = [panel["encoding"]["y"]["field"] for panel in MADE["a-cells"]["hconcat"]]
    assert fields == ["train", "test"]


def test_a_picture_shows_its_extensions_beside_the_plain_curve():
    rows = MADE["a-cells"]["data"]["values"]
    assert rows == [
        {"extension": name, "epoch": epoch, "train": train, "test": test}
        for name in ("plain", "GRU")
        for epoch, train, test in [(1, 3.0, 4.0), (2, 1.0, 2.0)]
    ]


def test_the_plain_curve_is_black():
    scale = MADE["a-cells"]["hconcat"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True))["plain"] == "#000000"


def test_the_name_of_a_picture_is_that_of_its_group():
    name = picture_name("shampoo", "Stopping, and several at once")
    assert name == "shampoo-stopping-and-several-at-once"


@pytest.mark.parametrize(("highest", "wide"), [(50.0, False), (51.0, True)])
def test_curves_far_apart_have_a_logarithmic_axis(highest: float, wide: bool):
    assert is_wide([1.0, 2.0, highest]) == wide
