"""The committed figures. Oracle: the published rows."""

import pytest

from studies.reproduction.figures import VERSIONS, Figures, of_variant
from studies.reproduction.settings import KEYS
from tests.support.project import ROOT

BY = ["study", *KEYS]
EACH_VERSION = pytest.mark.parametrize("version", VERSIONS)


@EACH_VERSION
def test_the_tables_have_the_published_rows(version: str, figures: Figures):
    counts = of_variant(figures.tables, version).groupby(BY).size()
    assert set(counts.index) == set(map(tuple, figures.published[BY].to_numpy().tolist()))


@EACH_VERSION
def test_the_tables_have_thirty_repeats(version: str, figures: Figures):
    assert set(of_variant(figures.tables, version).groupby(BY).size()) == {30}


@EACH_VERSION
def test_the_curves_have_the_published_rows(version: str, figures: Figures):
    curves = of_variant(figures.curves, version)
    counts = curves.groupby(KEYS).size()
    assert set(counts.index) == set(map(tuple, figures.diagnostics[KEYS].to_numpy().tolist()))


@EACH_VERSION
def test_the_curves_have_ten_repeats_to_the_last_epoch(version: str, figures: Figures):
    curves = of_variant(figures.curves, version)
    last = curves[curves["epoch"] == curves["epochs"]]
    assert set(last.groupby(KEYS).size()) == {10}
    assert len(last) == 10 * len(curves[KEYS].drop_duplicates())


@EACH_VERSION
def test_the_curves_of_the_remarks_have_fifty_repeats_to_the_last_epoch(
    version: str, figures: Figures
):
    curves = of_variant(figures.remarks, version)
    last = curves[curves["epoch"] == curves["epochs"]]
    counts = last.groupby(KEYS).size()
    assert counts.to_dict() == {(1000, 4, 2): 50, (1000, 4, 3): 50, (2000, 4, 1): 50}


def test_persistence_is_the_published_one(figures: Figures):
    assert figures.persistence == pytest.approx(136.761, abs=0.001)


def test_the_long_study_has_300_repeats(figures: Figures):
    assert set(figures.repeats.groupby("configuration").size()) == {300}


def test_the_longest_study_has_3000_repeats(figures: Figures):
    assert len(figures.many) == 3000


def test_shampoo_34_is_shampoo_without_two_months():
    whole = (ROOT / "data" / "source" / "shampoo.csv").read_text().splitlines()
    shorter = (ROOT / "studies" / "shampoo-34.csv").read_text().splitlines()
    assert shorter == [whole[0], *whole[3:]]
