"""Tables of the problems. Oracles: the committed figures, worked by hand."""

import json
from pathlib import Path

import pytest

from problems.tables import END, OF_HELD_OUT, START, main, readme_of, table, with_table
from statecast.base.errors import StatecastError
from tests.support.project import ROOT


@pytest.mark.parametrize("problem", ["counting", "memory"])
def test_table_of_a_problem_is_what_its_run_wrote(problem: str):
    folder = ROOT / "problems" / problem
    assert readme_of(folder) == (folder / "README.md").read_text(encoding="utf-8")


def test_columns_are_those_that_some_variant_has():
    results = {
        "batch size 9": {"rmse.mean": 0.0114, "exact": False, "mae.mean": 1.0},
        "batch size 1": {"rmse.mean": 2.0, "exact": True},
    }
    assert table(results) == [
        "| setting | RMSE mean | exact |",
        "|---|---:|---:|",
        "| batch size 9 | 0.0114 | no |",
        "| batch size 1 | 2 | yes |",
    ]


def test_the_table_stands_between_the_markers():
    readme = f"before\n{START}\nold\n{END}\nafter\n"
    text = with_table(readme, {"a": {"exact": True}}, "README.md")
    assert text.splitlines() == [
        "before",
        START,
        "",
        "| setting | exact |",
        "|---|---:|",
        "| a | yes |",
        "",
        END,
        "after",
    ]


def test_variants_with_sequences_held_out_have_a_table_of_their_own(tmp_path: Path):
    results = {
        "seen": {"accuracy_last.mean": 1.0, "repeats": 30},
        "unseen": {"accuracy_last.mean": 0.5, "trained.accuracy_last.mean": 0.9, "repeats": 30},
    }
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "variants.json").write_text(json.dumps(results))
    (tmp_path / "README.md").write_text(f"{START}{END}{''.join(OF_HELD_OUT)}")
    lines = readme_of(tmp_path).splitlines()
    assert [line for line in lines if "seen" in line and "setting" not in line] == [
        "| seen | 1 |",
        "| unseen | 0.9 | 0.5 | 30 |",
    ]


def test_writing_a_table_twice_is_writing_it_once():
    results = {"a": {"exact": True}}
    once = with_table(f"{START}{END}", results, "README.md")
    assert with_table(once, results, "README.md") == once


def test_a_readme_without_markers_is_named():
    with pytest.raises(StatecastError, match=r"^README\.md must hold <!-- results -->"):
        with_table("no markers", {"a": {"exact": True}}, "README.md")


def test_without_results_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=r"error: problems/counting/metrics/variants\.json must"):
        main()
    assert not list(tmp_path.iterdir())


def test_main_writes_both_readmes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    readmes = [Path("problems") / problem / "README.md" for problem in ("counting", "memory")]
    for path in readmes:
        (path.parent / "metrics").mkdir(parents=True)
        (path.parent / "metrics" / "variants.json").write_text('{"a": {"exact": true}}')
        path.write_text(f"{START}{END}")
    main()
    assert ["| a | yes |" in path.read_text() for path in readmes] == [True, True]
