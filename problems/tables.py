"""Write the table of results into the README of each problem: ``python -m problems.tables``."""

import sys
from pathlib import Path
from typing import Any

from problems.smallest import STUDY, found_in, lines_of
from statecast.base.errors import StatecastError, require
from statecast.base.files import read_json, write_text
from statecast.base.paths import VARIANTS

FOLDERS = (Path("problems/counting"), Path("problems/memory"))
START = "<!-- results -->"
END = "<!-- end of results -->"
OF_HELD_OUT = ("<!-- held out -->", "<!-- end of held out -->")
OF_SMALLEST = ("<!-- smallest -->", "<!-- end of smallest -->")
COLUMNS = {
    "rmse.mean": "RMSE mean",
    "rmse.std": "RMSE std",
    "share_all_right": "share of repeats all right",
    "share_last_right": "share of repeats last right",
    "accuracy.mean": "accuracy",
    "accuracy_last.mean": "accuracy on the last",
    "exact": "exact",
    "max_abs_difference": "largest difference",
}
COLUMNS_OF_HELD_OUT = {
    "trained.accuracy_last.mean": "trained on: accuracy on the last, mean",
    "trained.accuracy_last.std": "std",
    "accuracy_last.mean": "never seen: accuracy on the last, mean",
    "accuracy_last.std": "std",
    "share_last_right": "share of repeats right on all never seen",
    "repeats": "repeats",
}

Results = dict[str, dict[str, Any]]  # figures of each variant, by dotted names


def main() -> None:
    """Write the tables of both problems."""
    try:
        texts = {folder / "README.md": readme_of(folder) for folder in FOLDERS}
    except StatecastError as error:
        sys.exit(f"error: {error}")
    for path, text in texts.items():
        write_text(text, path)


def readme_of(folder: Path) -> str:
    """Return the README of a problem with the tables of its results.

    Raises:
        StatecastError: there are no results, or the markers are missing.

    """
    path = folder / "README.md"
    where = str(path)
    results = read_json(folder / VARIANTS)
    held_out = {name: of for name, of in results.items() if is_held_out(of)}
    others = {name: of for name, of in results.items() if not is_held_out(of)}
    text = with_table(path.read_text(encoding="utf-8"), others, where)
    if held_out:
        text = between(text, *OF_HELD_OUT, table(held_out, COLUMNS_OF_HELD_OUT), where)
    if (folder / STUDY).is_file():
        found = found_in(read_json(folder / STUDY))
        text = between(text, *OF_SMALLEST, lines_of(found), where)
    return text


def is_held_out(figures: dict[str, Any]) -> bool:
    """Return whether a variant was tested on sequences that it was not trained on."""
    return any(name.startswith("trained.") for name in figures)


def with_table(readme: str, results: Results, where: str) -> str:
    """Return the text of a README with the table between its markers.

    Args:
        readme: its text.
        results: what is shown.
        where: the file, for the message of an error.

    Raises:
        StatecastError: the markers are missing.

    """
    return between(readme, START, END, table(results), where)


def between(text: str, start: str, end: str, lines: list[str], where: str) -> str:
    """Return a text with other lines between two markers.

    Args:
        text: has both markers.
        start: the first one.
        end: the second one.
        lines: what is to stand between.
        where: the file, for the message of an error.

    Raises:
        StatecastError: a marker is missing.

    """
    has_markers = start in text and end in text
    require(has_markers, where, f"hold {start} and {end}", "a text without")
    before, _, rest = text.partition(start)
    _, _, after = rest.partition(end)
    return "\n".join([before + start, "", *lines, "", end + after])


def table(results: Results, titles: dict[str, str] = COLUMNS) -> list[str]:
    """Return the lines of a Markdown table, a row a variant.

    Args:
        results: what is shown.
        titles: the columns, of which those are left out that no variant has.

    """
    columns = [key for key in titles if any(key in figures for figures in results.values())]
    head = ["setting", *(titles[key] for key in columns)]
    lines = [row(head), "|---|" + "---:|" * len(columns)]
    for variant, figures in results.items():
        cells = [_cell(figures.get(key)) for key in columns]
        lines.append(row([variant, *cells]))
    return lines


def row(cells: list[str]) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
