"""Directions learned and said. Oracles: the committed figures, and tables worked by hand."""

from typing import Any

import pytest

from statecast.base.files import read_json
from statecast.base.keys import require_keys
from statecast.base.section import read_params
from studies import direction
from studies.direction import page, result_of, run_series, table, verdict
from tests.support.project import ROOT, Project

ASKED = read_params(ROOT / direction.SETTINGS)
CONTENT = read_json(ROOT / direction.RESULTS)


def result(mean: float, by_size: float) -> dict[str, Any]:
    """Return what two repeats say that are a tenth of the root of 2 apart."""
    return {
        "repeats": 2,
        "rmse": {"mean": 7.0, "std": 1.0},
        "direction": {"mean": mean, "std": 0.1},
        "direction_by_size": {"mean": by_size, "std": 0.1},
        "ensemble": {"direction": 0.5, "direction_by_size": 0.25},
        "baselines": {
            "persistence": {"direction": 0.0, "direction_by_size": 0.0},
            "auto_ets": {"direction": 0.75, "direction_by_size": 0.5},
        },
    }


RESULTS = {"mse": result(0.5, 0.8), "direction": result(0.6, 0.7)}


def test_document_is_what_the_committed_figures_say():
    assert (ROOT / direction.DOCUMENT).read_text(encoding="utf-8") == page(CONTENT, ASKED)


@pytest.mark.parametrize("series", ASKED["series"])
def test_committed_figures_are_of_the_losses_that_are_asked_for(series: str):
    assert list(CONTENT[series]) == ASKED["losses"]
    own = ASKED["series"][series]["params"]
    require_keys({**ASKED["params"], **own}, read_params(ROOT / "params.yaml"), series)


def test_table_by_hand():
    """Means a tenth apart, each with a standard error of a tenth: t = 1 / sqrt(2).

    With 2 degrees of freedom p = 1 - t / sqrt(2 + t^2) = 1 - 1 / sqrt(5).
    """
    assert table(RESULTS)[2:] == [
        "| `mse` | 0.500 | 0.100 | 0.500 |  | 0.800 | 0.100 | 0.250 |  | 7.00 |",
        "| `direction` | 0.600 | 0.100 | 0.500 | 0.423 | 0.700 | 0.100 | 0.250 | 0.423 |  |",
        "| *auto ets* | 0.750 | | | | 0.500 | | | | |",
        "| *persistence* | 0.000 | | | | 0.000 | | | | |",
    ]


def test_verdict_names_the_best_loss_and_the_best_baseline_of_each_measure():
    assert verdict(RESULTS) == (
        "By count the mean repeat is right most often with `direction`, 60.0%; the best baseline"
        " is auto ets, 75.0%.\nBy size the mean repeat is right most often with `mse`, 80.0%; the"
        " best baseline is auto ets, 50.0%."
    )


@pytest.mark.slow
def test_results_are_those_of_the_pipeline(project: Project, monkeypatch: pytest.MonkeyPatch):
    (project.folder / "dvc.yaml").write_text((ROOT / "dvc.yaml").read_text())
    monkeypatch.chdir(project.folder)
    asked = {
        "repeats": 2,
        "params": {"scale.method": "maxabs"},
        "losses": ["mse", "direction"],
        "series": {"shampoo": {"title": "t", "params": {}}},
    }
    results = run_series("shampoo", asked)
    project.set(forecast__horizon=0, scale__method="maxabs", train__loss="direction")
    project.run_all()
    scores = project.json("data/scores.json")
    assert results["direction"] == result_of(scores, 2)
    assert results["mse"]["rmse"] != results["direction"]["rmse"]
