"""What came of the best forecast, in words."""

import numpy as np

from statecast.best.conduct import PERSISTENCE, Best
from statecast.best.found import FoundSeries
from statecast.best.together import figures_of, interval_held_out
from statecast.data.units import counted

NAMES = {
    "auto_arima": "AutoARIMA",
    "auto_ets": "AutoETS",
    "auto_theta": "AutoTheta",
    "persistence": "persistence",
}
EQUAL = 0.005  # relative; a smaller difference is none


def called(member: str) -> str:
    """Return what a member is called in a sentence or a table."""
    return NAMES.get(member, member)


def verdict(best: Best) -> str:
    """Return in a sentence whom the combination beats on the rows held out, and by how much."""
    figures = figures_of(best.together)
    rivals = [PERSISTENCE, *_ranked(best.methods, figures)]
    clauses = ", ".join(_against(figures["together"], name, figures[name]) for name in rivals)
    held_out = counted(len(best.test_ds), best.test_ds.tolist())
    networks = "1 network" if len(best.chosen) == 1 else f"{len(best.chosen)} networks"
    models = "1 model" if len(rivals) == 2 else f"{len(rivals) - 1} models"
    members = f"{networks} and {models}"
    return f"Together, {members} {clauses}; one step ahead on {held_out} held out."


def coverage(best: Best) -> str:
    """Return how many of the values held out the interval held; nothing without an interval."""
    interval = interval_held_out(best.together, best.level)
    if interval is None:
        return "There are too few rows to take an interval from."
    y = best.together.test.y[:, 0]
    held = int(np.sum((interval.low <= y) & (y <= interval.high)))
    share = f"{best.level * 100:.4g} %"
    return f"An interval made to hold {share} of the values held {held} of these {len(y)}."


def what_was_read(found: FoundSeries, best: Best) -> str:
    """Return in a sentence which series was read, and as what."""
    ds = best.series["ds"]
    rows = counted(len(ds), ds.tolist())
    time = found.columns.time or "the order of the rows"
    seasonal = f"a season is {found.season} rows" if found.season > 1 else "without a season"
    read = f"{found.columns.value} by {time}: {rows}, {ds.iloc[0]} to {ds.iloc[-1]}, {seasonal}"
    too_long = [f"{called(name)} is left out, which would take minutes" for name in best.left_out]
    return "; ".join([read, *found.remarks, *too_long]) + "."


def _ranked(methods: list[str], figures: dict[str, float]) -> list[str]:
    """Return the methods that have a forecast but persistence, the best on the test rows first."""
    known = [name for name in methods if name != PERSISTENCE and np.isfinite(figures[name])]
    return sorted(known, key=lambda name: figures[name])


def _against(together: float, name: str, other: float) -> str:
    worse = max(together, other)
    share = abs(together - other) / worse if worse else 0.0
    if share < EQUAL:
        return f"are as good as {called(name)}"
    verb = "beat" if together < other else "lose to"
    return f"{verb} {called(name)} by {share:.0%}".replace("%", " %")
