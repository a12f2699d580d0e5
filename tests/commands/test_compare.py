"""The command compare. Oracle: worked by hand; a reader in place of DVC."""

import pytest
import yaml

from statecast.commands import compare, run_verb
from tests.support.project import ROOT

FILES = {
    ("plots/rmse.csv", "a"): "seed,rmse\n0,3\n1,4\n2,5\n",
    ("plots/rmse.csv", "b"): "seed,rmse\n0,1\n1,2\n2,3.5\n",
    ("plots/rmse.csv", "other"): "seed,rmse\n7,1\n8,2\n9,3.5\n",
    ("params.yaml", "a"): "train: {epochs: 1}",
    ("params.yaml", "b"): "train: {epochs: 7}",
    ("params.yaml", "other"): "train: {epochs: 1}",
}


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the command prints of two experiments."""
    return compared("b", monkeypatch, capsys)


def compared(
    second: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    monkeypatch.setattr(compare, "read_text", lambda path, revision: FILES[path, revision])
    assert run_verb("compare", ["a", second])
    return capsys.readouterr().out.splitlines()


def test_params_that_differ_are_told(lines: list[str]) -> None:
    assert lines[:2] == ["params that differ", "  train.epochs: 1 -> 7"]


def test_same_params_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared("other", monkeypatch, capsys)[:2] == ["params that differ", "  none"]


def test_errors_of_the_repeats_are_told(lines: list[str]) -> None:
    assert "  a: mean 4.000, std 1.000, n 3" in lines


def test_same_seeds_are_paired(lines: list[str]) -> None:
    assert lines[-2].endswith("(paired by seed)")


def test_other_seeds_are_not_paired(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = compared("other", monkeypatch, capsys)
    assert lines[-2].endswith("(not paired: the seeds differ)")


def test_difference_is_that_of_the_means(lines: list[str]) -> None:
    assert lines[-2].startswith("  difference -1.833, 95 % bootstrap interval ")


def test_verdict_is_the_last_line(lines: list[str]) -> None:
    assert lines[-1].startswith("b is better than a by")


@pytest.mark.parametrize("name", ["no-such-one", "HEAD:README.md", "HEAD:statecast"])
def test_what_is_no_experiment_is_one_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not run_verb("compare", [name, "workspace"])
    said = capsys.readouterr().err
    assert said.startswith(f"error: {name} must be an experiment with plots/rmse.csv")
    assert said.count("\n") == 1


@pytest.mark.parametrize("names", [("", ""), ("", "workspace"), ("workspace", " ")])
def test_empty_name_is_one_line(names: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert not run_verb("compare", list(names))
    said = capsys.readouterr().err
    assert said.startswith("error: what is compared must be the name of an experiment, a revision")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("plots/rmse.csv", "", "plots/rmse.csv of b must be what a stage wrote, got: "),
        ("plots/rmse.csv", "seed,rmse\n0,1\n1,", "plots/rmse.csv of b must be what a stage wrote"),
        ("plots/rmse.csv", "seed,x\n0,1\n", "plots/rmse.csv of b must be what a stage wrote"),
        (
            "plots/rmse.csv",
            "seed,rmse\n0,\n1,2\n",
            "plots/rmse.csv of b must be what a stage wrote",
        ),
        ("plots/rmse.csv", "seed,rmse\n0,a\n1,2\n", "plots/rmse.csv of b must be what a stage"),
        ("plots/rmse.csv", "seed,rmse\n0,1\n", "each experiment must have at least 2 repeats"),
        ("params.yaml", "train: {", "params.yaml of b must be valid YAML, got: "),
        ("params.yaml", "", "params.yaml of b must hold keys with their values, got None"),
        ("params.yaml", "[1]", "params.yaml of b must hold keys with their values, got [1]"),
    ],
)
def test_damaged_experiment_is_one_line(
    path: str,
    content: str,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = {**FILES, (path, "b"): content}
    monkeypatch.setattr(compare, "read_text", lambda path, revision: files[path, revision])
    assert not run_verb("compare", ["a", "b"])
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"error: {message}")
    assert shown.err.count("\n") == 1


def test_revisions_of_a_problem_are_those_of_the_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "problems" / "counting")
    params = yaml.safe_load(compare.read_text("params.yaml", "HEAD"))
    assert params["download"]["source"] == "counting.csv"
