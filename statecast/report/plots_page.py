"""Write the page of ``dvc plots`` with Vega inside, so that it draws with no network."""

import vl_convert

from statecast.base.files import write_text
from statecast.base.paths import TEMPLATES
from statecast.report.fitting import FITTED

VEGA_LITE = "5.20"  # the major version of dvc's own templates

SNIPPET = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"

# DVC fills data into scripts as they are, so that a name with </script> in it would be a part of
# the page. This page takes all that DVC writes as text, which no text can end: an element plaintext
# goes on to the end of the file. A specification is one line of JSON. What is left are pictures.
DRAW = r"""
const PLOT = /^ *var spec = (\{.*\});\n *vegaEmbed\('#(.*)', spec\);$/gm;
const ACTIONS = {export: true, source: false, compiled: false, editor: false};
document.addEventListener("DOMContentLoaded", () => {
  const written = document.querySelector("plaintext");
  const add = (kind, values) => {
    const element = Object.assign(document.createElement(kind), values);
    written.before(element);
    return element;
  };
  for (const [, filled, id] of written.textContent.matchAll(PLOT)) {
    const spec = JSON.parse(filled);
    if (spec.data) {
      const box = add("div", {id});
      vegaEmbed(box, fitted(spec, box.clientWidth, spec.data.values), {actions: ACTIONS});
    } else {
      add("p", {textContent: `${id}: no rows`});
    }
  }
  const others = written.textContent.replace(PLOT, "");
  for (const image of new DOMParser().parseFromString(others, "text/html").images) {
    const title = image.parentElement.textContent.trim();
    add("img", {src: image.getAttribute("src"), alt: title, title});
  }
});
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
{{refresh_tag}}
<title>Statecast plots</title>
<style>
body {{ font-family: sans-serif; margin: 1.5em; }}
body > div {{ margin-bottom: 2em; overflow-x: auto; vertical-align: top; }}
body > p {{ color: #555; }}
plaintext {{ display: none; }}
</style>
<script>{bundle}</script>
<script>{draw}</script>
</head>
<body>
<plaintext>
{{plot_divs}}
"""


def bundle() -> str:
    """Return Vega, Vega-Lite and vegaEmbed as one script that may stand inside a script element."""
    return str(vl_convert.javascript_bundle(SNIPPET, vl_version=VEGA_LITE))


def main() -> None:
    """Write the HTML template that ``plots.html_template`` in .dvc/config names."""
    write_text(PAGE.format(bundle=bundle(), draw=FITTED + DRAW), TEMPLATES / "page.html")


if __name__ == "__main__":
    main()
