"""The command that compares two experiments. Oracle: a reader in place of DVC."""

import pytest

from statecast.commands import compare as command


def test_command_prints_what_it_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
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
    with pytest.raises(
        SystemExit, match=r"^error: no-such-one must be an experiment with plots/rmse.csv"
    ):
        command.main(["no-such-one", "workspace"])
