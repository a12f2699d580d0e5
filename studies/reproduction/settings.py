"""What a configuration of a study is: its epochs, its batch size, its units and its variant."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import require
from statecast.base.keys import with_values
from statecast.study.configurations import Configuration, expand
from statecast.study.file import StudyFile

KEYS = ["epochs", "batch_size", "units"]
BASE = {"epochs": 1000, "batch_size": 4, "units": 1}  # what a published study does not vary
TODAY = "today"  # Keras as it is: the variant of a study that names none


def with_settings(errors: pd.DataFrame, study: StudyFile, params: dict[str, Any]) -> pd.DataFrame:
    """Return the errors of a study with what each configuration is.

    Args:
        errors: ``configuration, seed`` and what was measured.
        study: what was run.
        params: of params.yaml, for keys that the study leaves alone.

    Returns:
        The errors and ``variant, study, layout, epochs, batch_size, units``.

    """
    configurations = expand(study, study.name)
    rows = [_settings_of(configuration, study, params) for configuration in configurations]
    return errors.merge(pd.DataFrame(rows), on="configuration", validate="many_to_one")


def values_of(errors: pd.DataFrame, **wanted: Any) -> Floats:
    """Return the RMSE [N] of the configuration with these settings.

    Raises:
        StatecastError: no configuration has them, or more than one.

    """
    chosen = errors
    for key, value in wanted.items():
        chosen = chosen[chosen[key] == value]
    names = sorted(set(chosen["configuration"]))
    require(len(names) == 1, str(wanted), "be one configuration that was measured", names)
    return chosen["rmse"].to_numpy(np.float64)


def setting_text(row: Mapping[Any, Any]) -> str:
    """Return epochs, batch size and units in words."""
    epochs, batch_size, units = [row[key] for key in KEYS]
    in_units = "1 unit" if units == 1 else f"{units} units"
    return f"{epochs} epochs, batch size {batch_size}, {in_units}"


def _settings_of(
    configuration: Configuration, study: StudyFile, params: dict[str, Any]
) -> dict[str, Any]:
    label = configuration.name.removeprefix(f"{study.prefix or study.name}-")
    variant = _variant_of(label, study)
    train = with_values(params, configuration.overrides)["train"]
    return {
        "configuration": configuration.name,
        "variant": variant,
        "study": _table_of(label, variant, study),
        "layout": train["layout"],
        "epochs": train["epochs"],
        "batch_size": train["batch_size"],
        "units": sum(train["units"]),
    }


def _variant_of(label: str, study: StudyFile) -> str:
    for name in study.variants:
        if label.startswith(f"{name}-"):
            return name
    return TODAY


def _table_of(label: str, variant: str, study: StudyFile) -> str:
    """Return the published table that a configuration is of: epochs, batch_size or units.

    A study with variants names the table in its configurations (``units-1000-4-1``), one without
    in its own name (``table-units``).
    """
    if study.variants:
        table = label.removeprefix(f"{variant}-")
    else:
        table = study.name.removeprefix("table-")
    return table.rstrip("-0123456789").replace("-", "_")
