"""Charts over time: the series, what comes next, forecasts of the test rows, their intervals."""

from statecast.report.templates.pieces import (
    IS_NUMBER,
    LEGEND,
    MEAN,
    OF_SERIES,
    POINTS,
    TRUTH,
    Spec,
    at_times,
    calculate,
    chart,
    kinds,
    numbers,
    over,
    panels,
    times,
    value_at,
)

MOST_POINTS = 200  # of a series; more would hide its line
FIRST = [(TRUTH, "#111111"), (MEAN, "#d62728"), ("conformal interval, 90%", "#1f77b4")]
BAND = "datum.method + ' interval' + datum.level_name"


def series() -> Spec:
    """Return the chart of the series with its test rows marked."""
    transform = [
        *times(),
        *numbers("y"),
        over(("count", "", "count"), groupby=OF_SERIES),
        calculate("what", f"'{TRUTH}' + datum.of_rev"),
    ]
    test = {
        "transform": [
            {"filter": "datum.part == 'test'"},
            {
                "aggregate": [
                    {"op": "min", "field": "when", "as": "first"},
                    {"op": "max", "field": "when", "as": "last"},
                ],
                "groupby": ["y_name"],
            },
        ],
        "mark": {"type": "rect", "opacity": 0.25},
        "encoding": {
            "x": {**at_times(), "field": "first"},
            "x2": {"field": "last"},
            "color": {"datum": "test rows", "type": "nominal", "legend": LEGEND, "title": None},
        },
    }
    true_values = {
        "x": at_times(),
        "y": value_at("y"),
        "color": kinds("what", [("test rows", "#ffbf69"), (TRUTH, "#1f77b4")]),
    }
    line = {
        "mark": {"type": "line", "strokeWidth": 1.5},
        "encoding": true_values,
    }
    points = {
        "transform": [{"filter": f"datum.count <= {MOST_POINTS}"}],
        "mark": {"type": "point", "filled": True, "size": 18},
        "encoding": true_values,
    }
    spec = {"width": 640, "height": 240, "layer": [test, line, points]}
    return chart(transform, panels(spec, row="y_name", column="time_name"))


def future() -> Spec:
    """Return the chart of the end of the series and what comes next, joined to the last value."""
    known = "isValid(datum.y) && datum.y != ''"
    is_last = "datum.is_known && datum.when == datum.last_known"
    transform = [
        *times(),
        calculate("is_known", known),
        calculate("known_when", "datum.is_known ? datum.when : null"),
        *numbers("y"),
        over(
            ("max", "known_when", "last_known"),
            ("max", "interval", "method"),
            groupby=OF_SERIES,
        ),
        calculate("is_joint", is_last),
        *(_joined(name) for name in ("forecast", "low", "high")),
        *_kinds_of_rows("forecast"),
        calculate("both", f"datum.rev + ', ' + {BAND}"),  # one colour for a revision
        calculate("what", f"datum.revs > 1 && datum.what != '{TRUTH}' ? datum.both : datum.what"),
    ]
    return chart(transform, panels(_with_bands(560), row="y_name", column="time_name"))


def intervals() -> Spec:
    """Return the chart of the mean forecast of the test rows with its intervals."""
    transform = [*times(), *numbers("low", "high"), *_kinds_of_rows("ensemble")]
    return chart(transform, panels(_with_bands(460), row="y_name", column="x_name"))


def forecasts() -> Spec:
    """Return the chart of the forecasts of each repeat."""
    listed = [(TRUTH, "#111111"), (MEAN, "#d62728"), ("a repeat", "#f4a6a6")]
    colours = [colour for _, colour in listed]
    scale = {"domain": [name for name, _ in listed], "range": colours}
    repeats = {
        "mark": {"type": "line", "strokeWidth": 1, "opacity": 0.5},
        "encoding": {
            "y": value_at("forecast"),
            "detail": {"field": "seed"},
            "color": {
                "datum": "a repeat",
                "type": "nominal",
                "scale": scale,
                "title": None,
                "legend": LEGEND,
            },
        },
    }
    mean = {
        "mark": {"type": "line", "strokeWidth": 2.5},
        "encoding": {
            "y": value_at("forecast", aggregate="mean"),
            "color": {"datum": MEAN, "type": "nominal"},
        },
    }
    truth = {
        "mark": {"type": "line", "strokeWidth": 2, "point": POINTS},
        "encoding": {
            "y": value_at("y", aggregate="mean"),
            "color": {"datum": TRUTH, "type": "nominal"},
        },
    }
    spec = {
        "width": 460,
        "height": 300,
        "encoding": {"x": at_times()},
        "layer": [repeats, mean, truth],
    }
    transform = [*times(), *numbers("y", "forecast")]
    return chart(transform, panels(spec, row="y_name", column="x_name"))


def _joined(name: str) -> Spec:
    """Return the transform that gives the last true value as a forecast of itself."""
    return calculate(name, f"datum.is_joint ? datum.y : toNumber(datum.{name})")


def _kinds_of_rows(forecast: str) -> list[Spec]:
    """Return the transforms that make a row for each value: truth, forecast, and upper bound."""
    level = "isValid(datum.level_said) ? ', ' + format(toNumber(datum.level_said), '.4~%') : ''"
    is_truth = "datum.column == 'y'"
    return [
        over(("max", "level", "level_said"), groupby=["rev"]),
        calculate("level_name", level),
        {"fold": ["y", forecast, "high"], "as": ["column", "text"]},
        calculate("value", "toNumber(datum.text)"),
        {"filter": IS_NUMBER},
        calculate(
            "what",
            f"{is_truth} ? '{TRUTH}' : datum.column == 'high' ? {BAND} : '{MEAN}'",
        ),
    ]


def _with_bands(width: int) -> Spec:
    """Return a panel of truth, mean forecast and intervals."""
    bands = {
        "transform": [{"filter": "datum.column == 'high'"}],
        "mark": {"type": "area", "opacity": 0.3, "line": False},
        "encoding": {"y": value_at("low"), "y2": {"field": "high"}},
    }
    mean = {
        "transform": [{"filter": "datum.column != 'high' && datum.column != 'y'"}],
        "mark": {"type": "line", "strokeWidth": 2.5},
        "encoding": {"y": value_at("value", aggregate="mean")},
    }
    truth = {
        "transform": [{"filter": "datum.column == 'y'"}],
        "mark": {"type": "line", "strokeWidth": 2, "point": POINTS},
        "encoding": {"y": value_at("value", aggregate="mean")},
    }
    return {
        "width": width,
        "height": 300,
        "encoding": {
            "x": at_times(),
            "color": kinds("what", FIRST),
        },
        "layer": [bands, mean, truth],
    }
