"""The configurations of a study, and their names. Oracles: by hand, and Git itself."""

import subprocess
from typing import Any

import pandas as pd
import pytest

from statecast.base.errors import StatecastError
from statecast.base.section import validated
from statecast.study.configurations import Configuration, draws, expand, experiment_name, short_keys
from statecast.study.file import Range, StudyFile

GRID = {"train.epochs": [1, 2], "train.units": [[1], [2, 3]]}
RANGES = {
    "rate": Range(low=1e-4, high=1e-2, log=True),
    "units": Range(low=1, high=5, integer=True),
    "layout": Range(choices=["interleaved", "contiguous"]),
}
VARIANTS = {"a": {}, "b": {"train.seed": 7, "train.units": [2]}}
UNITS = [{"name": "x", "train.units": [3]}, {"name": "y"}]


def expanded(**content: Any) -> list[Configuration]:
    return expand(validated(StudyFile, {"name": "s", **content}, "s.yaml"), "s.yaml")


def overrides(**content: Any) -> list[dict[str, Any]]:
    return [configuration.overrides for configuration in expanded(**content)]


def names(**content: Any) -> list[str]:
    return [configuration.name for configuration in expanded(**content)]


def test_grid_is_every_combination() -> None:
    values = [tuple(chosen.values()) for chosen in overrides(grid=GRID)]
    assert values == [(1, [1]), (1, [2, 3]), (2, [1]), (2, [2, 3])]


def test_configuration_has_the_overrides_and_repeats_of_its_study() -> None:
    assert overrides(grid=GRID, overrides={"train.seed": 7}, repeats=4)[3] == {
        "train.seed": 7,
        "train.repeats": 4,
        "train.epochs": 2,
        "train.units": [2, 3],
    }


def test_names_of_a_grid_tell_keys_and_values() -> None:
    assert names(grid=GRID) == [
        "s-epochs=1,units=1",
        "s-epochs=1,units=2+3",
        "s-epochs=2,units=1",
        "s-epochs=2,units=2+3",
    ]


def test_name_tells_the_value_alone_where_one_key_changes() -> None:
    assert names(grid={"train.epochs": [500]}) == ["s-500"]


def test_prefix_takes_the_place_of_the_name_of_the_study() -> None:
    assert names(grid={"train.epochs": [500]}, prefix="long") == ["long-500"]


def test_listed_configuration_may_have_a_name() -> None:
    listed = [{"train.epochs": 5}, {"name": "base"}]
    assert names(configurations=listed) == ["s-epochs=5", "s-base"]


def test_keys_with_the_same_last_part_are_told_apart() -> None:
    both = [{"train.batch_size": 1, "rebatch.batch_size": None}]
    assert names(configurations=both) == ["s-train.batch_size=1,rebatch.batch_size=null"]


def test_short_keys_are_short_where_they_differ() -> None:
    assert short_keys(["a.x", "b.y"]) == ["x", "y"]
    assert short_keys(["a.x", "b.x", "c.z"]) == ["a.x", "b.x", "c.z"]


def test_number_that_yaml_reads_as_text_is_the_number_of_dvc() -> None:
    assert overrides(grid={"train.learning_rate": ["1e-5"]}) == [{"train.learning_rate": 1e-5}]


def test_name_has_a_number_as_the_file_has_it() -> None:
    assert names(grid={"train.learning_rate": ["1e-5"]}) == ["s-1e-5"]


@pytest.mark.parametrize(
    "text", ["a..b", "a b~^:?*[\\", "a@{b", "x" * 300, "end.lock", "ä", ".a.", "http://x/y"]
)
def test_names_are_git_references(text: str) -> None:
    name = experiment_name(f"s-{text}")
    command = ["git", "check-ref-format", f"refs/exps/ab/cd/{name}"]
    assert subprocess.run(command, check=False).returncode == 0
    assert len(name) <= 120


def test_long_names_that_begin_alike_stay_apart() -> None:
    assert experiment_name("x" * 300) != experiment_name("x" * 301)


def test_draws_stay_in_their_ranges() -> None:
    table = pd.DataFrame(draws(RANGES, 200, 3))
    assert table["rate"].between(1e-4, 1e-2).all()
    assert sorted(table["units"].unique()) == [1, 2, 3, 4, 5]
    assert set(table["layout"]) == {"interleaved", "contiguous"}


def test_half_of_the_logarithmic_draws_are_below_the_geometric_mean() -> None:
    table = pd.DataFrame(draws(RANGES, 200, 3))
    assert 0.4 < (table["rate"] < 1e-3).mean() < 0.6


def test_draws_repeat_with_their_seed() -> None:
    drawn = draws(RANGES, 200, 3)
    assert drawn == draws(RANGES, 200, 3)
    assert drawn != draws(RANGES, 200, 4)


def test_draws_are_different_ones() -> None:
    assert len(draws({"units": RANGES["units"]}, 200, 3)) == 5


def test_every_configuration_is_in_every_variant() -> None:
    expected = ["s-a-x", "s-a-y", "s-b-x", "s-b-y"]
    assert names(configurations=UNITS, variants=VARIANTS) == expected


def test_value_of_a_configuration_comes_before_that_of_its_variant() -> None:
    found = overrides(configurations=UNITS, variants=VARIANTS)
    assert found[2] == {"train.seed": 7, "train.units": [3]}
    assert found[3] == {"train.seed": 7, "train.units": [2]}


def test_values_that_are_lists_or_nothing_have_readable_names() -> None:
    listed = [
        {"name": None, "train.patience": None, "difference.lags": [1, 12]},
        {"name": ["a", 2], "train.patience": 5},
        {"name": True},
    ]
    expected = ["s-patience=null,lags=1+12", "s-a+2", "s-true"]
    assert names(configurations=listed) == expected


def test_values_that_read_alike_have_names_of_their_own() -> None:
    lags = [[], "none", [1, 12], [[1], [12]]]
    first, second, third, fourth = names(grid={"difference.lags": lags})
    assert len({first, second, third, fourth}) == 4
    assert first.startswith("s-none-")
    assert second.startswith("s-none-")
    assert third.startswith("s-1+12-")
    assert names(grid={"difference.lags": lags[:1]}) == ["s-none"]


def test_name_that_a_study_file_gives_twice_is_refused() -> None:
    listed = [{"name": "x", "train.epochs": 1}, {"name": "x", "train.epochs": 2}]
    with pytest.raises(StatecastError, match=r"s\.yaml must have a name of its own .* s-x twice"):
        names(configurations=listed)


def test_configuration_twice_is_refused() -> None:
    with pytest.raises(StatecastError, match=r"s\.yaml must have a name of its own .* s-1 twice"):
        names(grid={"train.epochs": [1, 1]})
