"""The cost of an observation. Oracle: figures by hand, and the forecaster itself."""

from benchmarks import online
from statecast.online.online import Online


def test_a_table_by_hand() -> None:
    case = online.Case(1, 60.0)
    costs = [online.Cost(case, 47.4, 48.2, 3456.0, 1_500_000.0)]
    cells = [cell.strip() for cell in online.lines(costs)[-1].strip("|").split("|")]
    assert cells == ["1", "47", "60", "48", "3,456", "1,500,000"]


def test_what_is_measured_is_a_forecaster_that_lives() -> None:
    forecaster = Online(online.stored_of(2))
    first = forecaster.next_value(online.NAME)
    assert forecaster.observe(online.NAME, first.ds, first.forecast).ds > first.ds
    assert forecaster.health(online.NAME).rmse == 0.0
