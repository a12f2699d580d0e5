"""The configuration of the studies that the validation rows choose."""

from typing import Any, NamedTuple

OTHER_DATA = ("download.", "series.", "frame.test", "frame.validation")  # overrides that change what is forecast


class Best(NamedTuple):
    """A configuration, what it changes of params.yaml, and the mean RMSE it was chosen by."""

    name: str
    overrides: dict[str, Any]
    validation_rmse: float


def best_of(studies: list[dict[str, Any]]) -> Best | None:
    """Return the configuration with the lowest validation RMSE among those on the same rows; None: none has one."""
    candidates = []
    for study in studies:
        for name, found in study.get("configurations", {}).items():
            rmse = ((found["metrics"].get("validation") or {}).get("rmse") or {}).get("mean")
            same_rows = not any(key.startswith(OTHER_DATA) for key in found["overrides"])
            if rmse is not None and same_rows:
                candidates.append(Best(name, found["overrides"], float(rmse)))
    return min(candidates, key=lambda one: one.validation_rmse, default=None)


def with_overrides(params: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    """Return params with dotted keys replaced; the params given stay as they are."""
    changed = {name: dict(keys) for name, keys in params.items()}
    for key, value in overrides.items():
        section, _, name = key.partition(".")
        changed.setdefault(section, {})[name] = value
    return changed
