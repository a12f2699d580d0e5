"""Up or down learned through the stages. Oracle: a series of many small ups and few large downs."""

import numpy as np
import pandas as pd
import pytest

from tests.support.project import Project


def rare_falls() -> pd.DataFrame:
    """Return 80 rows that rise by 1 three times of four, in no order, and else fall by 9."""
    moves = np.random.default_rng(2).choice([1, 1, 1, -9], size=80)
    return pd.DataFrame({"row": range(80), "v": 1000 + moves.cumsum()})


@pytest.mark.parametrize(("loss", "sign"), [("direction", 1), ("direction_by_size", -1)])
@pytest.mark.slow
def test_the_loss_counts_moves_or_weighs_them(
    project: Project, caplog: pytest.LogCaptureFixture, loss: str, sign: int
) -> None:
    """Ups are three of four by count, and a quarter by size; nothing says which comes next."""
    caplog.set_level("INFO")
    project.source(rare_falls().to_csv(index=False))
    project.set_keys(
        {
            "download.time_column": "row",
            "download.value_column": "v",
            "scale.method": "maxabs",
            "train.loss": loss,
            "train.cell": "dense",
            "train.epochs": 200,
            "train.learning_rate": 0.01,
            "forecast.horizon": 0,
        }
    )
    project.run_all()
    forecasts = project.table("plots/forecasts.csv")
    before = rare_falls()["v"].shift(1).loc[forecasts["ds"]].to_numpy()
    assert (np.sign(forecasts["forecast"] - before) == sign).all()
    said = f"evaluate: train.loss {loss}: directions count; RMSE and intervals mean nothing"
    assert said in caplog.text
