"""Write the table of results into a README, between its markers. Not a stage: make problems calls it."""

from pathlib import Path
from typing import Any

from statecast.base.errors import require
from statecast.base.files import read_json, write_text
from statecast.base.stage import run

START, END = "<!-- results -->", "<!-- end of results -->"
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


def table(results: dict[str, dict[str, Any]]) -> list[str]:
    """Return the lines of a Markdown table, a row a variant."""
    columns = [key for key in COLUMNS if any(key in result for result in results.values())]
    lines = ["| " + " | ".join(["setting", *(COLUMNS[key] for key in columns)]) + " |"]
    lines.append("|---|" + "---:|" * len(columns))
    lines += [
        "| " + " | ".join([name, *(_cell(result.get(key)) for key in columns)]) + " |"
        for name, result in results.items()
    ]
    return lines


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def main(metrics: Path, readme: Path) -> None:
    """Replace what is between the markers."""
    text = readme.read_text(encoding="utf-8")
    require(START in text and END in text, str(readme), f"hold {START} and {END}", "a text without")
    before, after = text.split(START)[0], text.split(END)[1]
    write_text("\n".join([before + START, "", *table(read_json(metrics)), "", END]) + after, readme)


if __name__ == "__main__":
    run(main)
