"""The table of extensions. Oracle: the committed figures, and arithmetic by hand."""

from pathlib import Path

import yaml

from stages.variants import with_overrides
from statecast.base.files import read_json
from statecast.params.section import read_params
from studies.extensions import page, table, verdict
from tests.conftest import ROOT


def test_document_is_what_the_committed_figures_say() -> None:
    asked = yaml.safe_load((ROOT / "studies" / "extensions.yaml").read_text())
    titles = {name: spec["title"] for name, spec in asked["series"].items()}
    content = read_json(ROOT / "studies" / "results" / "extensions.json")
    assert (ROOT / "docs" / "extensions.md").read_text() == page(content, titles, asked["repeats"])
    for name, figures in content.items():
        wanted = [title for title in asked["extensions"] if name in asked["only"].get(title, titles)]
        assert list(figures) == ["plain", *wanted]


def test_every_override_is_a_key_of_params() -> None:
    asked = yaml.safe_load((ROOT / "studies" / "extensions.yaml").read_text())
    params = read_params(Path(ROOT / "params.yaml"))
    for overrides in [spec["params"] for spec in asked["series"].values()] + list(asked["extensions"].values()):
        with_overrides(params, overrides)
        for key in overrides:
            section, _, name = key.partition(".")
            assert name in params[section] or name == "as", key


def test_rows_say_mean_change_and_who_is_ahead() -> None:
    figures = {
        "plain": {"rmse": [1.0, 3.0], "ensemble": 1.5, "baselines": {"ridge": 2.5, "persistence": 4.0}},
        "more": {"rmse": [3.0, 5.0], "ensemble": 3.0, "baselines": {"ridge": 5.0, "persistence": 4.0}},
    }
    rows = table(figures)
    assert rows[2].startswith("| plain | 2.00 | 1.41 | 1.50 |")
    assert rows[3].startswith("| more | 4.00 | 1.41 | 3.00 | +2.00 | 0.29")  # t = -sqrt(2), 2 degrees of freedom
    assert rows[4].startswith("| *ridge* | 2.50")
    words = verdict(figures)
    assert "The best baseline is ridge with 2.50: the mean repeat is ahead of it in 1 of 2" in words
    assert "loses to the mean repeat in 2 of them" in words
