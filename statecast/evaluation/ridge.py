"""Ridge regression on the inputs of a network, which says what a network adds to a straight line.

Hoerl and Kennard (1970), Ridge regression: biased estimation for nonorthogonal problems,
Technometrics 12. Shape letters: N rows, F inputs of a row.
"""

import numpy as np

from statecast.base.arrays import Floats
from statecast.network.rows import SeriesRows

RIDGE = "ridge"


def ridge(series: SeriesRows, alpha: float, output: int = 0) -> Floats:
    """Return scaled forecasts [N] of all rows, each one step ahead.

    The arguments are those of ``fit_ridge``.
    """
    weights, constant = fit_ridge(series, alpha, output)
    return series.x @ weights + constant


def fit_ridge(series: SeriesRows, alpha: float, output: int = 0) -> tuple[Floats, float]:
    """Return the weight of each input [F], and the constant.

    Args:
        series: the scaled rows; the training rows are fitted.
        alpha: penalty on the squared weights, 0 or more.
        output: which one of the rows is forecast.

    """
    from sklearn.linear_model import Ridge

    train = series.part("train")
    fitted = Ridge(alpha=alpha).fit(series.x[train], series.y[train, output])
    return np.asarray(fitted.coef_, np.float64), float(fitted.intercept_)
