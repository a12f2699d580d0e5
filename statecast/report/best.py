"""The configurations of studies on the rows of this pipeline, and which the validation chooses."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from statecast.base.keys import has, value_at

CHOSEN_BY = "validation.rmse.mean"
PERSISTENCE = "persistence.rmse"
# Overrides that begin so change what is forecast.
OTHER_DATA = ("download.", "series.", "frame.test")
VALIDATION = "frame.validation"
ROUNDING = 1e-9  # relative


class BestConfiguration(NamedTuple):
    """A configuration, what it changes of params.yaml, and the mean RMSE it was chosen by."""

    name: str
    overrides: dict[str, Any]
    validation_rmse: float


def of_these_rows(study: dict[str, Any], persistence: float | None) -> dict[str, dict[str, Any]]:
    """Return the configurations of a study that forecast the test rows of this pipeline.

    Persistence tells whether they do: its RMSE is that of the rows and of nothing else.

    Args:
        study: what ``statecast study`` wrote.
        persistence: its RMSE on the test rows; None: not known, and no configuration is left.

    """
    return {
        name: configuration
        for name, configuration in study.get("configurations", {}).items()
        if _is_of_these_rows(configuration, persistence)
    }


def best_of(
    studies: Sequence[dict[str, Any]], persistence: float | None
) -> BestConfiguration | None:
    """Return the configuration with the lowest validation RMSE.

    Only configurations with the same validation rows can be compared: those that params.yaml says,
    or if there are none, those that most configurations have.

    Args:
        studies: what ``statecast study`` wrote of each.
        persistence: its RMSE on the test rows of this pipeline.

    Returns:
        The best configuration; None where none has a validation RMSE.

    """
    by_rows: list[tuple[str, BestConfiguration]] = []
    for study in studies:
        for name, configuration in of_these_rows(study, persistence).items():
            if has(configuration["metrics"], CHOSEN_BY):
                overrides = configuration["overrides"]
                error = float(value_at(configuration["metrics"], CHOSEN_BY))
                candidate = BestConfiguration(name, overrides, error)
                by_rows.append((_validation_rows(overrides), candidate))
    counts = Counter(rows for rows, _ in by_rows)
    compared = max(counts, key=lambda rows: (rows == "", counts[rows]), default="")
    candidates = [candidate for rows, candidate in by_rows if rows == compared]
    return min(candidates, key=lambda candidate: candidate.validation_rmse, default=None)


def _is_of_these_rows(configuration: dict[str, Any], persistence: float | None) -> bool:
    metrics = configuration["metrics"]
    is_changed = any(key.startswith(OTHER_DATA) for key in configuration["overrides"])
    if is_changed or persistence is None or not has(metrics, PERSISTENCE):
        return False
    return math.isclose(value_at(metrics, PERSISTENCE), persistence, rel_tol=ROUNDING)


def _validation_rows(overrides: dict[str, Any]) -> str:
    """Return what a configuration says of validation rows; empty: what params.yaml says."""
    said = {key: value for key, value in overrides.items() if key.startswith(VALIDATION)}
    return ", ".join(f"{key} {value}" for key, value in sorted(said.items()))
