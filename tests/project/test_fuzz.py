"""Any params and any bytes: a pipeline ends well, or one stage says in a line why not.

An example that trains compiles its program, which takes most of its second.
``STATECAST_FUZZ_EXAMPLES`` sets how many examples the slow tests try.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support.fuzz_examples import of_numbers, of_symbols
from tests.support.fuzz_pipeline import END, Example, numbers_end, symbols_end

PARTS = 4  # of the slow examples, so that several workers share them
LEAST_SHARE = 0.4  # of the examples that must reach the end: a pipeline that refuses all is no good
NUMBERS = 16
SYMBOLS = 5
SLOW = int(os.environ.get("STATECAST_FUZZ_EXAMPLES", "5000"))

End = Callable[[Example, Path], str]


def fuzz(examples: st.SearchStrategy[Example], count: int, end_of: End, number: int) -> None:
    """Try some examples, always the same ones for a number."""
    ends: Counter[str] = Counter()

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(examples)
    def try_one(example: Example) -> None:
        with tempfile.TemporaryDirectory() as folder:
            ends[end_of(example, Path(folder))] += 1

    try_one()
    assert ends[END] >= LEAST_SHARE * ends.total(), ends


@pytest.mark.promise("forecast")
def test_any_source_and_any_params_end_in_a_forecast_or_in_one_line() -> None:
    fuzz(of_numbers(), NUMBERS, numbers_end, 0)


@pytest.mark.promise("forecast")
def test_any_sequences_and_any_params_end_in_a_forecast_or_in_one_line() -> None:
    fuzz(of_symbols(), SYMBOLS, symbols_end, 0)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.promise("forecast")
def test_five_thousand_odd_sources_and_params_end_in_a_forecast_or_in_one_line(part: int) -> None:
    fuzz(of_numbers(), SLOW // PARTS, numbers_end, PARTS + part)


@pytest.mark.slow
@pytest.mark.promise("forecast")
def test_many_odd_sequences_and_params_end_in_a_forecast_or_in_one_line() -> None:
    fuzz(of_symbols(), SLOW // 10, symbols_end, 1)
