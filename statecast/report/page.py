"""The page of the report: sections one below the other, Vega inside, nothing from the network."""

import itertools
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from statecast.report.charts import Chart
from statecast.report.fitting import FITTED

STYLE = """
:root { color-scheme: light dark; --ink: #1d1f21; --paper: #fff; --line: #d5d8dc; --soft: #f4f5f7; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --paper: #16181a; --line: #3a3f44; --soft: #202327; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; font: 1rem/1.5 system-ui, sans-serif;
  color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
p { max-width: 60rem; }
h1, h2 { line-height: 1.25; }
h2 { margin-top: 2.5rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
.box { overflow-x: auto; max-width: 100%; margin: 1rem 0; }
.chart { background: #fff; border: 1px solid var(--line); padding: 0.5rem; }
table { border-collapse: collapse; white-space: nowrap; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.8rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, .words td, .words th { text-align: left; }
tbody th { font-weight: normal; }
.words td { white-space: normal; min-width: 10rem; }
thead th { background: var(--soft); }
.best, .best th, .best td { font-weight: bold; background: var(--soft); }
.best th::before { content: "\\2605\\00a0"; }
.wide td { white-space: normal; overflow-wrap: normal; }
summary { cursor: pointer; margin: 1rem 0; }
@media (max-width: 76rem) {
  .wide, .wide tbody { display: block; }
  .wide thead { display: none; }
  .wide tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
    padding: 0.3rem 0; border-bottom: 1px solid var(--line); }
  .wide th { grid-column: 1 / -1; font-weight: bold; }
  .wide th, .wide td { padding: 0 0.4rem; border: 0; text-align: left; }
  .wide td::before { content: attr(data-label) " "; opacity: 0.7; }
}
@media (max-width: 40rem) {
  th, td { padding: 0.3rem 0.4rem; }
  th, td { white-space: normal; }
  th, .figures td { overflow-wrap: break-word; }
  .words td { min-width: 0; }
}
"""

# The page has a heading for each chart: of its title only the hints are left.
DRAW = """
function unpack({columns, rows}) {
  return rows.map(row => {
    const cells = columns.map((name, i) => [name, row[i]]);
    return Object.fromEntries(cells.filter(([, value]) => value !== null));
  });
}
function untitled({title, ...spec}) {
  return title?.subtitle ? {...spec, title: {...title, text: ""}} : spec;
}
for (const box of document.querySelectorAll(".chart")) {
  const chart = JSON.parse(document.getElementById(box.id + "-data").textContent);
  const values = unpack(chart);
  const spec = {...fitted(untitled(chart.spec), box.clientWidth, values), data: {values}};
  vegaEmbed(box, spec, {renderer: "svg", actions: false});
}
"""

# Charts are drawn in what is open, because a closed box has no width to fit them to.
FOLD = """
for (const folded of document.querySelectorAll("details")) folded.open = false;
"""


class Part(NamedTuple):
    """A section of the page: HTML that is safe already, and the charts below it."""

    heading: str
    html: str
    charts: list[Chart]
    folded: str = ""  # what a click shows the charts by; empty: they are not folded away


def sentence(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{escape(text)}</p>"


def page(title: str, parts: list[Part], bundle: str) -> str:
    """Return the whole page.

    Args:
        title: above everything; plain text.
        parts: in their order.
        bundle: JavaScript that defines vegaEmbed.

    """
    numbers = itertools.count()
    body = "\n".join(_section(part, numbers) for part in parts)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{escape(title)}</h1>
{body}
<script>{bundle}</script>
<script>{FITTED}{DRAW}</script>
<script>{FOLD}</script>
</body>
</html>
"""


def _section(part: Part, numbers: Iterator[int]) -> str:
    """Return a section; each of its charts takes the next number of the page."""
    charts = "\n".join(_chart(chart, next(numbers)) for chart in part.charts)
    if part.folded and charts:
        charts = f"<details open><summary>{escape(part.folded)}</summary>\n{charts}\n</details>"
    heading = f"<h2>{escape(part.heading)}</h2>"
    return f"<section>\n{heading}\n{part.html}\n{charts}\n</section>"


def _chart(chart: Chart, number: int) -> str:
    name = f"chart-{number}"
    label = escape(chart.title, quote=True)
    return f"""<h3>{label}</h3>
<div class="box chart" id="{name}" role="img" aria-label="{label}"></div>
<script type="application/json" id="{name}-data">{chart.packed()}</script>"""
