"""Write docs/reproduction.md and its pictures: ``python -m studies.reproduction``."""

import sys
from pathlib import Path

from statecast.base.errors import StatecastError
from statecast.base.files import write_text
from statecast.base.writing import written_together
from studies.png import write_picture
from studies.reproduction.document import document
from studies.reproduction.figures import read_figures
from studies.reproduction.pictures import pictures

DOCUMENT = Path("docs/reproduction.md")
PICTURES = Path("docs/pictures")


def main() -> None:
    """Write the document and the pictures from the tables of the studies."""
    try:
        figures = read_figures()
        text = document(figures)
    except StatecastError as error:
        sys.exit(f"error: {error}")
    with written_together():
        write_text(text, DOCUMENT)
        for name, specification in pictures(figures).items():
            write_picture(specification, PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
