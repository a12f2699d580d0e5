"""Charts of symbols: what is predicted, what memory holds, what comes next."""

from statecast.report.templates.pieces import (
    X_LABEL,
    Y_LABEL,
    Spec,
    X,
    Y,
    beside,
    calculate,
    chart,
    numbers,
    over,
    revisions,
)

MOST_PLACES = 8  # of a sequence, for which there is room for a figure in each cell
UNITS = [("forget", "forget gate", "blues", [0, 1], 0.6), ("carry", "carry", "redblue", None, 1.2)]


def memory() -> Spec:
    """Return heat maps of forget gate and carry along each sequence, with values in short ones."""
    transform = [
        *revisions(),
        *numbers("ds", "forget", "carry", "unit"),
        calculate("which", "'sequence ' + datum.unique_id + datum.of_rev"),
        over(("distinct", "ds", "places")),
    ]
    maps = [_heat_map(*described) for described in UNITS]
    resolve = {"scale": {"color": "independent"}}
    return chart(transform, {"vconcat": maps, "resolve": resolve})


def confusion() -> Spec:
    """Return a heat map of symbols, expected and predicted, with shares in its cells."""
    symbols = {"type": "nominal", "sort": "ascending"}
    transform = [
        *revisions(),
        {
            "aggregate": [{"op": "count", "as": "count"}],
            "groupby": ["rev_alone", X, Y],
        },
        over(("sum", "count", "of_expected"), groupby=["rev_alone", X]),
        calculate("share", "datum.count / datum.of_expected"),
    ]
    cells = {
        "mark": {"type": "rect", "tooltip": True},
        "encoding": {
            "color": {
                "field": "share",
                "type": "quantitative",
                "title": "share",
                "scale": {"domain": [0, 1], "scheme": "blues"},
            },
        },
    }
    spec = {
        "width": 300,
        "height": 300,
        "encoding": {
            "x": {**symbols, "field": X, "title": X_LABEL, "axis": {"labelAngle": 0}},
            "y": {**symbols, "field": Y, "title": Y_LABEL},
        },
        "layer": [cells, _figures("share", "datum.share > 0.5")],
    }
    return chart(transform, beside(spec), "Shares of the symbol that was expected.")


def what_comes_next() -> Spec:
    """Return how many repeats go on in which way after each sequence."""
    transform = [
        *revisions(),
        calculate("said", "datum.known + '  \N{HORIZONTAL ELLIPSIS}  ' + datum.next"),
        calculate("which", "'sequence ' + datum.unique_id + datum.of_rev"),
    ]
    spec = {
        "width": 300,
        "height": {"step": 16},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "y": {
                "field": "said",
                "type": "nominal",
                "sort": "-x",
                "title": None,
                "axis": {"labelLimit": 330},
            },
            "x": {"aggregate": "count", "type": "quantitative", "title": "repeats"},
        },
    }
    drawn = {
        "facet": {"row": {"field": "which", "type": "nominal", "title": None, "sort": None}},
        "spec": spec,
        "resolve": {"scale": {"y": "independent"}},
    }
    return chart(transform, drawn)


def _heat_map(
    field: str, title: str, scheme: str, domain: list[int] | None, light_within: float
) -> Spec:
    """Return the map of a field: places of the sequence by units."""
    scale: Spec = {"scheme": scheme}
    scale |= {"domain": domain} if domain else {"domainMid": 0}
    colour = {"field": field, "type": "quantitative", "title": title, "scale": scale}
    cells = {
        "mark": {"type": "rect", "tooltip": True},
        "encoding": {"color": colour},
    }
    figures = _figures(field, f"abs(datum.{field}) > {light_within}")
    figures["transform"] = [{"filter": f"datum.places <= {MOST_PLACES}"}]
    axis = {"labelAngle": 0, "labelOverlap": True}
    spec = {
        "width": 200,
        "height": {"step": 14},
        "encoding": {
            "x": {"field": "ds", "type": "ordinal", "title": "place in sequence", "axis": axis},
            "y": {"field": "unit", "type": "ordinal", "title": "unit"},
        },
        "layer": [cells, figures],
    }
    return {
        "facet": {"column": {"field": "which", "type": "nominal", "title": None, "sort": None}},
        "spec": spec,
    }


def _figures(field: str, is_dark: str) -> Spec:
    """Return the figures in the cells of a heat map."""
    return {
        "mark": {"type": "text", "fontSize": 10},
        "encoding": {
            "text": {"field": field, "type": "quantitative", "format": ".2f"},
            "color": {"condition": {"test": is_dark, "value": "white"}, "value": "black"},
        },
    }
