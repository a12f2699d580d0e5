"""The configuration of the studies that the validation rows choose."""

from typing import Any, NamedTuple

from statecast.base.keys import has, value_at

CHOSEN_BY = "validation.rmse.mean"
# Overrides that begin so change what is forecast.
OTHER_DATA = ("download.", "series.", "frame.test", "frame.validation")


class BestConfiguration(NamedTuple):
    """A configuration, what it changes of params.yaml, and the mean RMSE it was chosen by."""

    name: str
    overrides: dict[str, Any]
    validation_rmse: float


def best_of(studies: list[dict[str, Any]]) -> BestConfiguration | None:
    """Return the configuration with the lowest validation RMSE.

    Only those that forecast the same rows as params.yaml are compared.

    Args:
        studies: what ``statecast study`` wrote of each.

    Returns:
        The best configuration; None where none has a validation RMSE.

    """
    candidates = []
    for study in studies:
        for name, configuration in study.get("configurations", {}).items():
            overrides = configuration["overrides"]
            metrics = configuration["metrics"]
            has_same_rows = not any(key.startswith(OTHER_DATA) for key in overrides)
            if has_same_rows and has(metrics, CHOSEN_BY):
                error = float(value_at(metrics, CHOSEN_BY))
                candidates.append(BestConfiguration(name, overrides, error))
    return min(candidates, key=lambda candidate: candidate.validation_rmse, default=None)
