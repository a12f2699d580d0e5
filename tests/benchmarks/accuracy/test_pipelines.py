"""The pipeline's forecasts. Oracles: rows by hand, and the scale of a series."""

import numpy as np
import pytest

from benchmarks.accuracy.arms import GLOBAL
from benchmarks.accuracy.competition import HORIZON
from benchmarks.accuracy.pipelines import forecasts, long_frame, stages
from tests.support.project import ROOT


def test_series_are_called_by_their_places() -> None:
    text = long_frame([np.array([1.5, 2]), np.array([3.0])]).to_csv(index=False)
    assert text == "unique_id,ds,y\ns0,1990-01,1.5\ns0,1990-02,2.0\ns1,1990-01,3.0\n"


def test_only_what_the_forecast_needs_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names = [own.module.removeprefix("stages.") for own in stages()]
    assert names == ["download", "difference", "frame", "scale", "train", "rebatch", "forecast"]


@pytest.mark.slow
def test_a_series_twice_as_large_has_forecasts_twice_as_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    y = 100 + np.random.default_rng(0).normal(size=45).cumsum()
    tiny = {**GLOBAL, "train.repeats": 2, "train.units": [2]}
    first, second = forecasts([y, 2 * y], tiny)
    assert first.shape == (HORIZON,)
    np.testing.assert_allclose(second, 2 * first, rtol=1e-5)
