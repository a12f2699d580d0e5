"""Pieces that several templates share.

A template is a Vega-Lite specification. DVC fills in its anchors, ``<DVC_METRIC_TITLE>`` say. The
tables behind the charts say in their first row what the values (``unit``) and the times (``time``)
are called, and which of many series they have (``drawn``). Headers of facets stand where the titles
of axes would, because they come from the data.
"""

from typing import Any

Spec = dict[str, Any]

TITLE = "<DVC_METRIC_TITLE>"
X = "<DVC_METRIC_X>"
Y = "<DVC_METRIC_Y>"
X_LABEL = "<DVC_METRIC_X_LABEL>"
Y_LABEL = "<DVC_METRIC_Y_LABEL>"

# An axis of time has both dates and integers, each where none of the others are; in milliseconds.
# Integers are minutes: Vega takes two ticks in the same second for one. What is too large for that
# is milliseconds.
MINUTE = "60000"
INTEGERS_FROM = "3456000000000000"
LARGE_FROM = "-8600000000000000"
LARGE = "5e10"
DATES_TO = "1e15"  # no date is farther from 1970

OF_SERIES = ["rev", "unique_id"]
IS_NUMBER = "isValid(datum.value) && !isNaN(datum.value)"
POINTS = {"size": 35, "filled": True}

TRUTH = "truth"
MEAN = "mean of the repeats"
LEGEND = {
    "symbolOpacity": 1,
    "symbolType": "stroke",
    "symbolStrokeWidth": 3,
    "symbolSize": 250,
    "labelLimit": 300,
}
BOLD = {"labelFontWeight": "bold", "labelLimit": 400}


def chart(transform: list[Spec], drawn: Spec, *hints: str) -> Spec:
    """Return a whole template.

    Args:
        transform: of the rows of the table.
        drawn: how they are drawn.
        hints: lines below the title.

    """
    title: Spec = {"text": TITLE, "anchor": "start"}
    if hints:
        title |= {"subtitle": list(hints), "subtitleColor": "#555555"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": "<DVC_METRIC_DATA>"},
        "title": title,
        "transform": transform,
        **drawn,
    }


def calculate(name: str, expression: str) -> Spec:
    """Return the transform that adds a field."""
    return {"calculate": expression, "as": name}


def numbers(*names: str) -> list[Spec]:
    """Return the transforms that make numbers of the text of some fields."""
    return [calculate(name, f"toNumber(datum['{name}'])") for name in names]


def over(*operations: tuple[str, str, str], groupby: list[str] | None = None) -> Spec:
    """Return the transform that gives every row an aggregate of its group.

    Args:
        operations: operation, field, and the name of the result.
        groupby: fields that the rows of a group share.

    """
    listed = [{"op": op, "field": field, "as": name} for op, field, name in operations]
    return {"joinaggregate": listed, "groupby": groupby or []}


def revisions() -> list[Spec]:
    """Return the transforms that add ``of_rev``, the revision where there are several."""
    return [
        over(("distinct", "rev", "revs")),
        calculate("of_rev", "datum.revs > 1 ? ', ' + datum.rev : ''"),
        calculate("rev_alone", "datum.revs > 1 ? datum.rev : ''"),
    ]


def names() -> list[Spec]:
    """Return the transforms that add the names: ``value_name``, ``time_name``, ``error_name``."""
    return [
        over(
            ("max", "unit", "unit_said"),
            ("max", "time", "time_said"),
            ("max", "drawn", "drawn_said"),
        ),
        calculate("value_name", "isValid(datum.unit_said) ? datum.unit_said : ''"),
        calculate("left_out", "isValid(datum.drawn_said) ? ', ' + datum.drawn_said : ''"),
        calculate(
            "time_name",
            "(isValid(datum.time_said) ? datum.time_said : 'time') + datum.left_out",
        ),
        calculate("error_name", "'RMSE' + (datum.value_name ? ' in ' + datum.value_name : '')"),
    ]


