"""Ridge regression on the inputs of a network. Oracles: the normal equations; changed rows."""

import numpy as np
from numpy.testing import assert_allclose

from statecast.base.identity import SeriesKey
from statecast.evaluation.ridge import ridge
from statecast.network.rows import SeriesRows


def rows(x: np.ndarray, y: np.ndarray, sizes: tuple[int, int, int]) -> SeriesRows:
    return SeriesRows(SeriesKey("s"), np.arange(len(x)), x, y[:, None], sizes)


def test_ridge_does_not_see_later_rows() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20, 2))
    y = rng.normal(size=20)
    before = ridge(rows(x, y, (12, 3, 5)), 1.0)
    x[16:] = 9
    y[12:] = 9
    assert_allclose(ridge(rows(x, y, (12, 3, 5)), 1.0)[:16], before[:16], rtol=1e-12)


def test_ridge_solves_the_normal_equations() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(15, 2))
    y = rng.normal(size=15)
    train = x[:10] - x[:10].mean(axis=0)
    target = y[:10] - y[:10].mean()
    slope = np.linalg.solve(train.T @ train + 0.5 * np.eye(2), train.T @ target)
    expected = (x - x[:10].mean(axis=0)) @ slope + y[:10].mean()
    assert_allclose(ridge(rows(x, y, (10, 0, 5)), 0.5), expected, rtol=1e-10)


def test_ridge_forecasts_the_output_that_it_is_asked_for() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(15, 2))
    y = rng.normal(size=(15, 2))
    both = rows(x, y[:, 0], (10, 0, 5))._replace(y=y)
    alone = ridge(rows(x, y[:, 1], (10, 0, 5)), 0.5)
    assert_allclose(ridge(both, 0.5, output=1), alone, rtol=1e-12)
