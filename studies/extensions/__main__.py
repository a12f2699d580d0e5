"""Measure what each extension changes, and write docs/extensions.md.

``python -m studies.extensions`` reads studies/extensions.yaml; it writes the document, its pictures
and the figures behind both.
"""

import logging
import sys
from pathlib import Path

from statecast.base.errors import StatecastError
from statecast.base.files import write_json, write_text
from statecast.base.logs import logged_from
from statecast.base.writing import written_together
from studies.extensions.document import page
from studies.extensions.measured import RESULTS, measure, measured_from_json
from studies.extensions.pictures import pictures
from studies.extensions.settings import read_settings
from studies.png import write_picture

DOCUMENT = Path("docs/extensions.md")
PICTURES = Path("docs/pictures/extensions")


def main() -> None:
    """Run everything; write the figures, the document and its pictures."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        asked = read_settings()
        with logged_from(logging.WARNING, "statecast", "stages"):
            figures = measure(asked).as_json()
    except StatecastError as error:
        sys.exit(f"error: {error}")
    measured = measured_from_json(figures)  # rounded, as whoever reads the figures has them
    with written_together():
        write_json(figures, RESULTS)
        write_text(page(measured, asked), DOCUMENT)
        for name, specification in pictures(measured.series, asked).items():
            write_picture(specification, PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
