"""Lines for the log as the published texts print them, the first repeats side by side.

Shape letters: R repeats, N rows, L lags.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats, Ints

REPEATS = 10  # the first ones
ROWS = 12  # of a series or sequence; a longer one is shown at both ends
PUBLISHED_DECIMALS = 1
BETWEEN = "..."


def repeat_lines(train: Floats, test: Floats) -> list[str]:
    """Return ``n) TrainRMSE=, TestRMSE=`` of the first repeats.

    Args:
        train: RMSE on the training rows [R].
        test: RMSE on the test rows [R].

    """
    pairs = zip(train[:REPEATS], test[:REPEATS], strict=True)
    return [
        f"{repeat}) TrainRMSE={train_rmse:f}, TestRMSE={test_rmse:f}"
        for repeat, (train_rmse, test_rmse) in enumerate(pairs)
    ]


def forecast_lines(forecasts: pd.DataFrame, decimals: int | None) -> list[str]:
    """Return ``>Expected=, Predicted=`` of the first series, a line a test row.

    Args:
        forecasts: ``unique_id, ds, seed, y, forecast`` in this order of rows.
        decimals: of every figure; None: one, as published.

    """
    name = forecasts["unique_id"].iloc[0]
    own = forecasts[forecasts["unique_id"] == name]
    repeats = own["seed"].nunique()
    shown = min(repeats, REPEATS)
    predicted = own["forecast"].to_numpy(np.float64).reshape(repeats, -1)[:shown]  # [R, N]
    expected = own["y"].to_numpy(np.float64)[: predicted.shape[1]]  # [N]
    places = PUBLISHED_DECIMALS if decimals is None else decimals

    def line(row: int) -> str:
        figures = " ".join(f"{value:.{places}f}" for value in predicted[:, row])
        return f">Expected={expected[row]:.{places}f}, Predicted={figures}"

    return [f"test rows of {name}, {first_of(repeats)}", *both_ends(len(expected), line)]


def symbol_lines(
    name: str, inputs: Ints, expected: Ints, predicted: Ints, alphabet: Sequence[str]
) -> list[str]:
    """Return ``X= y= yhat=`` of a sequence, a line a row, and how many of all repeats are right.

    Args:
        name: of the sequence.
        inputs: numbers of the symbols that each row is given [N, L].
        expected: numbers of the symbols that come next [N].
        predicted: what each repeat says [R, N].
        alphabet: the symbols by number.

    """
    repeats = len(predicted)
    right = (predicted == expected).sum(axis=0)  # [N]

    def line(row: int) -> str:
        x = ",".join(alphabet[symbol] for symbol in inputs[row])
        y = alphabet[expected[row]]
        yhat = " ".join(alphabet[symbol] for symbol in predicted[:REPEATS, row])
        return f"X={x} y={y} yhat={yhat} ({right[row]} of {repeats} right)"

    return [f"sequence {name}, {first_of(repeats)}", *both_ends(len(inputs), line)]


def first_of(repeats: int) -> str:
    """Return which repeats are shown: ``the first 10 of 30 repeats``."""
    if repeats > REPEATS:
        return f"the first {REPEATS} of {repeats} repeats"
    return "1 repeat" if repeats == 1 else f"{repeats} repeats"


def both_ends(rows: int, line: Callable[[int], str]) -> list[str]:
    """Return a line a row; of many rows the first and the last ones, with a mark between."""
    if rows <= ROWS:
        return [line(row) for row in range(rows)]
    half = ROWS // 2
    first = [line(row) for row in range(half)]
    last = [line(row) for row in range(rows - half, rows)]
    return [*first, BETWEEN, *last]
