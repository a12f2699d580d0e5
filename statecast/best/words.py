"""What came of the best forecast, in words."""

import numpy as np

from statecast.best.conduct import Best
from statecast.best.found import FoundSeries
from statecast.best.tables import rmse_by_name
from statecast.data.units import counted
from statecast.study.combined import PERSISTENCE, combined_figures, unjudged_count
from statecast.study.together import Rule

NAMES = {
    "auto_arima": "AutoARIMA",
    "auto_ets": "AutoETS",
    "auto_theta": "AutoTheta",
    "persistence": "persistence",
    "ridge": "ridge regression",
}
EQUAL = 0.005  # relative; a smaller difference is none
ROUNDING = 1e-9  # beside the values; a smaller difference is none either


def called(member: str) -> str:
    """Return what a member is called in a sentence or a table."""
    return NAMES.get(member, member)


def verdict(best: Best) -> str:
    """Return in a sentence whom the combination beats on the rows held out, and by how much."""
    figures = rmse_by_name(best)
    rivals = [PERSISTENCE, *_ranked(best.combined.methods, figures)]
    together = figures["together"]
    size = float(best.series["y"].abs().max())
    clauses = ", ".join(against(name, together, figures[name], size=size) for name in rivals)
    ds = best.combined.test_ds[0]
    held_out = f"{counted(len(ds), ds.tolist())} held out"
    unjudged = unjudged_count(best.combined)
    if unjudged:
        held_out += f", of which the {unjudged} in or right after a gap are not judged"
    networks = "1 network" if len(best.chosen) == 1 else f"{len(best.chosen)} networks"
    models = "1 model" if len(rivals) == 2 else f"{len(rivals) - 1} models"
    members = f"{networks} and {models}" if len(rivals) > 1 else networks
    return f"Together, {members} {clauses}; one step ahead on {held_out}."


def coverage(best: Best) -> str:
    """Return how many of the values held out the interval held; nothing without an interval."""
    interval = combined_figures(best.combined)["interval"]
    if interval["coverage"] is None:
        return "There are too few rows to take an interval from."
    share = f"{interval['level'] * 100:.4g} %"
    count = int(np.isfinite(best.combined.together.test[0].y[:, 0]).sum())
    held = round(interval["coverage"] * count)
    one_step = f"An interval made to hold {share} of the values held {held} of these {count}"
    horizon = best.combined.together.test[0].y.shape[1]
    if horizon == 1:
        return f"{one_step}."
    ahead = f"{interval['coverage_ahead'] * 100:.0f} %"
    return f"{one_step}; at 1 to {horizon} steps ahead it held {ahead}."


def weighing(rule: Rule) -> str:
    """Return how members are weighed."""
    floor = " What is worse there than persistence has none." if rule.is_floored else ""
    if rule.weights == "validation":
        return (
            f"Weights go by the RMSE on the validation rows to the power -{rule.power:g}: the first"
            f" one step ahead, the second all steps ahead, which makes what comes next.{floor}"
        )
    if rule.weights == "median":
        return f"The forecast is the median of the members that have a weight.{floor}"
    return f"The members that have a weight count the same.{floor}"


def what_was_read(found: FoundSeries, best: Best) -> str:
    """Return in a sentence which series was read, and as what."""
    ds = best.series["ds"]
    rows = counted(len(ds), ds.tolist())
    time = found.columns.time or "the order of the rows"
    seasonal = f"a season is {found.season} rows" if found.season > 1 else "without a season"
    read = f"{found.columns.value} by {time}: {rows}, {ds.iloc[0]} to {ds.iloc[-1]}, {seasonal}"
    too_long = [f"{called(name)} is left out, which would take minutes" for name in best.left_out]
    return "; ".join([read, *found.remarks, *too_long, *_failed(best)]) + "."


def _failed(best: Best) -> list[str]:
    """Return how many configurations could not be run, and why the first could not."""
    if not best.failed:
        return []
    drawn = len(best.study.configurations)
    return [f"{best.failed} of {drawn} configurations could not be run ({best.error})"]


def _ranked(methods: list[str], figures: dict[str, float]) -> list[str]:
    """Return the methods that have a forecast but persistence, the best on the test rows first."""
    known = [name for name in methods if name != PERSISTENCE and np.isfinite(figures[name])]
    return sorted(known, key=lambda name: figures[name])


def against(name: str, together: float, other: float, *, size: float) -> str:
    """Return whether the combination beats a member or loses to it, and by how much.

    Args:
        name: of the member.
        together: the RMSE of the combination.
        other: that of the member.
        size: the largest absolute value of the series.

    """
    difference = abs(together - other)
    worse = max(together, other)
    if difference <= max(EQUAL * worse, ROUNDING * size):
        return f"are as good as {called(name)}"
    verb = "beat" if together < other else "lose to"
    return f"{verb} {called(name)} by {difference / worse:.0%}".replace("%", " %")
