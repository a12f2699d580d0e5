"""Write the page of ``dvc plots`` with Vega inside, so that it draws with no network."""

import vl_convert

from statecast.base.files import write_text
from statecast.base.paths import TEMPLATES

VEGA_LITE = "5.20"  # the major version of dvc's own templates

SNIPPET = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"

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
body > div {{ margin-bottom: 2em; overflow-x: auto; }}
</style>
<script>{bundle}</script>
</head>
<body>
{{plot_divs}}
</body>
</html>
"""


def bundle() -> str:
    """Return Vega, Vega-Lite and vegaEmbed as one script that may stand inside a script element."""
    return str(vl_convert.javascript_bundle(SNIPPET, vl_version=VEGA_LITE))


def main() -> None:
    """Write the HTML template that ``plots.html_template`` in .dvc/config names."""
    write_text(PAGE.format(bundle=bundle()), TEMPLATES / "page.html")


if __name__ == "__main__":
    main()
