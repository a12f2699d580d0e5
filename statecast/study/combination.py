"""The best configurations of a study, which are chosen by their validation rows."""

from collections.abc import Mapping
from typing import Any

from statecast.base.errors import StatecastError, require
from statecast.base.keys import Nested, has, value_at
from statecast.base.paths import METRICS
from statecast.study.configurations import Configuration, experiment_name

SIZE = "frame.validation_size"
FOLDS = "frame.validation_folds"
CHOSEN_BY = "validation.rmse.mean"


def require_validation(params: Nested, overrides: Mapping[str, Any], where: str) -> None:
    """Check that a study that chooses has validation rows to choose by.

    Args:
        params: all sections.
        overrides: of the study.
        where: its file, for the message of an error.

    Raises:
        StatecastError: it has no validation rows.

    """
    own = value_at(params, SIZE) if has(params, SIZE) else 0
    size = overrides.get(SIZE, own)
    must = "be above 0, because a choice by the test rows would be the luckiest of many draws"
    require(_is_above_0(size), f"{where}: {SIZE}", must, size)


def _is_above_0(size: object) -> bool:
    """Return whether a size is above 0; of what is no number the stage frame says so."""
    try:
        return float(size) > 0  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return size is not None


def validation_rmse(metrics: Nested) -> float:
    """Return what configurations are chosen by: the mean RMSE on the validation rows.

    Raises:
        StatecastError: there is no such metric.

    """
    if not has(metrics, CHOSEN_BY):
        must = f"have {CHOSEN_BY}, got no such metric"
        raise StatecastError(f"{METRICS} must {must}")
    return float(value_at(metrics, CHOSEN_BY))


def best(results: Mapping[str, Nested], number: int) -> list[str]:
    """Return the names of the configurations with the lowest validation RMSE, the best first.

    Args:
        results: name to metrics.
        number: how many names.

    Raises:
        StatecastError: as ``validation_rmse``.

    """
    errors = {name: validation_rmse(metrics) for name, metrics in results.items()}
    best_first = sorted(errors, key=lambda name: errors[name])
    return best_first[:number]


def is_on_all_rows(configuration: Configuration, params: Nested) -> bool:
    """Return whether a configuration trains on the validation rows too: with folds it does.

    Args:
        configuration: of a study.
        params: all sections, before its overrides.

    """
    own = value_at(params, FOLDS) if has(params, FOLDS) else 0
    return bool(configuration.overrides.get(FOLDS, own))


def refitted(configuration: Configuration) -> Configuration:
    """Return a configuration that trains on the validation rows too."""
    name = experiment_name(f"{configuration.name}-refit")
    return Configuration(name, {**configuration.overrides, SIZE: 0, FOLDS: 0})
