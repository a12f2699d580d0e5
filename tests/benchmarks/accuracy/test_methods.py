"""Automatic models. Oracles: a line, and what stands in for a model."""

import numpy as np

from benchmarks.accuracy.competition import HORIZON
from benchmarks.accuracy.methods import forecast


def test_a_line_goes_on() -> None:
    ahead = forecast(np.arange(1.0, 24), "AutoETS")
    np.testing.assert_allclose(ahead, np.arange(24, 24 + HORIZON), rtol=0.02)


def test_the_last_value_stands_in_for_a_model_that_cannot_be_fitted() -> None:
    assert forecast(np.array([1.0, 7.0]), "AutoTheta").tolist() == [7] * HORIZON
