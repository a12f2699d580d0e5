"""The configuration that the validation rows choose. Oracle: worked by hand."""

from typing import Any

from statecast.report import best as choice
from statecast.report.best import BestConfiguration

PERSISTENCE = 5.0


def best_of(studies: list[dict[str, Any]]) -> BestConfiguration | None:
    return choice.best_of(studies, PERSISTENCE)


def study(**validation: float | None) -> dict[str, Any]:
    """Return what a study wrote of configurations with these validation RMSE."""
    configurations = {}
    for name, error in validation.items():
        metrics: dict[str, Any] = {"persistence": {"rmse": PERSISTENCE}}
        if error is not None:
            metrics["validation"] = {"rmse": {"mean": error}}
        configurations[name] = {"overrides": {"train.epochs": 2}, "metrics": metrics}
    return {"study": "s", "configurations": configurations}


def test_the_best_configuration_has_the_lowest_validation_rmse():
    best = best_of([study(a=3.0, b=None), study(c=2.0, d=2.5)])
    assert best is not None
    assert (best.name, best.validation_rmse) == ("c", 2.0)


def test_the_best_configuration_comes_with_what_it_changes():
    best = best_of([study(a=3.0)])
    assert best is not None
    assert best.overrides == {"train.epochs": 2}


def test_without_a_validation_rmse_nothing_is_best():
    assert best_of([study(a=None)]) is None


def test_without_a_study_nothing_is_best():
    assert best_of([]) is None


def test_a_search_with_validation_rows_of_its_own_has_a_best_configuration():
    search = study(a=3.0, b=2.0)
    for configuration in search["configurations"].values():
        configuration["overrides"]["frame.validation_size"] = 8
    best = best_of([search])
    assert best is not None
    assert best.name == "b"


def test_other_validation_rows_are_not_compared():
    search = study(a=1.0, b=0.5)
    for configuration in search["configurations"].values():
        configuration["overrides"]["frame.validation_size"] = 2
    best = best_of([search, study(c=2.0)])
    assert best is not None
    assert best.name == "c"


def test_a_study_of_another_series_is_not_compared():
    other = study(a=1.0)
    other["configurations"]["a"]["metrics"]["persistence"]["rmse"] = PERSISTENCE + 1
    assert best_of([other]) is None


def test_configurations_on_other_rows_are_not_compared():
    other = study(a=1.0)
    other["configurations"]["a"]["overrides"] = {"download.source": "b.csv"}
    best = best_of([other, study(c=2.0)])
    assert best is not None
    assert best.name == "c"
