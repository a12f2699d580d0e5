"""The page of one best forecast: what comes next, how good it was, and what it is made of."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from statecast.base.files import texts_from
from statecast.report import tables
from statecast.report.charts import Chart, chart, template
from statecast.report.page import Part, sentence
from statecast.report.verdict import NAMES

OF_REPEATS = "mean of the repeats"  # what the templates call the forecast of one configuration
TOGETHER = "combined forecast"
SHOWN = 6  # horizons of the series before what comes next
FORECASTS = ("forecast", "low", "high")
OF_STEP = ("rmse", "coverage", "width")
HELD_OUT = "The rows held out had no part in the choice of configurations or weights."


class BestForecast(NamedTuple):
    """What the page shows."""

    verdict: str
    coverage: str
    read: str  # what was read of the file
    carry_on: list[tuple[str, str]]  # what to do, and the command
    series: pd.DataFrame  # unique_id, ds, y
    future: pd.DataFrame  # unique_id, ds, step, forecast, low, high
    held_out: pd.DataFrame  # unique_id, ds, y, forecast, low, high, and a column a method
    ahead: pd.DataFrame  # step, forecasts, rmse, coverage, width
    members: pd.DataFrame  # member, weight, weight_ahead, validation_rmse, test_rmse, overrides
    time: str  # what the times are called
    level: float  # of the intervals
    weighing: str  # how the members are weighed, in a sentence


def forecast_parts(best: BestForecast) -> list[Part]:
    """Return the sections of the page."""
    return [
        Part("Verdict", sentence(best.verdict) + sentence(best.coverage), []),
        *_what_comes_next(best),
        Part("The rows held out", _held_out(best), [_held_out_chart(best)]),
        Part("Members", sentence(best.weighing) + _members(best.members), []),
        Part("What was read", sentence(best.read), []),
        Part("To carry on", tables.table(["", ""], best.carry_on, kind="words"), []),
    ]


def _what_comes_next(best: BestForecast) -> list[Part]:
    """Return the section of what comes next, unless nothing was asked for."""
    if best.future.empty:
        return []
    return [Part("What comes next", _table_of(best.future, FORECASTS), [_future_chart(best)])]


def _table_of(frame: pd.DataFrame, columns: tuple[str, ...]) -> str:
    rows = [[row["ds"], *(_number(row[name]) for name in columns)] for _, row in frame.iterrows()]
    return tables.table(["time", *columns], rows)


def _held_out(best: BestForecast) -> str:
    figures = best.members.set_index("member")["test_rmse"]
    squares = (best.held_out["y"] - best.held_out["forecast"]) ** 2
    rows: list[tuple[str, float | None]] = [(TOGETHER, float(squares.mean() ** 0.5))]
    methods = [name for name in figures.index if name in best.held_out.columns]
    rows += [(NAMES.get(name, name), _number(figures[name])) for name in methods]
    rmse = tables.table(["one step ahead", "RMSE"], rows, best=_lowest(rows))
    return sentence(HELD_OUT) + rmse + ahead_html(best.ahead.to_dict("records"), best.level)


def ahead_html(ahead: Sequence[Mapping[Any, Any]], level: float) -> str:
    """Return the errors at each step ahead, and what the interval holds of the true values.

    Args:
        ahead: ``step, rmse, coverage, width`` of each step.
        level: of the interval.

    """
    head = ["steps ahead", "RMSE", f"in the interval for {level:.4g}", "its width"]
    rows = [[str(own["step"]), *(_number(own[name]) for name in OF_STEP)] for own in ahead]
    return tables.table(head, rows)


def _lowest(rows: list[tuple[str, float | None]]) -> str:
    known = {name: value for name, value in rows if value is not None}
    return min(known, key=lambda name: known[name])


def _members(members: pd.DataFrame) -> str:
    head = ["member", "weight", "weight ahead", "validation RMSE", "test RMSE"]
    figures = ["weight", "weight_ahead", "validation_rmse", "test_rmse"]
    rows = []
    configured = []
    for _, row in members.iterrows():
        name = NAMES.get(row["member"], row["member"])
        rows.append([name, *(_number(row[figure]) for figure in figures)])
        configured += _configured(name, row["overrides"])
    return tables.table(head, rows) + tables.table(["network", "drawn"], configured, kind="words")


def _configured(name: str, overrides: str) -> list[tuple[str, str]]:
    """Return a row of what was drawn for a member; none for a method."""
    values = json.loads(overrides)
    if not values:
        return []
    return [(name, ", ".join(f"{key} {_drawn(value)}" for key, value in values.items()))]


def _drawn(value: Any) -> str:
    return json.dumps(value).replace('"', "")


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _future_chart(best: BestForecast) -> Chart:
    last = best.series.tail(SHOWN * len(best.future))
    interval = "conformal" if best.future["low"].notna().all() else "no"
    drawn = pd.concat([last, best.future.assign(interval=interval)], ignore_index=True)
    return _chart("future", "forecast", "After the end of the series", drawn, best)


def _held_out_chart(best: BestForecast) -> Chart:
    drawn = best.held_out.rename(columns={"forecast": "ensemble"}).assign(method="conformal")
    columns = ["unique_id", "ds", "y", "ensemble", "method", "low", "high"]
    return _chart("intervals", "ensemble", "One step ahead", drawn[columns], best)


def _chart(name: str, y: str, title: str, drawn: pd.DataFrame, best: BestForecast) -> Chart:
    """Return a chart of a template, which calls the forecast what it is here."""
    unit = str(best.series["unique_id"].iloc[0])
    labels = pd.DataFrame({"unit": [unit], "time": [best.time], "level": [best.level]})
    table = pd.concat([drawn.reset_index(drop=True), labels], axis=1)
    text = texts_from(table.to_csv(index=False).encode())
    own = json.loads(json.dumps(template(name)).replace(OF_REPEATS, TOGETHER))
    return chart(name, own, {"x": "ds", "y": y, "title": title}, [text])
