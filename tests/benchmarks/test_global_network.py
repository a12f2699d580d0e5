"""The comparison of networks for one series and for all. Oracle: by hand."""

import pandas as pd

from benchmarks.global_network import Run, SetUp, best, every, lines, set_ups, table
from statecast.evaluation.scores import Scores

HOW = {"data_sha256": "1a", "date": "2026-01-01", "commit": "2b", "machine": "a machine"}
MEDIANS = {"mase": 0.5, "smape": 0.075}


def scores(mase: float) -> Scores:
    """Return the scores of networks with this mean MASE, and of both baselines."""
    baseline = {"mase": 0.7, "smape": 0.09, "rmse": 8.0}
    names = ("ridge", "seasonal_naive")
    return {
        "mase": {"mean": mase, "std": 0.01},
        "smape": {"mean": 0.08, "std": 0.001},
        "skill": 0.25,
        "persistence": {"rmse": 10.0},
        "baselines": dict.fromkeys(names, baseline),
        "median_over_series": {"network": MEDIANS, "baselines": dict.fromkeys(names, MEDIANS)},
    }


def run(network: str, name: str, mase: float, judged_on: str = "validation") -> Run:
    return Run(SetUp(name, network, {}), judged_on, 286, scores(mase), 3.0, HOW)


RUNS = [run("each", "a", 0.9), run("each", "b", 0.8), run("all", "a", 0.7)]
TESTED = run("all", "a", 0.6, "test")


def test_every_second_series_is_taken_whole() -> None:
    frame = pd.DataFrame({"unique_id": ["a", "a", "b", "c"], "y": [1, 2, 3, 4]})
    assert every(frame, 2)["y"].tolist() == [1, 2, 4]


def test_best_of_a_kind_has_the_lowest_mean_error() -> None:
    assert best(RUNS, "each").name == "b"
    assert best(RUNS, "all").name == "a"


def test_both_kinds_have_the_same_choices() -> None:
    names = {
        kind: [own.name for own in set_ups() if own.network == kind] for kind in ("each", "all")
    }
    further = {kind: [name.partition(", ")[2] for name in own] for kind, own in names.items()}
    assert further["each"] == further["all"]


def test_table_has_a_row_a_run_and_one_a_baseline() -> None:
    rows = table([*RUNS, TESTED])
    assert rows["network"].tolist() == ["each", "each", "all", "all", "ridge", "seasonal_naive"]
    assert rows["mase_mean"].tolist() == [0.9, 0.8, 0.7, 0.6, 0.7, 0.7]
    assert rows["skill"].tolist()[-1] == 0.2  # 1 - 8 / 10
    assert rows["commit"].tolist() == ["2b"] * 6


def test_lines_show_what_the_test_rows_say() -> None:
    shown = lines([*RUNS, TESTED])
    assert shown[2:] == [
        "| 286 | all | a | 0.600 ± 0.010 | 0.500 | 0.0800 ± 0.0010 | 0.0750 | 0.250 | 3 |",
        "| 286 | ridge |  | 0.700 | 0.500 | 0.0900 | 0.0750 | 0.200 |  |",
        "| 286 | seasonal_naive |  | 0.700 | 0.500 | 0.0900 | 0.0750 | 0.200 |  |",
    ]
