"""Two experiments side by side. Oracles: by hand, the t formula, a normal interval; a reader in place of DVC."""

import numpy as np
import pytest
from scipy import stats

from statecast.base.errors import StatecastError
from statecast.commands import compare as command
from statecast.evaluation.comparison import Sample, compare, differing, verdict

RNG = np.random.default_rng(8)
A = Sample(np.arange(30), RNG.normal(100, 5, 30))
B = Sample(np.arange(30), RNG.normal(92, 8, 30))


def test_p_values_by_a_second_route() -> None:
    found = compare(A, B)
    welch = stats.ttest_ind_from_stats(
        A.rmse.mean(), A.rmse.std(ddof=1), 30, B.rmse.mean(), B.rmse.std(ddof=1), 30, False
    )
    assert found.welch == pytest.approx(welch.pvalue)
    wins = (A.rmse[:, None] > B.rmse).sum()
    z = (abs(wins - 450) - 0.5) / np.sqrt(30 * 30 * 61 / 12)  # normal approximation with continuity correction
    assert found.mann_whitney == pytest.approx(2 * stats.norm.sf(z), rel=1e-6)


@pytest.mark.parametrize("paired", [True, False])
def test_bootstrap_interval_is_near_the_normal_one(paired: bool) -> None:
    second = B if paired else B._replace(seeds=B.seeds + 1)
    found = compare(A, second)
    assert found.paired is paired
    loss = B.rmse - A.rmse
    error = loss.std() / 30**0.5 if paired else np.sqrt((A.rmse.var() + B.rmse.var()) / 30)
    assert [found.low, found.high] == pytest.approx([loss.mean() - 1.96 * error, loss.mean() + 1.96 * error], abs=0.3)
    assert compare(A, second) == found  # seeded


def test_verdict_names_the_better_one() -> None:
    assert verdict(compare(A, B), "a", "b").startswith("b is better than a by")
    assert verdict(compare(B, A), "b", "a").startswith("b is better than a by")
    assert "cannot be told apart" in verdict(compare(A, A), "a", "again")


def test_params_that_differ_by_hand() -> None:
    one, other = {"train": {"epochs": 1, "units": [1]}, "x": 2}, {"train": {"epochs": 3, "units": [1]}}
    assert differing(one, other) == [("train.epochs", 1, 3), ("x", 2, None)]


def test_one_repeat_cannot_be_compared() -> None:
    with pytest.raises(StatecastError, match="at least 2 repeats"):
        compare(Sample(A.seeds[:1], A.rmse[:1]), B)


def test_command_prints_what_it_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    files = {
        ("plots/rmse.csv", "a"): "seed,rmse\n0,3\n1,4\n2,5\n",
        ("plots/rmse.csv", "b"): "seed,rmse\n0,1\n1,2\n2,3.5\n",
        ("params.yaml", "a"): "train: {epochs: 1}",
        ("params.yaml", "b"): "train: {epochs: 7}",
    }
    monkeypatch.setattr(command, "read_text", lambda path, revision: files[path, revision])
    command.main(["a", "b"])
    shown = capsys.readouterr().out
    assert "train.epochs: 1 -> 7" in shown
    assert "a: mean 4.000, std 1.000, n 3" in shown
    assert "paired by seed" in shown


def test_unknown_experiment_is_one_line() -> None:
    with pytest.raises(SystemExit, match=r"^error: no-such-one must be an experiment with plots/rmse.csv"):
        command.main(["no-such-one", "workspace"])
