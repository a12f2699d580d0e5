"""Arms and their kept forecasts. Oracle: by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy import measuring
from benchmarks.accuracy.arms import ARMS, Arm, forecast_of, key_of, of_reference
from benchmarks.accuracy.competition import HORIZON, Competition
from benchmarks.accuracy.seasons import seasonal_naive
from statecast.base.arrays import Floats

HISTORY = [np.arange(60.0), np.arange(70.0) ** 1.1]


def counting(calls: list[int], settings: dict[str, int]) -> Arm:
    """Return an arm that notes its calls."""

    def forecasts(histories: Sequence[Floats]) -> Floats:
        calls.append(len(histories))
        return np.ones((len(histories), HORIZON))

    return Arm("counting", "network", settings, forecasts)


def test_forecasts_are_made_once(tmp_path: Path) -> None:
    calls: list[int] = []
    arm = counting(calls, {"units": 1})
    first = forecast_of(arm, HISTORY, tmp_path, "test")
    again = forecast_of(arm, HISTORY, tmp_path, "test")
    assert calls == [2]
    np.testing.assert_array_equal(first.values, again.values)
    assert first.seconds == again.seconds


def test_other_settings_and_other_values_are_forecast_anew() -> None:
    arm = counting([], {"units": 1})
    keys = {key_of(arm, HISTORY), key_of(counting([], {"units": 2}), HISTORY)}
    keys |= {key_of(arm, HISTORY[:1]), key_of(arm, [HISTORY[0], HISTORY[1] + 1])}
    assert len(keys) == 4


def test_all_arms_have_names_of_their_own() -> None:
    assert len({arm.name for arm in ARMS}) == len(ARMS)


def test_rows_are_written_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "OVER_ALL", tmp_path / "all.csv")
    monkeypatch.setattr(measuring, "BY_STEP", tmp_path / "steps.csv")
    arms = [
        counting([], {"units": 1}),
        Arm("method", "method", {}, counting([], {}).forecasts),
        of_reference("seasonal naive", seasonal_naive),
    ]
    y = np.random.default_rng(0).normal(size=(20, 60)).cumsum(axis=1) + 100
    asked = Competition([str(place) for place in range(20)], list(y), np.ones((20, HORIZON)))
    over_all, _ = measuring.measure(arms, asked, tmp_path, processes=1)
    written = pd.read_csv(tmp_path / "all.csv")
    assert written["method"].tolist() == over_all["method"].tolist()
    assert len(written) == len(arms) + 4
