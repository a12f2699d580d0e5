"""Forecasts without a network beside which a flat line is judged."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from statecast.base.arrays import Floats
from statecast.base.files import read_frame
from statecast.base.paths import SOURCES
from statecast.base.section import read_params
from statecast.evaluation.measures import flatness, rmse


@dataclass(frozen=True)
class Reference:
    """What a forecast without a network is worth."""

    rmse: float
    flatness: float  # of the forecasts
    flatness_of_steps: float  # of their steps from the value before

    def as_json(self) -> dict[str, Any]:
        """Return plain values; ``Reference(**values)`` is the same again."""
        return asdict(self)


def read_references() -> dict[str, Reference]:
    """Return the references of the series that params.yaml names.

    Raises:
        StatecastError: a file cannot be read.

    """
    params = read_params()
    table = read_frame(SOURCES / params["download"]["source"])
    y = table[params["download"]["value_column"]].to_numpy(np.float64)
    return references_of(y, params["frame"]["test_size"])


def references_of(y: Floats, test_size: int) -> dict[str, Reference]:
    """Return what three forecasts are worth on the last values of a series.

    Args:
        y: the series [N].
        test_size: how many values are forecast.

    """
    train = y[:-test_size]
    truth = y[-test_size:]
    before = y[-test_size - 1 : -1]
    forecasts = {
        "persistence: the value before": before,
        "drift: the value before and the mean step": before + np.diff(train).mean(),
        "the mean of the training values": np.full(test_size, train.mean()),
    }
    return {
        name: Reference(
            rmse=float(rmse(forecast, truth)),
            flatness=float(flatness(forecast, truth)),
            flatness_of_steps=float(flatness(forecast - before, truth - before)),
        )
        for name, forecast in forecasts.items()
    }
