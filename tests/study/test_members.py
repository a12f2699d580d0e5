"""Members of a combination.

Oracles: the stage baseline; scikit-learn on the rows before each fold, by hand.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import Ridge

from statecast.study.configurations import Configuration
from statecast.study.local import train_here
from statecast.study.measuring import Measuring, Ready, folder_to_measure_in
from statecast.study.members import Member, method_after, method_member
from statecast.study.together import Rule, combination_of
from tests.support.project import ROOT, Project

ALPHA = 0.5
FRAMING = {
    "baseline.ridge_alpha": ALPHA,
    "difference.transform": "log",
    "forecast.horizon": 3,
    "frame.calendar": ["month"],
    "frame.lookback": 2,
    "frame.test_size": 6,
    "frame.validation_folds": 2,
    "frame.validation_size": 4,
    "scale.method": "none",
}
HORIZON = 3


class Framed(NamedTuple):
    """A project of two series, and its rows as a study has them."""

    project: Project
    ready: Ready

    def member(self, method: str) -> Member:
        return method_member(method, self.ready, self.ready, season_length=12, horizon=HORIZON)


@pytest.fixture(scope="module")
def framed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Framed]:
    folder = tmp_path_factory.mktemp("framed")
    project = Project(folder)
    months = pd.date_range("2001-01-01", periods=36, freq="MS").strftime("%Y-%m-%d")
    shampoo = pd.read_csv(ROOT / "data" / "source" / "shampoo.csv")["sales"].to_numpy()
    of_both = [
        pd.DataFrame({"id": name, "ds": months, "y": y})
        for name, y in (("a", shampoo), ("b", shampoo[::-1] + 100))
    ]
    project.source(pd.concat(of_both).to_csv(index=False))
    columns = {"time_column": "ds", "value_column": "y", "id_column": "id"}
    project.set_keys({**{f"download.{key}": name for key, name in columns.items()}, **FRAMING})
    (folder / "dvc.yaml").write_text((ROOT / "dvc.yaml").read_text())
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(folder)
        with folder_to_measure_in() as measured:
            ready = Measuring(train_here(), measured).ready(Configuration("s", {}))
        project.call("download", "difference", "frame", "scale", "baseline")
        yield Framed(project, ready)


def test_a_combination_of_ridge_alone_is_what_the_stage_baseline_forecasts(framed: Framed) -> None:
    rule = Rule("mean", 0, is_floored=False)
    together = combination_of([framed.member("ridge")], framed.member("persistence"), rule)
    table = framed.project.table("data/baselines.csv").query("method == 'ridge'")
    ahead = {"validation": together.validation, "test": together.test}
    for part, of_part in ahead.items():
        ours = np.concatenate([own.forecast[:, 0] for own in of_part])
        assert_allclose(ours, table.loc[table["part"] == part, "forecast"], rtol=1e-12)


def logs(y: np.ndarray) -> np.ndarray:
    return np.diff(np.log(y))


def month_of(place: int) -> list[float]:
    """Return the two waves of the month of a value, the first of which is that of a January."""
    turn = 2 * np.pi * place / 12
    return [np.sin(turn), np.cos(turn)]


def ahead_by_hand(y: np.ndarray, horizon: int) -> list[float]:
    """Return the forecasts after values: a regression of log differences on two and the month."""
    steps = logs(y)
    rows = [[*steps[at - 2 : at], *month_of(at + 1)] for at in range(2, len(steps))]
    model = Ridge(alpha=ALPHA).fit(rows, steps[2:])
    for _ in range(horizon):
        row = [*steps[-2:], *month_of(len(steps) + 1)]
        steps = np.append(steps, model.predict([row]))
    return list(y[-1] * np.exp(np.cumsum(steps[-horizon:])))


def test_ridge_of_each_fold_knows_the_values_before_it_alone(framed: Framed) -> None:
    values = dict(list(framed.ready.frame.groupby("unique_id")["y"]))
    ridge = framed.member("ridge")
    ends = {1: 22, 2: 26, 0: 30}  # values before the two folds of 4 rows, and before the test rows
    for own in (*ridge.validation, *ridge.test):
        y = values[own.key.unique_id].to_numpy()
        assert_allclose(own.forecast[0], ahead_by_hand(y[: ends[own.key.fold]], 3), rtol=1e-9)
    assert len(ridge.validation) == 4


def test_what_ridge_says_of_what_comes_next_knows_all_values(framed: Framed) -> None:
    after = method_after("ridge", framed.ready, season_length=12, horizon=HORIZON)
    by_series = framed.ready.frame.groupby("unique_id")["y"]
    expected = [ahead_by_hand(y.to_numpy(), 3) for _, y in by_series]
    assert_allclose(after, expected, rtol=1e-9)  # type: ignore[arg-type]
