"""Print what the pipeline found as a short table. Not a stage: make repro calls it last."""

from pathlib import Path
from typing import Any

from statecast.base.files import read_json
from statecast.base.stage import run


def table(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the lines of the table: label and figure."""
    lines = [(f"RMSE {name}", _figure(content["rmse"][name])) for name in ("mean", "std", "min", "median", "max")]
    lines += [("persistence RMSE", _figure(content["persistence"]["rmse"])), ("skill", _figure(content["skill"]))]
    lines.append(("ensemble RMSE", _figure(content["ensemble"]["rmse"])))
    best = content.get("best_baseline")
    if best:
        lines.append((f"{best} RMSE", _figure(content["baselines"][best]["rmse"])))
    intervals = content.get("interval", {})
    lines += [
        (f"held of {intervals['level']:.0%}, {method}", _figure(intervals[method]["coverage"]))
        for method in ("repeats", "conformal")
        if intervals and intervals[method]["coverage"] is not None
    ]
    return lines


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def main(metrics: Path, errors: Path) -> None:
    """Print the test metrics, and the validation metrics where there are any."""
    content = read_json(metrics)
    repeats = len(errors.read_text(encoding="utf-8").splitlines()) - 1
    parts = {f"test rows, {repeats} repeats": content}
    if "validation" in content:
        parts["validation rows"] = content["validation"]
    for title, part in parts.items():
        print(f"\n{title}")  # noqa: T201
        for label, figure in table(part):
            print(f"  {label:<22}{figure:>10}")  # noqa: T201


if __name__ == "__main__":
    run(main)
