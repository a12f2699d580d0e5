"""The best forecast as tables: the rows held out beside each method, and the members."""

import json

import pandas as pd

from statecast.best.conduct import Best
from statecast.study.combined import held_out_table


def beside_methods(best: Best) -> pd.DataFrame:
    """Return ``unique_id, ds, y, forecast, low, high`` of the rows held out, one step ahead.

    A column of each method without a network follows. A value that is not judged is NaN.
    """
    combined = best.combined
    table = held_out_table(combined)
    for member in combined.together.members[combined.networks :]:
        table[member.name] = member.test[0].forecast[:, 0]
    return table


def members_table(best: Best) -> pd.DataFrame:
    """Return ``member, weight, weight_ahead, validation_rmse, test_rmse, overrides``.

    The first weight is that one step ahead, the second that of forecasts of several steps. The
    overrides are JSON: what was drawn.
    """
    together = best.combined.together
    names = together.names
    drawn = best.study.configurations[0]
    overrides = {
        own.name: {key: value for key, value in own.overrides.items() if key in drawn}
        for own in best.chosen
    }
    columns = {
        "member": [own.name for own in together.members],
        "weight": together.weights[:, 0],
        "weight_ahead": together.weights_ahead[:, 0],
        "validation_rmse": [own.validation_rmse(names, step=0)[0] for own in together.members],
        "test_rmse": [own.test_rmse(names)[0] for own in together.members],
        "overrides": [json.dumps(overrides.get(own.name, {})) for own in together.members],
    }
    return pd.DataFrame(columns)


def rmse_by_name(best: Best) -> dict[str, float]:
    """Return the RMSE on the rows held out, one step ahead: together, and of each member."""
    together = best.combined.together
    errors = together.test[0].residuals()[:, 0]
    figures = {"together": float((errors[~pd.isna(errors)] ** 2).mean() ** 0.5)}
    return figures | {own.name: float(own.test_rmse(together.names)[0]) for own in together.members}
