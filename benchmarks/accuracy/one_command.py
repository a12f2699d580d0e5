"""The part of docs/accuracy.md on ``statecast best``, from the rows of ``benchmarks.best``."""

import numpy as np
import pandas as pd

from benchmarks.accuracy.tables import figure, table

OTHERS = {
    "persistence": "persistence",
    "auto_arima": "AutoARIMA",
    "auto_ets": "AutoETS",
    "auto_theta": "AutoTheta",
}
MODELS = ("auto_arima", "auto_ets", "auto_theta")
HEADS = ["series", "rows", "held out", "best", *OTHERS.values(), "90 % interval", "s"]


def errors_of_each(measured: pd.DataFrame) -> list[str]:
    """Return the table of the RMSE on each series, the lowest in bold."""
    return table(HEADS, [_row(row) for row in measured.to_dict("records")])


def ratios(measured: pd.DataFrame) -> list[str]:
    """Return a line for each method: the geometric mean of the ratio, and where it is ahead.

    A further line is against the automatic model with the lowest RMSE on each series, which nobody
    can know before.
    """
    lines = []
    for column, name in OTHERS.items():
        ratio = _ratio(measured["together"], measured[column])
        better = int((measured["together"] < measured[column]).sum())
        ahead = ", ".join(measured.loc[measured[column] < measured["together"], "series"])
        line = f"- against {name} {ratio:.3f}; better on {better} of {len(measured)}"
        lines.append(f"{line}; {name} is ahead on {ahead or 'none'}.")
    lowest = measured[list(MODELS)].min(axis=1)
    models = ", ".join(
        f"{OTHERS[column]} alone {_ratio(measured[column], lowest):.3f}" for column in MODELS
    )
    ratio = _ratio(measured["together"], lowest)
    known_later = "against the one of the three that turns out to be the best on each series"
    lines.append(f"- {known_later} {ratio:.3f}; {models}.")
    held = measured["coverage"].dropna()
    mean = f"{100 * held.mean():.1f} %"
    lines.append(f"- The 90 % interval held {mean} in the mean of the {len(held)} series with one.")
    return lines


def _ratio(errors: pd.Series, others: pd.Series) -> float:
    """Return the geometric mean of the ratios of errors."""
    return float(np.exp(np.log(errors / others).mean()))


def _row(row: dict) -> list[str]:
    errors = [row[name] for name in ("together", *OTHERS)]
    cells = [f"**{error:.4g}**" if error == min(errors) else f"{error:.4g}" for error in errors]
    held = "" if pd.isna(row["coverage"]) else f"{100 * row['coverage']:.0f} %"
    sizes = [str(row["rows"]), str(row["held_out"])]
    return [f"{row['series']}, {row['kind']}", *sizes, *cells, held, figure(row["seconds"], 0)]
