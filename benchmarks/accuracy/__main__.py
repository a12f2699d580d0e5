"""Measure accuracy and write docs/accuracy.md: make m3, which is python -m benchmarks.accuracy."""

import tempfile
from pathlib import Path

from benchmarks.accuracy import coverage, walked
from benchmarks.accuracy.arms import ARMS
from benchmarks.accuracy.competition import m3_monthly
from benchmarks.accuracy.document import write_page
from benchmarks.accuracy.measuring import measure
from statecast.training.cores import cores

KEPT = Path(tempfile.gettempdir()) / "statecast-accuracy"
MOST_AT_ONCE = 4  # arms, each of which takes about a gigabyte
PRINTED = ["method", "smape_1", "mase_1", "smape_1_18", "mase_1_18", "coverage", "seconds"]


def main() -> None:
    """Measure, write and print."""
    over_all, _ = measure(ARMS, m3_monthly(), KEPT, processes=min(cores(), MOST_AT_ONCE))
    print(over_all[PRINTED].to_string(index=False))
    walked.measure()
    coverage.measure()
    write_page()


if __name__ == "__main__":
    main()
