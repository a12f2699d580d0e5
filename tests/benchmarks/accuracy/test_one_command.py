"""The verb best in docs/accuracy.md. Oracle: a table of two series by hand."""

import numpy as np
import pandas as pd

from benchmarks.accuracy.one_command import errors_of_each, ratios

HINDSIGHT = "against the one of the three that turns out to be the best on each series"
MEASURED = pd.DataFrame(
    {
        "series": ["a", "b"],
        "kind": "monthly",
        "rows": [60, 72],
        "held_out": 12,
        "together": [2.0, 8.0],
        "persistence": [4.0, 4.0],
        "auto_arima": [2.0, 32.0],
        "auto_ets": [8.0, 8.0],
        "auto_theta": [1.0, 4.0],
        "coverage": [0.75, np.nan],
        "seconds": [59.6, 60.2],
    }
)


def test_the_lowest_error_is_in_bold_and_a_missing_interval_is_empty() -> None:
    first, second = errors_of_each(MEASURED)[2:]
    assert first == "| a, monthly | 60 | 12 | 2 | 4 | 2 | 8 | **1** | 75 % | 60 |"
    assert second == "| b, monthly | 72 | 12 | 8 | **4** | 32 | 8 | **4** |  | 60 |"


def test_ratios_are_geometric_means_and_a_tie_is_no_victory() -> None:
    assert ratios(MEASURED) == [
        "- against persistence 1.000; better on 1 of 2; persistence is ahead on b.",
        "- against AutoARIMA 0.500; better on 1 of 2; AutoARIMA is ahead on none.",
        "- against AutoETS 0.500; better on 1 of 2; AutoETS is ahead on none.",
        "- against AutoTheta 2.000; better on 0 of 2; AutoTheta is ahead on a, b.",
        f"- {HINDSIGHT} 2.000; AutoARIMA alone 4.000, AutoETS alone 4.000, AutoTheta alone 1.000.",
        "- The 90 % interval held 75.0 % in the mean of the 1 series with one.",
    ]
