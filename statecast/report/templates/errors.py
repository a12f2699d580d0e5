"""Charts of errors: of each repeat, after each epoch, ahead, by series, of variants."""

from statecast.report.templates.pieces import (
    BOLD,
    LEGEND,
    X_LABEL,
    Y_LABEL,
    Spec,
    X,
    Y,
    beside,
    calculate,
    chart,
    kinds,
    names,
    numbers,
    over,
    panels,
    revisions,
    value_at,
)

ENDS = 12  # series that are drawn of the best, and of the worst, where there are many
PARTS = [("train", "#1f77b4"), ("test", "#ff7f0e"), ("validation", "#2ca02c")]
AHEAD = [
    ("mean of the repeats", "#ff9896"),
    ("ensemble", "#d62728"),
    ("persistence", "#7f7f7f"),
    ("seasonal naive", "#8c564b"),
]


def box() -> Spec:
    """Return the box plot of a measure, a box a revision and a point a repeat."""
    counted = "(datum.revs > 1 ? datum.rev + ': ' : '') + datum.count + ' repeats'"
    transform = [
        *revisions(),
        *names(),
        over(("count", "", "count"), groupby=["rev"]),
        calculate("value", f"toNumber(datum['{Y}'])"),
        calculate("who", counted),
    ]
    boxes = {
        "mark": {
            "type": "boxplot",
            "extent": 1.5,
            "size": 44,
            "outliers": False,
            "median": {"color": "black"},
            "ticks": True,
        },
        "encoding": {"color": {"field": "who", "type": "nominal", "sort": None, "legend": None}},
    }
    points = {
        "transform": [calculate("spread", "random()")],
        "mark": {"type": "circle", "size": 22, "opacity": 0.5, "color": "#333333"},
        "encoding": {
            "xOffset": {
                "field": "spread",
                "type": "quantitative",
                "scale": {"domain": [-0.6, 1.6]},
            },
            "tooltip": [{"field": X}, {"field": "value", "type": "quantitative", "format": ".3f"}],
        },
    }
    spec = {
        "width": {"step": 110},
        "height": 320,
        "layer": [boxes, points],
        "encoding": {
            "x": {
                "field": "who",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelAngle": 0, "labelLimit": 110},
            },
            "y": value_at("value"),
        },
    }
    return chart(transform, panels(spec, row="error_name", column=None, own_axes=False))


def learning_curves() -> Spec:
    """Return the curves of each repeat below the means; dashes tell the parts apart."""
    columns = [f"{part}_rmse" for part, _ in PARTS]
    transform = [
        *revisions(),
        *names(),
        *numbers("epoch"),
        {"fold": columns, "as": ["column", "value"]},
        calculate("rmse", "toNumber(datum.value)"),
        {"filter": "isValid(datum.rmse) && !isNaN(datum.rmse)"},
        calculate("rows", "replace(datum.column, '_rmse', '')"),
        calculate("what", "datum.rows + datum.of_rev"),
    ]
    dashes = {
        "field": "rows",
        "type": "nominal",
        "sort": [part for part, _ in PARTS],
        "scale": {"domain": [part for part, _ in PARTS], "range": [[1, 0], [6, 4], [2, 3]]},
        "legend": None,
    }
    repeats = {
        "mark": {"type": "line", "opacity": 0.2, "strokeWidth": 1},
        "encoding": {"y": value_at("rmse"), "detail": [{"field": "seed"}, {"field": "rows"}]},
    }
    means = {
        "mark": {"type": "line", "strokeWidth": 3},
        "encoding": {"y": value_at("rmse", aggregate="mean"), "strokeDash": dashes},
    }
    spec = {
        "width": 460,
        "height": 300,
        "encoding": {
            "x": {"field": "epoch", "type": "quantitative", "title": X_LABEL},
            "color": kinds("what", PARTS),
        },
        "layer": [repeats, means],
    }
    return chart(transform, panels(spec, row="error_name", column=None), "Thick: their means.")


