"""Print the experiments with what they changed and what came of it, narrower than dvc exp show. make show calls it."""

import io
import subprocess
import sys

import pandas as pd

FIGURES = {  # columns of dvc exp show, where there are any, and their headings
    "validation.rmse.mean": "validation",
    "rmse.mean": "rmse",
    "rmse.std": "std",
    "ensemble.rmse": "ensemble",
}
WIDTH = 120  # characters of a line


def table(shown: pd.DataFrame) -> pd.DataFrame:
    """Return names, changed params and figures; the best by validation first, where all have one, else as they are.

    Args:
        shown: what ``dvc exp show --only-changed --csv`` prints.

    """
    shown = shown[~shown["rev"].eq("workspace") & ~shown["Experiment"].eq("workspace")]
    found = pd.DataFrame({"experiment": shown["Experiment"].fillna(shown["rev"])})
    for column in shown.columns:
        file, _, name = column.rpartition(":")
        if file.endswith("params.yaml") or (not file and _is_param(column)):
            found[name.partition(".")[2]] = shown[column]
    for name, heading in FIGURES.items():
        own = [column for column in shown.columns if column in (name, f"metrics/evaluate.json:{name}")]
        if own:
            found[heading] = pd.to_numeric(shown[own[0]], errors="coerce").round(3)
    if "validation" in found and found["validation"].notna().all():
        found = found.sort_values("validation", kind="stable")
    return found


def _is_param(column: str) -> bool:
    sections = (
        "download.",
        "series.",
        "difference.",
        "frame.",
        "scale.",
        "baseline.",
        "train.",
        "rebatch.",
        "forecast.",
    )
    return column.startswith((*sections, "evaluate."))


def main() -> None:
    """Ask DVC and print; its words where it fails."""
    command = ["dvc", "exp", "show", "--only-changed", "--csv", "--no-pager", *sys.argv[1:]]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode:
        sys.exit(answer.stderr.strip())
    frame = pd.read_csv(io.StringIO(answer.stdout), dtype=str)
    print(table(frame).fillna("").to_string(index=False, line_width=WIDTH))  # noqa: T201


if __name__ == "__main__":
    main()
