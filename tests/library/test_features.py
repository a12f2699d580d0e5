"""Features that are known after the end, in library and pipeline.

Oracles: each other; a file worked by hand.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from statecast import Statecast, StatecastError
from tests.support.library import same_as_pipeline
from tests.support.project import Project

LATER = "data/source/later.csv"


@pytest.fixture(scope="module")
def priced_folder(tmp_path_factory: pytest.TempPathFactory, later_prices: pd.DataFrame) -> Path:
    """A folder in which the pipeline has run, with prices that are known ahead."""
    project = Project(tmp_path_factory.mktemp("priced"))
    project.use_sales()
    project.set(difference__transform="log", forecast__features="later.csv")
    later = later_prices.rename(columns={"ds": "week"}).drop(columns="unique_id")
    later.to_csv(project.folder / LATER, index=False)
    project.run_all()
    return project.folder


@pytest.fixture
def priced(priced_folder: Path, tmp_path: Path) -> Project:
    """A project of its own with what ``priced_folder`` has."""
    shutil.copytree(priced_folder, tmp_path, dirs_exist_ok=True)
    project = Project(tmp_path)
    project.use_sales()
    project.set(difference__transform="log", forecast__features="later.csv")
    return project


@pytest.mark.promise("forecast")
def test_features_known_ahead_are_forecast_with_in_library_and_pipeline(
    sales_model: Statecast, later_prices: pd.DataFrame, priced_folder: Path
) -> None:
    own = sales_model.predict(12, level=[90], X_df=later_prices)
    assert same_as_pipeline(own, priced_folder)
    dearer = sales_model.predict(12, X_df=later_prices.assign(price=20.0))
    assert (dearer["Statecast"] != own["Statecast"]).all()


@pytest.mark.promise("source")
@pytest.mark.parametrize(
    ("later", "message"),
    [
        ("week,price\n2024-01-01,9\n", "finite price at every time after the end, got none of"),
        ("week,price\n2024-01-01,x\n", "'price', line 2 must be a finite number"),
        ("week,price\nmonday,9\n", "'week', line 2 must be an integer or a date"),
        ("week,cost\n2024-01-01,9\n", r"have the columns \['price'\]"),
        (None, r"params.yaml: forecast\.features must be readable, got later.csv"),
    ],
    ids=["too few", "no number", "no time", "no column", "no file"],
)
def test_a_file_of_features_is_validated(priced: Project, later: str | None, message: str) -> None:
    path = priced.folder / LATER
    if later is None:
        path.unlink()
    else:
        path.write_text(later)
    with pytest.raises(StatecastError, match=message):
        priced.call("forecast")


def test_rows_beyond_the_horizon_are_left_alone(
    priced: Project, sales_model: Statecast, later_prices: pd.DataFrame
) -> None:
    priced.set(forecast__horizon=5)
    priced.call("forecast")
    own = sales_model.predict(5, level=[90], X_df=later_prices)
    assert same_as_pipeline(own, priced.folder)


def test_features_that_are_not_known_are_said_and_nothing_is_forecast(
    priced: Project, caplog: pytest.LogCaptureFixture
) -> None:
    priced.set(forecast__features=None)
    with caplog.at_level("INFO"):
        priced.call("forecast")
    assert "frame.features (price) are not known after the end" in caplog.text
    assert priced.table("data/future.csv").empty


def test_features_of_no_network_are_refused(finished_project: Project) -> None:
    finished_project.set(forecast__features="sales.csv")
    with pytest.raises(StatecastError, match=r"forecast\.features must be null where"):
        finished_project.call("forecast")


def test_a_model_with_features_needs_them(
    sales_model: Statecast, later_prices: pd.DataFrame
) -> None:
    with pytest.raises(StatecastError, match="X_df must give price after the end, got none"):
        sales_model.predict(12)
    with pytest.raises(StatecastError, match="X_df must have a finite price at every time"):
        sales_model.predict(12, X_df=later_prices.head(11))
    last_missing = later_prices.assign(price=[*later_prices["price"][:-1], None])
    with pytest.raises(StatecastError, match="X_df must have a finite price at every time"):
        sales_model.predict(len(last_missing), X_df=last_missing)
    assert len(sales_model.predict(11, X_df=last_missing)) == 11  # further rows are left alone
    twice = pd.concat([later_prices, later_prices.head(1)])
    with pytest.raises(StatecastError, match="X_df must have each time of a series once"):
        sales_model.predict(12, X_df=twice)
    with pytest.raises(StatecastError, match=r"X_df must have the columns .* got no price"):
        sales_model.predict(12, X_df=later_prices.drop(columns="price"))


def test_a_model_without_features_takes_none(
    shampoo_model: Statecast, later_prices: pd.DataFrame
) -> None:
    with pytest.raises(StatecastError, match="X_df must be None"):
        shampoo_model.predict(3, X_df=later_prices)
