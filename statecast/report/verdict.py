"""What came of a run, in one sentence for somebody who reads no tables."""

from collections.abc import Mapping
from typing import Any

from statecast.base.files import read_frame, read_json, read_parquet
from statecast.base.paths import ACCURACY, ALL_FORECASTS, METRICS, PARAMS, RMSE, SCORES
from statecast.base.section import read_params
from statecast.data.units import counted
from statecast.report.directions import RIGHT, learned_direction

CHANCE = 0.05  # differences with a larger p-value may be chance
EQUAL = 0.005  # relative; a smaller difference is none
FLAT = 0.2  # forecasts whose standard deviation is a smaller share of the truth's hardly move
NAMES = {
    "persistence": "persistence",
    "drift": "the drift",
    "seasonal_naive": "the value of a season ago",
    "auto_arima": "AutoARIMA",
    "auto_ets": "AutoETS",
    "auto_theta": "AutoTheta",
    "ridge": "ridge regression",
}
Scores = Mapping[str, Any]


def read_verdict() -> str:
    """Return the verdict on what the pipeline found.

    Raises:
        StatecastError: the pipeline has not run.

    """
    scores = read_json(SCORES)
    if "rmse" not in scores:
        return of_symbols(read_json(METRICS), len(read_frame(ACCURACY)))
    repeats = len(read_frame(RMSE))
    learned = learned_direction()
    if learned is not None:
        return direction_verdict(scores, learned, repeats, forecast_rows())
    return verdict(scores, repeats, forecast_rows())


def forecast_rows() -> str:
    """Return what was forecast: ``12 months``, ``12 months of 10 series``.

    Raises:
        StatecastError: the pipeline has not run.

    """
    forecasts = read_parquet(ALL_FORECASTS, ["unique_id", "part", "ds", "seed"])
    of_one_repeat = forecasts["seed"] == forecasts["seed"].iloc[0]
    test = forecasts[of_one_repeat & (forecasts["part"] == "test")]
    by_series = test.groupby("unique_id", sort=False)["ds"].unique()
    frequency = read_params(PARAMS)["download"].get("frequency")
    different = {tuple(ds) for ds in by_series}  # many series have the same times
    rows = {counted(len(ds), ds, frequency) for ds in different}
    words = rows.pop() if len(rows) == 1 else f"{by_series.map(len).sum()} rows"
    return words if len(by_series) == 1 else f"{words} of {len(by_series)} series"


def verdict(scores: Scores, repeats: int, rows: str) -> str:
    """Return who beats whom, by how much, and on how many forecasts that rests.

    The network is the mean forecast of its repeats, which is also the forecast of what comes next.

    Args:
        scores: those of ``data/scores.json``.
        repeats: how many networks each series has.
        rows: what was forecast: ``12 months``.

    """
    network = scores["ensemble"]["rmse"]
    tests = scores["diebold_mariano"]
    best = scores["best_baseline"]
    persistence = against(network, "persistence", scores["persistence"]["rmse"])
    clauses = [persistence + _doubt(tests["persistence"])]
    if best not in (None, "persistence"):
        measured = scores["baselines"][best]["rmse"]
        clauses.append(against(network, best, measured) + _doubt(tests["best_baseline"]))
    comparisons = ", ".join(clauses)
    rests_on = f"{_repeats(repeats)}, {rows}{_end(scores['ensemble'])}"
    return f"{comparisons[0].upper()}{comparisons[1:]}; {rests_on}"


def direction_verdict(scores: Scores, measure: str, repeats: int, rows: str) -> str:
    """Return what share of ups and downs is said right, beside that of the best baseline.

    The best one is so on the validation rows, or on the test rows if there are no validation rows.

    Args:
        scores: as in ``verdict``.
        measure: the loss that was trained, a name of RIGHT.
        repeats: how many networks each series has.
        rows: what was forecast: ``12 months``.

    """
    right = scores["ensemble"][measure]
    said = f"The network says {_share(right)} of the {RIGHT[measure]} right"
    best = best_by(scores, measure)
    if best is not None:
        share = _share(scores["baselines"][best][measure])
        said += f", the best baseline, {NAMES.get(best, best)}, {share}"
    return f"{said}; {_repeats(repeats)}, {rows}."


def best_by(scores: Scores, measure: str) -> str | None:
    """Return the baseline with the highest share of directions; None: there is none."""
    baselines = scores["baselines"]
    judged = scores.get("validation", scores)["baselines"]
    shares = {
        method: figures[measure]
        for method, figures in judged.items()
        if method in baselines and figures[measure] is not None
    }
    return max(shares, key=shares.__getitem__, default=None)


def of_symbols(figures: Scores, repeats: int) -> str:
    """Return how many networks know every symbol that comes next.

    Args:
        figures: the headline metrics.
        repeats: how many networks there are.

    """
    share = figures["share_all_right"]
    last = figures["share_last_right"]
    right = f"{_share(share)} of the networks predict every symbol right"
    return f"{right}, {_share(last)} the last of each; {_repeats(repeats)}."


def against(network: float, method: str, other: float) -> str:
    """Return a clause: ``the network beats persistence by 30 %``.

    The share is of the larger of the two errors: 25 against 100 is better by 75 %.

    Args:
        network: the RMSE of the network.
        method: a baseline.
        other: its RMSE.

    """
    name = NAMES.get(method, method)
    worse = max(network, other)
    gain = abs(network - other) / worse if worse else 0.0
    if gain < EQUAL:
        return f"the network and {name} are equally good"
    if network < other:
        return f"the network beats {name} by {_share(gain)}"
    return f"{name} beats the network by {_share(gain)}"


def _end(ensemble: Scores) -> str:
    """Return the end of the sentence: a question where forecasts hardly move, or a full stop."""
    share = ensemble.get("flatness")
    if share is None or share >= FLAT:
        return "."
    moves = f"{_share(share)} of the truth"
    return f"; its forecasts hardly move ({moves}): is there anything to learn?"


def _share(value: float | None) -> str:
    return "no share" if value is None else f"{value:.0%}".replace("%", " %")


def _repeats(count: int) -> str:
    return "1 repeat" if count == 1 else f"{count} repeats"


def _doubt(test: Scores | None) -> str:
    """Return whether a difference may be chance, by a Diebold-Mariano test or several."""
    if test is None:
        return ""
    if "series" in test:
        better = f"clearly better on {test['better']} of {test['series']} series"
        return f" (the network is {better}, clearly worse on {test['worse']})"
    if test["p"] is not None and test["p"] > CHANCE:
        return f" (which may be chance, p = {test['p']:.2f})"
    return ""
