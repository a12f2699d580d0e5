"""What a configuration of a study is. Oracle: the study files, worked by hand."""

from pathlib import Path

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import read_params
from statecast.study.conduct import read_study
from statecast.study.configurations import expand
from studies.reproduction.settings import setting_text, values_of, with_settings
from tests.support.project import ROOT


def settings_of(name: str) -> pd.DataFrame:
    """Return the settings of each configuration of a study; the working directory is ROOT."""
    study = read_study(Path("studies") / f"{name}.yaml")
    names = [one.name for one in expand(study, name)]
    errors = pd.DataFrame({"configuration": names, "seed": 0, "rmse": 1.0})
    return with_settings(errors, study, read_params())


@pytest.fixture
def in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("in_root")
def test_settings_come_from_the_study():
    assert settings_of("table-units")["units"].tolist() == [1, 2, 3, 4, 5]


@pytest.mark.usefixtures("in_root")
def test_a_study_without_variants_is_of_today_and_names_its_table():
    settings = settings_of("table-batch-size")
    assert set(settings["study"]) == {"batch_size"}
    assert set(settings["variant"]) == {"today"}


@pytest.mark.usefixtures("in_root")
def test_settings_that_a_study_leaves_alone_come_from_params():
    settings = settings_of("table-units")
    assert set(settings["batch_size"]) == {4}
    assert set(settings["epochs"]) == {1000}
    assert set(settings["layout"]) == {"interleaved"}


@pytest.mark.usefixtures("in_root")
def test_a_study_with_variants_names_variant_and_table_in_its_configurations():
    settings = settings_of("tables-2017").set_index("configuration")
    row = settings.loc["tables-2017-keras-1-batch-size-1000-2-1"]
    assert row["variant"] == "keras-1"
    assert row["study"] == "batch_size"
    assert row["batch_size"] == 2


def test_values_of_a_configuration_are_found_by_its_settings():
    errors = pd.DataFrame({"configuration": ["a", "b", "a"], "units": [1, 2, 1], "rmse": [1, 2, 3]})
    assert values_of(errors, units=1).tolist() == [1, 3]


@pytest.mark.parametrize("units", [1, 3])
def test_values_of_none_or_of_two_configurations_are_refused(units: int):
    errors = pd.DataFrame({"configuration": ["a", "b"], "units": [1, 1], "rmse": [1.0, 2.0]})
    with pytest.raises(StatecastError, match="one configuration"):
        values_of(errors, units=units)


@pytest.mark.parametrize(
    ("units", "words"),
    [(1, "500 epochs, batch size 4, 1 unit"), (2, "500 epochs, batch size 4, 2 units")],
)
def test_a_setting_in_words(units: int, words: str):
    assert setting_text({"epochs": 500, "batch_size": 4, "units": units}) == words
