"""The chart of the mean forecast beside the baselines."""

from statecast.report.templates.pieces import (
    IS_NUMBER,
    MEAN,
    OF_SERIES,
    POINTS,
    TRUTH,
    Spec,
    at_times,
    calculate,
    chart,
    kinds,
    over,
    panels,
    times,
    value_at,
)

METHODS = [  # in the order of legends, with colour and dash
    (TRUTH, "#111111", [1, 0]),
    (MEAN, "#d62728", [1, 0]),
    ("persistence", "#7f7f7f", [6, 4]),
    ("drift", "#bcbd22", [2, 3]),
    ("seasonal_naive", "#8c564b", [6, 4]),
    ("auto_arima", "#1f77b4", [1, 0]),
    ("auto_ets", "#17becf", [1, 0]),
    ("auto_theta", "#9467bd", [1, 0]),
    ("ridge", "#2ca02c", [6, 2]),
]
BEST = 3  # baselines that are drawn before a click


def baselines() -> Spec:
    """Return the chart of the mean forecast beside the baselines, of which the best are drawn."""
    return chart(
        _transform(),
        panels(_panel(), row="y_name", column="x_name"),
        "The three baselines with the lowest RMSE are drawn;",
        "click a name in the legend to see another.",
        "What is farther from truth and network than their",
        "own range is not drawn.",
    )


def _transform() -> list[Spec]:
    """Return the transforms that make a row for each value, and rank baselines by RMSE."""
    followed = f"datum.what == '{TRUTH}' || datum.what == '{MEAN}'"
    farther = "max(datum.lowest - datum.value, datum.value - datum.highest)"
    own_range = "datum.highest - datum.lowest"
    square = "pow(toNumber(datum.forecast) - toNumber(datum.y), 2)"
    return [
        *times(),
        calculate("is_baseline", "datum.method != 'ensemble'"),
        calculate("method", f"datum.is_baseline ? datum.method : '{MEAN}'"),
        calculate("square", f"datum.is_baseline ? {square} : null"),
        over(("mean", "square", "error"), groupby=[*OF_SERIES, "method"]),
        {"fold": ["y", "forecast"], "as": ["column", "text"]},
        calculate("value", "toNumber(datum.text)"),
        calculate("what", f"datum.column == 'y' ? '{TRUTH}' : datum.method"),
        calculate("is_followed", followed),
        {"filter": f"{IS_NUMBER} && (datum.column == 'forecast' || !datum.is_baseline)"},
        {
            "aggregate": [
                {"op": "mean", "field": "value", "as": "value"},
                {"op": "max", "field": "error", "as": "error"},
            ],
            "groupby": [*OF_SERIES, "x_name", "y_name", "when", "what", "is_followed"],
        },
        {
            "window": [{"op": "dense_rank", "as": "rank"}],
            "sort": [{"field": "error"}],
            "groupby": [*OF_SERIES, "is_followed"],
        },
        calculate("followed", "datum.is_followed ? datum.value : null"),
        over(("min", "followed", "lowest"), ("max", "followed", "highest"), groupby=OF_SERIES),
        calculate(
            "value",
            f"datum.highest > datum.lowest && {farther} > {own_range} ? null : datum.value",
        ),
    ]


def _panel() -> Spec:
    """Return lines, of which those of the worse baselines wait for a click in the legend."""
    order = [name for name, _, _ in METHODS]
    dashes = {
        "field": "what",
        "type": "nominal",
        "sort": order,
        "title": None,
        "scale": {"range": [dash for _, _, dash in METHODS]},
        "legend": None,
    }
    line = {
        "mark": "line",
        "params": [
            {
                "name": "shown",
                "select": {"type": "point", "fields": ["what"], "toggle": "true"},
                "bind": "legend",
            }
        ],
        "encoding": {
            "strokeDash": dashes,
            "strokeWidth": {
                "condition": {"test": "datum.is_followed", "value": 2.5},
                "value": 1.5,
            },
        },
    }
    points = {
        "transform": [{"filter": f"datum.what == '{TRUTH}'"}],
        "mark": {"type": "point", **POINTS},
    }
    return {
        "width": 560,
        "height": 300,
        "encoding": {
            "x": at_times(),
            "y": value_at("value"),
            "color": kinds("what", [(name, colour) for name, colour, _ in METHODS]),
            "opacity": {
                "condition": [
                    {"test": f"datum.is_followed || datum.rank <= {BEST}", "value": 1},
                    {"param": "shown", "empty": False, "value": 1},
                ],
                "value": 0,
            },
        },
        "layer": [line, points],
    }
