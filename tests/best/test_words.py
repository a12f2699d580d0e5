"""The verdict in words. Oracle: by hand."""

from statecast.best.words import against


def test_a_lower_rmse_beats() -> None:
    assert against("auto_ets", 75.0, 100.0, size=1000.0) == "beat AutoETS by 25 %"


def test_a_higher_rmse_loses() -> None:
    assert against("persistence", 100.0, 60.0, size=1000.0) == "lose to persistence by 40 %"


def test_a_difference_below_half_a_percent_is_none() -> None:
    assert against("auto_arima", 100.4, 100.0, size=1000.0) == "are as good as AutoARIMA"


def test_rounding_of_a_constant_series_is_no_loss() -> None:
    """Three equal forecasts of 7, a third each, are 6.999999999999999."""
    assert against("auto_theta", 8.9e-16, 0.0, size=7.0) == "are as good as AutoTheta"


def test_no_errors_at_all_are_equal() -> None:
    assert against("auto_theta", 0.0, 0.0, size=0.0) == "are as good as AutoTheta"
