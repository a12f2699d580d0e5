"""docs/extensions.md. Oracles: the committed figures, worked by hand."""

import re

import pytest

from studies.extensions.__main__ import DOCUMENT
from studies.extensions.document import baselines, rows
from studies.extensions.measured import Measurements, measured_from_json
from studies.extensions.pictures import pictures
from studies.extensions.result import Outcomes
from studies.extensions.settings import Settings, extensions_of, flat_line_configurations
from tests.studies.extensions.made import result
from tests.support.project import ROOT

RESULTS = {
    "plain": result([1.0, 3.0], [4, 6], baselines={"persistence": 4.0, "auto_arima": 3.5}),
    "more": result([3.0, 5.0], [5, 7]),
}
OUTCOME = Outcomes(RESULTS, {"wild": "the RMSE must stay finite, got nan"})


def test_the_document_is_what_the_committed_figures_say(text: str):
    assert (ROOT / DOCUMENT).read_text(encoding="utf-8") == text


def test_the_committed_figures_are_of_the_extensions_that_are_asked_for(
    measured: Measurements, asked: Settings
):
    assert list(measured.series) == list(asked["series"])
    for series, (results, failures) in measured.series.items():
        assert {*results, *failures} == set(extensions_of(series, asked))
    assert list(measured.flat_line.results) == list(flat_line_configurations(asked))


def test_an_extension_that_failed_has_diverged(measured: Measurements):
    for outcome in measured.series.values():
        assert all("must stay finite" in why for why in outcome.failures.values())


def test_every_configuration_has_all_repeats(measured: Measurements, asked: Settings):
    for outcome in [*measured.series.values(), measured.flat_line]:
        assert {len(one.rmse) for one in outcome.results.values()} == {asked["repeats"]}


def test_the_committed_figures_come_back_from_json(measured: Measurements):
    assert measured_from_json(measured.as_json()) == measured


def test_every_extension_has_a_row_with_a_verdict(text: str, asked: Settings):
    for series in asked["series"]:
        for extension in list(extensions_of(series, asked))[1:]:
            row = rf"^\| {re.escape(extension)} \| .* \| [A-Z][^|]+\. \|$"
            assert re.search(row, text, re.MULTILINE)


@pytest.mark.parametrize("transform", ["logarithm", "Box-Cox"])
def test_a_transform_learns_on_the_original_scale(transform: str, measured: Measurements):
    for outcome in measured.series.values():
        first = outcome.results["plain"].curves.train[0]
        assert outcome.results[transform].curves.train[0] == pytest.approx(first, rel=0.5)


def test_every_picture_is_shown(text: str, measured: Measurements, asked: Settings):
    for name in pictures(measured.series, asked):
        assert f"](pictures/extensions/{name}.png)" in text


def test_no_figure_is_missing(text: str):
    # an extension that failed may have got it
    assert not re.search(r"(?<!got )\b(nan|inf)\b", text)


def test_the_plain_row_says_mean_std_and_when_it_is_halfway():
    plain = rows(OUTCOME)["plain"]
    assert plain == "| plain | 2 | 2.00 ± 1.41 | 1.50 |  |  | 5 | 2 |  |"


def test_the_row_of_an_extension_says_its_change_and_welch_s_p():
    # t = -sqrt(2) with 2 degrees of freedom, so p = 1 - 1 / sqrt(2)
    row = rows(OUTCOME)["more"]
    assert row.startswith("| more | 2 | 4.00 ± 1.41 | 1.50 | +2.00 | 0.293 | 6 | 2 | Not told")


def test_an_extension_that_failed_says_why():
    row = rows(OUTCOME)["wild"]
    assert row.startswith("| wild |  |")
    assert row.endswith("| Failed: the RMSE must stay finite, got nan. |")


def test_baselines_stand_with_the_best_first():
    assert baselines(RESULTS)[2:] == ["| auto arima | 3.50 |", "| persistence | 4.00 |"]


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "softsign", "linear"])
def test_the_activations_of_the_cell_are_measured(activation: str, measured: Measurements):
    results = measured.series["shampoo"].results
    assert results[activation].rmse != results["plain"].rmse
