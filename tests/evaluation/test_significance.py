"""The test of Diebold and Mariano. Oracles: by hand, a paired t-test, the published formula."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from statecast.evaluation.significance import diebold_mariano
from tests.support.project import ROOT

RNG = np.random.default_rng(3)


def test_diebold_mariano_by_hand() -> None:
    """Squared errors 1 4 9 4 against 4 4 1 25: differentials -3 0 8 -21, their mean -4.

    Their variance is (1 + 16 + 144 + 289) / 4.
    """
    result = diebold_mariano([1, 2, 3, 2], [2, 2, 1, 5])
    assert result is not None
    expected = -4 / np.sqrt(112.5 / 4) * np.sqrt(3 / 4)
    assert result.statistic == pytest.approx(expected, rel=1e-12)
    assert result.p == pytest.approx(2 * stats.t.sf(abs(expected), 3), rel=1e-12)


def test_diebold_mariano_at_one_step_is_a_paired_t_test_of_the_losses() -> None:
    first = RNG.normal(size=20)
    second = RNG.normal(size=20) * 1.5
    expected = stats.ttest_rel(first**2, second**2)
    ours = diebold_mariano(first, second)
    assert_allclose(ours, [expected.statistic, expected.pvalue], rtol=1e-10)


def test_diebold_mariano_at_three_steps_is_the_published_formula() -> None:
    first = RNG.normal(size=30)
    second = RNG.normal(size=30)
    loss = first**2 - second**2
    centred = loss - loss.mean()
    gamma = [sum(centred[t] * centred[t - k] for t in range(k, 30)) / 30 for k in range(3)]
    plain = loss.mean() / np.sqrt((gamma[0] + 2 * gamma[1] + 2 * gamma[2]) / 30)
    expected = plain * np.sqrt((30 + 1 - 2 * 3 + 3 * (3 - 1) / 30) / 30)
    ours = diebold_mariano(first, second, 3)
    assert ours is not None
    assert ours.statistic == pytest.approx(expected, rel=1e-10)


def test_the_other_way_round_the_sign_changes() -> None:
    first = RNG.normal(size=20)
    second = RNG.normal(size=20)
    one_way = diebold_mariano(first, second)
    other_way = diebold_mariano(second, first)
    assert one_way is not None
    assert other_way is not None
    assert other_way.statistic == -one_way.statistic
    assert other_way.p == one_way.p


@pytest.mark.parametrize(
    ("first", "second"),
    [([1, -2, 3], [-1, 2, 3]), ([1.0], [2.0]), ([0.1] * 3, [0.3, 0.1 + 0.2, 0.3])],
    ids=["equal losses", "one value", "differentials that vary by rounding alone"],
)
def test_diebold_mariano_says_nothing_where_nothing_varies(
    first: list[float], second: list[float]
) -> None:
    assert diebold_mariano(first, second) is None


def test_what_else_scipy_has_can_still_be_imported() -> None:
    program = """
import sys
from statecast.evaluation.significance import diebold_mariano
from tests.support.project import ROOT
print(diebold_mariano([1, 2, 3, 2], [2, 2, 1, 5]).p, "scipy.linalg" in sys.modules)
from scipy import special, stats
print(2 * stats.t.sf(4 / (112.5 / 4) ** 0.5 * 0.75**0.5, 3), special.gamma(5))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    p, has_linalg, expected, gamma = done.stdout.split()
    assert float(p) == pytest.approx(float(expected), rel=1e-12)
    assert (has_linalg, gamma) == ("False", "24.0")