def times() -> list[Spec]:
    """Return the transforms of tables with ``unique_id`` and ``ds``.

    They add ``when``, ``y_name`` with the series where there are several, and ``x_name``.
    """
    is_date = "isNaN(toNumber(datum.ds))"
    zoned = "datum.ds + (length(datum.ds) > 10 ? 'Z' : '')"  # or it would be local time
    date = f"time(toDate({zoned}))"
    number = "toNumber(datum.ds)"
    integer = f"{number} * {MINUTE} + {INTEGERS_FROM}"
    large = f"{number} + ({LARGE_FROM})"
    numbered = f"abs({number}) < {LARGE} ? {integer} : {large}"
    series = "datum.unique_id + (datum.value_name ? ', ' + datum.value_name : '')"
    one = "datum.value_name || datum.unique_id"
    return [
        *revisions(),
        *names(),
        over(("distinct", "unique_id", "count_of_series")),
        calculate("when", f"{is_date} ? {date} : {numbered}"),
        calculate("y_name", f"datum.count_of_series > 1 ? {series} : {one}"),
        calculate("x_name", "datum.time_name + datum.of_rev"),
    ]


def at_times() -> Spec:
    """Return the encoding of ``when`` on x: ticks of the calendar, or integers."""
    value = "datum.value"
    minutes = f"({value} - {INTEGERS_FROM}) / {MINUTE}"
    integer = f"{minutes} % 1 == 0 ? format({minutes}, 'd') : ''"
    large = f"format({value} - ({LARGE_FROM}), 'd')"
    is_first = "datum.index == 0"
    at_night = f"utchours({value}) == 0 && utcminutes({value}) == 0"
    of_day = f"[utcFormat({value}, '%H:%M'), {is_first} ? utcFormat({value}, '%d %b %Y') : '']"
    begins_a_year = f"utcmonth({value}) == 0 && utcdate({value}) == 1"
    year = f"{begins_a_year} || {is_first} ? utcFormat({value}, '%Y') : ''"
    month_or_day = f"utcFormat({value}, utcdate({value}) == 1 ? '%b' : '%d %b')"
    date = f"{at_night} ? [{month_or_day}, {year}] : {of_day}"
    return {
        "field": "when",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc", "nice": False},
        "axis": {
            "tickCount": 12,
            "labelOverlap": "greedy",
            "labelSeparation": 6,
            "labelExpr": (
                f"+{value} > {DATES_TO} ? ({integer}) : +{value} < -{DATES_TO} ? {large} : {date}"
            ),
        },
    }


def value_at(field: str, **further: Any) -> Spec:
    """Return the encoding of a field on y, whose title is in the header of the row."""
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "scale": {"zero": False},
        **further,
    }


def panels(spec: Spec, *, row: str, column: str | None, own_axes: bool = True) -> Spec:
    """Return a panel for each value of one or two fields, each with its own axes.

    The header of a row is where the title of the y axis would be, that of a column where the title
    of the x axis would be.
    """
    on_the_left = {**BOLD, "labelOrient": "left", "labelAngle": -90}
    facet = {"row": {**_header(row), "header": on_the_left}}
    if column:
        facet["column"] = {**_header(column), "header": {**BOLD, "labelOrient": "bottom"}}
    drawn = {"facet": facet, "spec": spec}
    if own_axes:
        drawn["resolve"] = {"scale": {"x": "independent", "y": "independent"}}
    return drawn


def beside(spec: Spec) -> Spec:
    """Return a panel for each revision side by side; where there are several, named."""
    header = {**BOLD, "labelPadding": 2}
    return {"facet": {"column": {**_header("rev_alone"), "header": header}}, "spec": spec}


def kinds(field: str, listed: list[tuple[str, str]]) -> Spec:
    """Return the encoding of a field as colour.

    Args:
        field: what differs in colour.
        listed: values in the order of the legend, and their colours. What is not listed, such as
            the names of a second revision, comes after them.

    """
    later = ["#9467bd", "#2ca02c", "#8c564b", "#e377c2", "#17becf", "#bcbd22"]
    return {
        "field": field,
        "type": "nominal",
        "title": None,
        "sort": [name for name, _ in listed],
        "scale": {"range": [*(colour for _, colour in listed), *later]},
        "legend": LEGEND,
    }


def _header(field: str) -> Spec:
    return {"field": field, "type": "nominal", "title": None, "sort": None}
