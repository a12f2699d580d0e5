"""The stage difference. Oracles: differences by hand, and the training rows counted by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from statecast.base.errors import StatecastError
from statecast.base.files import read_frame
from statecast.data.seasonal import seasonal_factors
from statecast.data.transforms import estimate_power
from tests.support.project import Project

SHAMPOO = "data/source/shampoo.csv"
FOLDS = {"frame__validation_size": 3, "frame__validation_folds": 2}  # 6 rows beside 12 of the test
Source = Callable[[str | bytes], None]


def differenced(project: Project, **keys: object) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the differenced values and what undoes them."""
    project.set(**keys)
    project.call("download", "difference")
    return project.table("data/differenced.csv")["y"].to_numpy(), project.json(
        "data/difference.json"
    )


def test_power_comes_from_the_rows_before_all_folds(project: Project) -> None:
    _, inverse = differenced(project, difference__transform="boxcox", **FOLDS)
    y = project.table(SHAMPOO)["sales"].to_numpy(float)
    assert inverse["power"]["sales"] == pytest.approx(estimate_power(y[: 36 - 12 - 6]))


def test_held_out_rows_do_not_change_the_power(project: Project) -> None:
    _, before = differenced(project, difference__transform="boxcox", **FOLDS)
    table = project.table(SHAMPOO)
    table.loc[36 - 18 :, "sales"] = 7
    table.to_csv(project.folder / SHAMPOO, index=False)
    _, after = differenced(project)
    assert after == before


def test_log_differences_are_ratios(project: Project) -> None:
    ratios, inverse = differenced(project, difference__transform="log", difference__lags=[1])
    assert ratios[0] == pytest.approx(np.log(145.9 / 266.0))
    assert inverse == {"lags": [1], "transform": "log", "power": {}}


def test_lags_are_taken_one_after_the_other(project: Project) -> None:
    found, inverse = differenced(project, difference__lags=[1, 2])
    y = project.table(SHAMPOO)["sales"]
    np.testing.assert_allclose(found, y.diff().diff(2)[3:])
    assert inverse["lags"] == [1, 2]


def test_no_lags_leave_the_series_alone(project: Project) -> None:
    differenced(project, difference__lags=[])
    folder = project.folder / "data"
    before = read_frame(folder / "series.csv", symbols=True)
    assert read_frame(folder / "differenced.csv", symbols=True).equals(before)


def test_each_series_is_differenced_by_itself(project: Project, source: Source) -> None:
    source("shop,month,sales\na,1,5\na,2,7\nb,1,100\nb,2,103\n")
    values, _ = differenced(project, download__id_column="shop", difference__lags=[1])
    assert values.tolist() == [2, 3]


def test_factors_come_from_the_rows_before_all_folds_and_are_divided_by(project: Project) -> None:
    keys = {"difference__seasonal": "multiplicative", "difference__lags": []}
    sizes = {"frame__validation_size": 3, "frame__validation_folds": 2, "frame__test_size": 6}
    found, inverse = differenced(project, **keys, **sizes)
    y = project.table(SHAMPOO)["sales"].to_numpy(float)
    factors = seasonal_factors(y[: 36 - 6 - 6], 12, "multiplicative", "s")
    assert inverse["factors"]["sales"] == pytest.approx(factors)
    np.testing.assert_allclose(found, y / np.tile(factors, 3))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {},
            r"difference\.seasonal must have 24 training rows in series 'sales', two seasons",
        ),
        ({"series__season_length": 1}, r"series\.season_length must be 2 or more rows where"),
        ({"difference__transform": "log"}, r"difference\.seasonal must be none or multiplicative"),
    ],
)
def test_season_that_cannot_be_taken_out_is_one_line(
    project: Project, keys: dict[str, object], message: str
) -> None:
    with pytest.raises(StatecastError, match=message):
        differenced(project, difference__seasonal="additive", **FOLDS, **keys)


def test_series_without_two_seasons_to_fit_are_left_out_where_short_ones_are(
    project: Project, source: Source
) -> None:
    """Of 12 and of 11 rows four are held out: four seasons of two rows, and one row less."""
    rows = [
        f"{shop},{row},{5 + row % 2}"
        for shop, count in (("a", 8), ("b", 7))
        for row in range(count)
    ]
    source("shop,month,sales\n" + "\n".join(rows) + "\n")
    project.set(download__id_column="shop", series__season_length=2, frame__short="skip")
    project.set(train__batch_size=1)
    keys = {"difference__seasonal": "additive", "difference__lags": [], "frame__test_size": 4}
    values, _ = differenced(project, **keys)
    np.testing.assert_allclose(values, np.full(8, 5.5))


def test_lags_longer_than_the_series(scaled_project: Project) -> None:
    scaled_project.set(difference__lags=[1, 36])
    line = scaled_project.refuses("difference")
    assert "must have at least 38 rows (params.yaml: difference.lags" in line


def test_first_value_that_is_not_positive_is_named(project: Project, source: Source) -> None:
    source("month,sales\n" + "".join(f"{row},{5 - row}\n" for row in range(30)))
    message = (
        r"^params\.yaml: difference\.transform log must have values above 0, "
        r"series 'sales' has 0 at 5 \(25 such rows\)"
    )
    with pytest.raises(StatecastError, match=message):
        differenced(project, difference__transform="log")


def test_power_of_a_constant_series(project: Project, source: Source) -> None:
    source("month,sales\n" + "".join(f"{row},5\n" for row in range(30)))
    message = "must have training rows of more than one value in series 'sales'"
    with pytest.raises(StatecastError, match=message):
        differenced(project, difference__transform="boxcox")


@pytest.mark.parametrize("symbol", ["x", "7"])
@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"difference__lags": [], "difference__transform": "log"}, "transform"),
        ({"difference__lags": [1]}, "lags"),
    ],
)
def test_symbols_cannot_be_changed(
    project: Project, source: Source, keys: dict[str, object], key: str, symbol: str
) -> None:
    source("month,sales\n" + "".join(f"{row},{symbol}\n" for row in range(30)))
    message = rf"params\.yaml: difference\.{key} must be left out"
    with pytest.raises(StatecastError, match=message):
        differenced(project, download__values="symbols", **keys)


def test_missing_input_names_the_file(project: Project) -> None:
    assert "data/series.csv must exist" in project.fails("difference")
