"""Write the templates: ``python -m statecast.report.templates``."""

import json
from pathlib import Path

from statecast.base.files import write_text
from statecast.base.paths import TEMPLATES
from statecast.base.writing import written_together
from statecast.report.templates import errors, over_time, symbols
from statecast.report.templates.baselines import baselines
from statecast.report.templates.pieces import Spec


def templates() -> dict[Path, Spec]:
    """Return each template by its path."""
    by_name = {
        "ahead": errors.ahead(),
        "baselines": baselines(),
        "box": errors.box(),
        "by_series": errors.by_series(),
        "confusion": symbols.confusion(),
        "forecasts": over_time.forecasts(),
        "future": over_time.future(),
        "intervals": over_time.intervals(),
        "learning_curves": errors.learning_curves(),
        "memory": symbols.memory(),
        "next": symbols.what_comes_next(),
        "series": over_time.series(),
        "shares": errors.shares(),
        "variants": errors.variants(),
    }
    return {TEMPLATES / f"{name}.json": template for name, template in by_name.items()}


def main() -> None:
    """Write them all."""
    with written_together():
        for path, template in templates().items():
            write_text(json.dumps(template, indent=2) + "\n", path)


if __name__ == "__main__":
    main()