def ahead() -> Spec:
    """Return the errors at each step ahead, of two revisions in one panel."""
    name = "datum.method == 'network' ? 'mean of the repeats' : datum.method"
    transform = [
        *revisions(),
        *names(),
        *numbers("step", "rmse"),
        calculate("std", "datum.std == '' ? 0 : toNumber(datum.std)"),
        calculate("what", f"replace({name}, '_', ' ') + datum.of_rev"),
    ]
    spread = {
        "transform": [
            {"filter": "datum.std > 0"},
            calculate("low", "datum.rmse - datum.std"),
            calculate("high", "datum.rmse + datum.std"),
        ],
        "mark": {"type": "area", "opacity": 0.2},
        "encoding": {"y": value_at("low"), "y2": {"field": "high"}},
    }
    lines = {
        "mark": {"type": "line", "point": {"filled": True}},
        "encoding": {"y": value_at("rmse")},
    }
    steps = {
        "field": "step",
        "type": "quantitative",
        "title": X_LABEL,
        "axis": {
            "values": {"expr": "sequence(1, 1001)"},
            "format": "d",
            "labelOverlap": True,
            "grid": False,
        },
        "scale": {"zero": False, "nice": False},
    }
    spec = {
        "width": 460,
        "height": 260,
        "encoding": {"x": steps, "color": kinds("what", AHEAD)},
        "layer": [spread, lines],
    }
    return chart(transform, panels(spec, row="error_name", column=None))


def by_series() -> Spec:
    """Return a bar for each series, of two revisions one below the other.

    Of many series the best and the worst ones are drawn, by the mean over the revisions.
    """
    best_and_worst = f"the {ENDS} best and the {ENDS} worst of ' + datum.series + ' series"
    is_drawn = f"datum.series <= {2 * ENDS} || datum.place <= {ENDS}"
    transform = [
        *revisions(),
        calculate("value", f"toNumber(datum['{X}'])"),
        {"filter": "isValid(datum.value) && !isNaN(datum.value)"},
        calculate("who", "datum.revs > 1 ? datum.rev : 'network'"),
        over(("distinct", Y, "series")),
        {"window": [{"op": "row_number", "as": "row"}]},
        over(("mean", "value", "mean_value"), groupby=[Y]),
        {
            "window": [{"op": "dense_rank", "as": "place"}],
            "sort": [{"field": "mean_value", "order": "descending"}, {"field": Y}],
        },
        {"filter": f"{is_drawn} || datum.place > datum.series - {ENDS}"},
        calculate("order", f"datum.series > {2 * ENDS} ? datum.place : datum.row"),
        calculate("drawn_name", f"datum.series > {2 * ENDS} ? '{best_and_worst}' : ''"),
    ]
    order = {"field": "who", "type": "nominal", "sort": None}
    drawn = {
        "width": 420,
        "height": {"step": 22},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "y": {
                "field": Y,
                "type": "nominal",
                "sort": {"field": "order", "op": "min"},
                "title": None,
                "axis": {"labelLimit": 330},
            },
            "yOffset": order,
            "x": {"field": "value", "type": "quantitative", "title": X_LABEL},
            "color": {**order, "title": None, "legend": {"labelLimit": 300}},
        },
    }
    header = {**BOLD, "labelPadding": 2}
    facet = {"column": {"field": "drawn_name", "type": "nominal", "title": None, "header": header}}
    return chart(transform, {"facet": facet, "spec": drawn})


def variants() -> Spec:
    """Return a box for each variant or configuration, and a point for each repeat."""
    transform = [*revisions(), calculate("value", f"toNumber(datum['{Y}'])")]
    boxes = {"mark": {"type": "boxplot", "extent": "min-max", "size": 14}}
    points = {"mark": {"type": "circle", "size": 14, "opacity": 0.4, "color": "#333333"}}
    spec = {
        "width": 420,
        "height": {"step": 28},
        "encoding": {
            "y": {
                "field": X,
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelLimit": 330},
            },
            "x": value_at("value") | {"title": Y_LABEL},
        },
        "layer": [boxes, points],
    }
    return chart(transform, beside(spec))


def shares() -> Spec:
    """Return how many repeats reach each value of a measure."""
    transform = [
        *revisions(),
        calculate("value", f"toNumber(datum['{Y}'])"),
        calculate("who", "datum.revs > 1 ? datum.rev : 'repeats'"),
    ]
    order = {"field": "who", "type": "nominal", "sort": None}
    drawn = {
        "width": 260,
        "height": 240,
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": {
                "field": "value",
                "type": "ordinal",
                "title": Y_LABEL,
                "axis": {"format": ".2f", "labelAngle": 0},
            },
            "xOffset": order,
            "y": {"aggregate": "count", "type": "quantitative", "title": "repeats"},
            "color": {**order, "title": None, "legend": LEGEND | {"symbolType": "square"}},
        },
    }
    return chart(transform, drawn)
