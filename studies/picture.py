"""Write the picture of the README from the pipeline's results: ``python -m studies.picture``."""

import sys
from pathlib import Path
from typing import Any

from statecast.base.errors import StatecastError
from statecast.base.paths import FORECASTS, PIPELINE
from statecast.base.section import read_params
from statecast.report.charts import plots_of
from statecast.report.parts import drawn
from studies.png import write_picture

PICTURE = Path("docs/pictures/forecasts.png")


def specification() -> dict[str, Any]:
    """Return the chart of the forecasts of each repeat, with its data.

    Raises:
        StatecastError: the pipeline has not run.

    """
    name = str(FORECASTS)
    chart = drawn(name, plots_of(read_params(PIPELINE))[name])
    if chart is None:
        raise StatecastError(f"{name} must have rows, got none: dvc repro")
    rows = [dict(zip(chart.columns, row, strict=True)) for row in chart.rows]
    return {**chart.spec, "data": {"values": rows}}


def main() -> None:
    """Write the picture."""
    try:
        write_picture(specification(), PICTURE)
    except StatecastError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
