"""One network a series, or one for all: monthly series of the M3 competition.

``python -m benchmarks.global_network`` writes benchmarks/results/global_network.csv and prints the
table of docs/scale.md. Set-ups of both kinds compete on validation rows; the best of each kind is
trained again on all rows before the test part, and walks it one step at a time: on the series
that it was chosen on, and on all of them.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from benchmarks.machine import circumstances, digest_of
from benchmarks.scale import OF_A_TABLE, m3_frame
from statecast.base.files import read_json, write_frame
from statecast.base.keys import with_values
from statecast.base.paths import PARAMS, SCORES
from statecast.base.yaml_file import read_yaml
from statecast.pipeline import before_training, folder_with_sources, read_pipeline, run_stages

RESULTS = Path(__file__).parent / "results" / "global_network.csv"
SOURCE = Path("data/source/m3.csv")
EVERY = 5  # every fifth of the 1,428 series is chosen on
MONTHS = 18  # the test part of the competition; the validation part before it is as long
BASELINES = ("ridge", "seasonal_naive")  # in the table beside the networks

SHARED_KEYS = {
    **OF_A_TABLE,
    "download.source": SOURCE.name,
    "difference.transform": "log",
    "frame.lookback": 12,
    "frame.test_size": MONTHS,
    "scale.method": "standard",
    "baseline.methods": ["persistence", *BASELINES],
    "train.repeats": 5,
    "train.loss": "mae",
    "train.interval_folds": 0,
    "forecast.horizon": 0,
}
OF_EACH = {
    "train.network": "each",
    "train.batch_size": 8,
    "train.learning_rate": 0.003,
}
OF_ALL = {
    "train.network": "all",
    "train.layout": "sequences",
    "train.batch_size": 32,
    "train.learning_rate": 0.001,
    "train.shuffle": True,
}


class SetUp(NamedTuple):
    """One way to train."""

    name: str
    network: str  # each or all
    overrides: Mapping[str, Any]


class Run(NamedTuple):
    """What came of a set-up."""

    set_up: SetUp
    judged_on: str  # validation or test
    series: int
    scores: Mapping[str, Any]
    seconds: float  # of the stage train on the processor, with its compilation
    how: Mapping[str, str]  # data, date, commit and machine


KINDS = {"each": OF_EACH, "all": OF_ALL}
UNITS = {"each": 8, "all": 24}
EPOCHS = (10, 30)
FURTHER: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "highway": {"train.highway": True},
    "no state": {"train.stateful": False},
    "highway, no state": {"train.highway": True, "train.stateful": False},
}


def set_ups() -> list[SetUp]:
    """Return what competes: the same choices for both kinds."""
    return [
        SetUp(
            _name(network, epochs, words),
            network,
            {**keys, **further, "train.units": [UNITS[network]], "train.epochs": epochs},
        )
        for network, keys in KINDS.items()
        for epochs in EPOCHS
        for words, further in FURTHER.items()
    ]


def main() -> None:
    """Measure, write and print."""
    whole = m3_frame()
    some = every(whole, EVERY)
    runs = [run(some, set_up, "validation") for set_up in set_ups()]
    chosen = [best(runs, network) for network in KINDS]
    runs += [run(frame, set_up, "test") for frame in (some, whole) for set_up in chosen]
    write_frame(table(runs), RESULTS)
    print("\n".join(lines(runs)))


def every(frame: pd.DataFrame, step: int) -> pd.DataFrame:
    """Return every ``step``-th series, from the first one on."""
    names = frame["unique_id"].unique()[::step]
    return frame[frame["unique_id"].isin(names)]


def best(runs: list[Run], network: str) -> SetUp:
    """Return the set-up of a kind with the lowest mean MASE."""
    own = [run for run in runs if run.set_up.network == network]
    return min(own, key=lambda run: run.scores["mase"]["mean"]).set_up


def run(frame: pd.DataFrame, set_up: SetUp, judged_on: str) -> Run:
    """Run the pipeline on a frame, and return the scores of a part.

    Validation rows are held out of the training only where they are what counts.
    """
    held_out = MONTHS if judged_on == "validation" else 0
    epochs = set_up.overrides["train.epochs"]
    keys = {"frame.validation_size": held_out, "train.history_every": epochs}
    params = with_values(read_yaml(PARAMS), {**SHARED_KEYS, **set_up.overrides, **keys})
    stages = read_pipeline()
    before = before_training(stages)
    training, *after = stages[len(before) :]
    with folder_with_sources() as folder:
        write_frame(frame, folder / SOURCE)
        how = circumstances(digest_of(folder / SOURCE))
        run_stages(before, folder, params)
        started = time.process_time()
        run_stages([training], folder, params)
        seconds = time.process_time() - started
        run_stages(after, folder, params)
        scores = read_json(folder / SCORES)
    own = scores["validation"] if judged_on == "validation" else scores
    mase = own["mase"]["mean"]
    print(f"{set_up.network}, {set_up.name}: {mase:.3f}, {seconds:.0f} s", file=sys.stderr)
    return Run(set_up, judged_on, frame["unique_id"].nunique(), own, seconds, how)


def table(runs: list[Run]) -> pd.DataFrame:
    """Return a row a run, and after the last one on the same rows a row a baseline."""
    rows = []
    for own in runs:
        rows.append(_row(own))
        if own.judged_on == "test" and own.set_up.network == "all":
            rows += [_row_of_baseline(own, method) for method in BASELINES]
    return pd.DataFrame(rows).round(5)


def lines(runs: list[Run]) -> list[str]:
    """Return the table of the document: of the runs that are judged on the test rows."""
    tested = table(runs).query("judged_on == 'test'")
    head = "| series | network | set-up | MASE | median | sMAPE | median | skill | training, s |"
    return [
        head,
        "|---:|---|---|---:|---:|---:|---:|---:|---:|",
        *map(_line, tested.to_dict("records")),
    ]


def _line(row: Mapping[Any, Any]) -> str:
    trains = not pd.isna(row["seconds"])
    cells = [
        f"{row['series']:,}",
        row["network"],
        row["set_up"] if trains else "",
        _with_std(row["mase_mean"], row["mase_std"], 3),
        f"{row['mase_median']:.3f}",
        _with_std(row["smape_mean"], row["smape_std"], 4),
        f"{row['smape_median']:.4f}",
        f"{row['skill']:.3f}",
        f"{row['seconds']:.0f}" if trains else "",
    ]
    return f"| {' | '.join(cells)} |"


def _row(own: Run) -> dict[str, Any]:
    scores = own.scores
    medians = scores["median_over_series"]["network"]
    return {
        "network": own.set_up.network,
        "set_up": own.set_up.name,
        "judged_on": own.judged_on,
        "series": own.series,
        "repeats": SHARED_KEYS["train.repeats"],
        "mase_mean": scores["mase"]["mean"],
        "mase_std": scores["mase"]["std"],
        "mase_median": medians["mase"],
        "smape_mean": scores["smape"]["mean"],
        "smape_std": scores["smape"]["std"],
        "smape_median": medians["smape"],
        "skill": scores["skill"],
        "seconds": own.seconds,
        **own.how,
    }


def _row_of_baseline(own: Run, method: str) -> dict[str, Any]:
    scores = own.scores
    figures = scores["baselines"][method]
    medians = scores["median_over_series"]["baselines"][method]
    return {
        "network": method,
        "judged_on": own.judged_on,
        "series": own.series,
        "mase_mean": figures["mase"],
        "mase_median": medians["mase"],
        "smape_mean": figures["smape"],
        "smape_median": medians["smape"],
        "skill": 1 - figures["rmse"] / scores["persistence"]["rmse"],
        **own.how,
    }


def _name(network: str, epochs: int, words: str) -> str:
    name = f"{UNITS[network]} units, {epochs} epochs"
    return f"{name}, {words}" if words else name


def _with_std(mean: float, std: float, digits: int) -> str:
    """Return a mean, with its standard deviation over the repeats where there is one."""
    return f"{mean:.{digits}f}" if pd.isna(std) else f"{mean:.{digits}f} ± {std:.{digits}f}"


if __name__ == "__main__":
    main()
