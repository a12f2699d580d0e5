"""Ridge regression several steps ahead. Oracle: scikit-learn fed its own forecasts by hand."""

import logging

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import Ridge

from statecast.data.inputs import Inputs
from statecast.evaluation.ridge_paths import ridge_paths
from statecast.forecasting.alignment import align
from tests.support.forecasts import Example, example, scaled_rows

WALK = example(train=12, validation=4, test=2)
ALPHA = 0.3


def by_hand(walk: Example, origin: int, horizon: int) -> list[float]:
    """Return the path from a row on: each forecast is put on the scale of the lag it becomes."""
    rows = walk.series.rows
    scaler = walk.undo.scaler
    train = rows.part("train")
    model = Ridge(alpha=ALPHA).fit(rows.x[train], rows.y[train, 0])
    of_y = scaler.line(rows.key, "y")
    path: list[float] = []
    for ahead in range(horizon):
        row = rows.x[origin + ahead].copy()
        for lag in range(1, min(ahead, 3) + 1):
            line = scaler.line(rows.key, f"lag_{lag}")
            row[3 - lag] = path[-lag] * line.scale + line.offset
        [said] = model.predict(row[None])
        path.append((said - of_y.offset) / of_y.scale)
    return path


def paths_of(walk: Example, origins: list[int], horizon: int) -> np.ndarray | None:
    return ridge_paths(
        walk.series,
        ALPHA,
        inputs=walk.inputs,
        undo=walk.undo,
        origins=origins,
        horizon=horizon,
    )


def test_later_steps_are_fed_the_earlier_ones() -> None:
    ours = paths_of(WALK, [12, 14], 4)
    assert_allclose(ours, [by_hand(WALK, 12, 4), by_hand(WALK, 14, 4)], rtol=1e-12)  # type: ignore[arg-type]


def test_steps_after_the_last_row_have_no_forecast() -> None:
    ours = paths_of(WALK, [16, 17], 2)
    assert np.isnan(ours).tolist() == [[False, False], [False, True]]  # type: ignore[arg-type]


def test_a_line_that_grows_beyond_all_numbers_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """Each value is ten times the one before: after 320 more steps no number is as large."""
    inputs = Inputs(1)
    y = 10.0 ** np.arange(8)
    frame = pd.DataFrame({"unique_id": "a", "ds": np.arange(8), "y": y})
    rows, undo = scaled_rows(frame, inputs, (5, 0, 2), "none")
    longer = rows._replace(x=np.vstack([rows.x, np.ones((400, 1))]))
    longer = longer._replace(y=np.vstack([rows.y, np.full((400, 1), np.nan)]))
    [series] = align([rows], frame)
    caplog.set_level(logging.INFO)
    ahead = ridge_paths(
        series._replace(rows=longer), 0.0, inputs=inputs, undo=undo, origins=[7], horizon=400
    )
    assert ahead is None
    assert "series 'a': ridge left out (its forecasts are not finite)" in caplog.text
