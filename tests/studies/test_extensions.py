"""What each extension changes. Oracles: the committed figures, worked by hand."""

from pathlib import Path
from typing import Any

import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import read_json
from statecast.base.keys import require_keys
from statecast.base.section import read_params
from studies import extensions
from studies.extensions import extensions_of, page, run_series, table, verdict
from tests.support.project import ROOT, Project

ASKED = read_params(ROOT / extensions.SETTINGS)
CONTENT = read_json(ROOT / extensions.RESULTS)
RESULTS: dict[str, Any] = {
    "plain": {
        "rmse": [1.0, 3.0],
        "ensemble": 1.5,
        "baselines": {"persistence": 4.0, "auto_arima": 3.5, "ridge": 2.5},
    },
    "more": {
        "rmse": [3.0, 5.0],
        "ensemble": 3.0,
        "baselines": {"ridge": 5.0, "persistence": 4.0},
    },
}


def test_document_is_what_the_committed_figures_say():
    written = (ROOT / extensions.DOCUMENT).read_text(encoding="utf-8")
    assert written == page(CONTENT, ASKED)


@pytest.mark.parametrize("series", ASKED["series"])
def test_committed_figures_are_of_the_extensions_that_are_asked_for(series: str):
    assert list(CONTENT[series]) == list(extensions_of(series, ASKED))


@pytest.mark.parametrize("series", ASKED["series"])
def test_every_key_of_a_series_is_a_key_of_params(series: str):
    require_keys(ASKED["series"][series]["params"], read_params(ROOT / "params.yaml"), series)


@pytest.mark.parametrize("extension", ASKED["extensions"])
def test_every_key_of_an_extension_is_a_key_of_params(extension: str):
    require_keys(ASKED["extensions"][extension], read_params(ROOT / "params.yaml"), extension)


def test_an_extension_is_tried_where_it_is_meant_for():
    asked = {
        "series": {"a": {}, "b": {}},
        "extensions": {"GRU": {"train.cell": "gru"}, "price": {"frame.features": ["price"]}},
        "only": {"price": ["b"]},
    }
    assert list(extensions_of("a", asked)) == ["plain", "GRU"]
    assert list(extensions_of("b", asked)) == ["plain", "GRU", "price"]


def test_the_plain_row_says_mean_std_and_ensemble():
    assert table(RESULTS)[2] == "| plain | 2.00 | 1.41 | 1.50 |  |  |"


def test_the_row_of_an_extension_says_its_change_and_welch_s_p():
    # t = -sqrt(2) with 2 degrees of freedom, so p = 1 - 1 / sqrt(2)
    assert table(RESULTS)[3] == "| more | 4.00 | 1.41 | 3.00 | +2.00 | 0.293 |"


def test_baselines_stand_below_with_the_best_first():
    assert table(RESULTS)[4:] == [
        "| *ridge* | 2.50 | | | | |",
        "| *auto arima* | 3.50 | | | | |",
        "| *persistence* | 4.00 | | | | |",
    ]


def test_verdict_says_who_is_ahead_of_the_best_baseline():
    words = verdict(RESULTS)
    assert "The best baseline is ridge with 2.50: the mean repeat is ahead of it in 1 of 2" in words
    assert "configurations, the ensemble in 1." in words


def test_verdict_compares_ridge_on_the_inputs_of_each_extension():
    assert "loses to the mean repeat in 2 of them" in verdict(RESULTS)


def test_verdict_without_ridge_does_not_speak_of_it():
    results = {"plain": {"rmse": [1.0, 3.0], "ensemble": 1.5, "baselines": {"drift": 1.0}}}
    assert verdict(results) == (
        "The best baseline is drift with 1.00: the mean repeat is ahead of it in 0 of 1"
        " configurations, the ensemble in 0."
    )


def test_a_misspelt_key_of_an_extension_is_named(project: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(project.folder)
    asked: dict[str, Any] = {
        "repeats": 2,
        "series": {"shampoo": {"title": "t", "params": {"train.epoch": 3}}},
        "extensions": {},
        "only": {},
    }
    with pytest.raises(StatecastError, match=r"did you mean train\.epochs"):
        run_series("shampoo", asked)


@pytest.mark.slow
def test_results_of_an_extension_are_those_of_the_pipeline(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "dvc.yaml").write_text((ROOT / "dvc.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    asked: dict[str, Any] = {
        "repeats": 2,
        "series": {"shampoo": {"title": "t", "params": {}}},
        "extensions": {"more units": {"train.units": [2]}},
        "only": {},
    }
    results = run_series("shampoo", asked)
    project.set(forecast__horizon=0, train__units=[2])
    project.run_all()
    expected = project.table("plots/rmse.csv")["rmse"].tolist()
    assert results["more units"]["rmse"] == pytest.approx(expected)
    assert results["more units"]["rmse"] != results["plain"]["rmse"]
