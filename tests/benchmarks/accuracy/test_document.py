"""docs/accuracy.md. Oracles: tables by hand, and the rows that are committed."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy import document, walked
from benchmarks.accuracy.competition import HORIZON
from benchmarks.accuracy.coverage import HELD
from benchmarks.accuracy.document import EVERYTHING, NAIVE, NETWORKS
from benchmarks.accuracy.results import BY_STEP, OVER_ALL, WALKED
from benchmarks.best import RESULTS
from statecast.base.files import read_frame
from tests.support.project import ROOT

NAMES = (NAIVE, NETWORKS, EVERYTHING)
MASE = {NAIVE: 0.7, NETWORKS: 0.59, EVERYTHING: 0.55}
STEPS = pd.concat(
    pd.DataFrame(
        {
            "method": name,
            "step": np.arange(1, HORIZON + 1),
            "mase": MASE[name],
            "smape": 10.0,
            "coverage": 0.93,
        }
    )
    for name in NAMES
)
ROWS = pd.DataFrame(
    {
        "method": NAMES,
        "smape_1": 11.0,
        "mase_1": MASE.values(),
        "smape_1_18": 14.0,
        "mase_1_18": [1.0, 0.9, 0.82],
        "coverage": 0.93,
        "seconds": 60.0,
    }
)


def test_what_is_reached_is_said_and_what_is_not() -> None:
    lines = document.aims(ROWS, STEPS)[2:]
    measured = [[cell.strip() for cell in line.strip("|").split("|")][1:] for line in lines]
    assert measured == [
        ["at 18 of 18", "yes"],
        ["0.590", "yes"],
        ["0.550", "**no**"],
        ["0.820", "yes"],
        ["93.0 %", "yes"],
    ]


def test_own_and_published_methods_stand_in_the_order_of_their_errors() -> None:
    published = read_frame(document.PUBLISHED)
    lines = document.comparison(ROWS, published)[2:]
    assert len(lines) == len(published) + len(ROWS) == 31 + 3
    assert lines[0].startswith(f"| **{EVERYTHING}** | 11.00 | 0.550 | 14.00 | 0.820 | 93.0 % | 60")
    assert lines[1].startswith("| TimeCopilot |  |  |  | 0.829 |  |  |")


def test_networks_and_methods_of_a_walk_are_rows() -> None:
    figure = {"mean": 2.0, "std": 0.5}
    baseline = {"ridge": {"rmse": 3.0, "mase": 1.5, "smape": 0.2}}
    scores = {"rmse": figure, "mase": figure, "smape": {"mean": 0.1}, "baselines": baseline}
    rows = walked.figures(walked.WALKS[0], scores)
    assert [row["rmse"] for row in rows] == [2, 3]
    assert [row["smape"] for row in rows] == pytest.approx([10, 20])
    line = document.one_step(pd.DataFrame(rows))[2]
    assert line == "| shampoo.csv | **LSTM: params.yaml as it is** | 2 ± 0.5 | 2.000 | 10.00 |"


def test_methods_that_are_ahead_one_step_are_named_for_each_walk() -> None:
    names = ["LSTM: plain", "auto_ets", "ridge", "LSTM: global", "ridge"]
    rmse = [10.0, 9.0, 11.0, 8.0, 8.0]
    rows = pd.DataFrame({"data": "m3.csv", "method": names, "rmse": rmse})
    assert document.ahead_one_step(rows) == [
        "- m3.csv, plain: 1 of 2: auto ets.",
        "- m3.csv, global: 0 of 1: none.",
    ]


def test_published_methods_that_are_ahead_are_named() -> None:
    """All together have 0.55 at one step and 0.82 over 18; 24 and 31 methods were published."""
    one, many = document.verdict(ROWS, read_frame(document.PUBLISHED))
    assert one.endswith("of 0.550; of 24 published methods ahead of it: THETA, ForecastPro.")
    assert many.endswith("of 0.820; of 31 published methods ahead of it: none.")


@pytest.mark.skipif(not OVER_ALL.exists(), reason="make m3 has not run")
def test_the_document_is_what_its_rows_say() -> None:
    paths = (OVER_ALL, BY_STEP, WALKED, RESULTS, HELD)
    page = document.page(*(read_frame(path) for path in paths))
    assert (ROOT / document.PAGE).read_text(encoding="utf-8") == page
