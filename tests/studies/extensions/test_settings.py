"""Which extensions are tried where. Oracles: worked by hand; the keys of params.yaml."""

from typing import Any

import pytest

from statecast.base.keys import require_keys
from statecast.base.section import read_params
from studies.extensions.measured import Measurements
from studies.extensions.settings import (
    SETTINGS,
    Settings,
    depth_pairs,
    extensions_of,
    flat_line_configurations,
    groups_of,
)
from tests.support.project import ROOT

ASKED = read_params(ROOT / SETTINGS)
PARAMS = read_params(ROOT / "params.yaml")
EXTENSIONS = {
    name: overrides for group in ASKED["groups"].values() for name, overrides in group.items()
}
SOME: Settings = {
    "series": {"a": {}, "b": {}},
    "groups": {
        "Cells": {"GRU": {"train.cell": "gru"}},
        "Inputs": {"price": {"frame.features": ["price"]}},
    },
    "only": {"price": ["b"]},
    "depth": {"units": [["plain", "GRU"], ["plain", "price"]]},
}


@pytest.mark.parametrize("series", ASKED["series"])
def test_every_key_of_a_series_is_a_key_of_params(series: str):
    require_keys(ASKED["series"][series]["params"], PARAMS, series)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_key_of_an_extension_is_a_key_of_params(extension: str):
    require_keys(EXTENSIONS[extension], PARAMS, extension)


@pytest.mark.parametrize("configuration", flat_line_configurations(ASKED))
def test_every_key_of_a_larger_batch_is_a_key_of_params(configuration: str):
    require_keys(flat_line_configurations(ASKED)[configuration], PARAMS, configuration)


def test_no_two_extensions_have_the_same_name():
    assert len(EXTENSIONS) == sum(len(group) for group in ASKED["groups"].values())


def test_only_names_extensions_and_series_that_there_are():
    assert set(ASKED["only"]) <= set(EXTENSIONS)
    for series in ASKED["only"].values():
        assert set(series) <= set(ASKED["series"])


def test_an_extension_is_tried_where_it_is_meant_for():
    assert list(extensions_of("a", SOME)) == ["plain", "GRU"]
    assert list(extensions_of("b", SOME)) == ["plain", "GRU", "price"]


def test_a_group_without_extensions_for_a_series_is_left_out():
    assert list(groups_of("a", SOME)) == ["Cells"]


def test_depth_is_compared_where_both_are_tried():
    assert depth_pairs("a", SOME) == [("units", "plain", "GRU")]
    assert depth_pairs("b", SOME) == [("units", "plain", "GRU"), ("units", "plain", "price")]


@pytest.mark.parametrize("series", ASKED["series"])
def test_each_series_has_depth_beside_width_in_both_ways(series: str):
    assert [same for same, _, _ in depth_pairs(series, ASKED)] == list(ASKED["depth"])


@pytest.mark.parametrize("series", ASKED["series"])
def test_one_layer_and_two_have_the_same_number_of_units_where_that_is_said(series: str):
    units: dict[str, Any] = {"plain": ASKED["series"][series]["params"].get("train.units", [1])}
    for name, overrides in extensions_of(series, ASKED).items():
        units[name] = overrides.get("train.units", units["plain"])
    same, *_ = [pair for pair in depth_pairs(series, ASKED) if "units" in pair.same]
    assert len(units[same.wide]) == 1
    assert len(units[same.deep]) == 2
    assert sum(units[same.wide]) == sum(units[same.deep])


@pytest.mark.parametrize("series", ASKED["series"])
def test_about_the_same_number_of_weights_is_within_two_percent(
    series: str, measured: Measurements
):
    results = measured.series[series].results
    same, *_ = [pair for pair in depth_pairs(series, ASKED) if "weights" in pair.same]
    assert results[same.wide].weights == pytest.approx(results[same.deep].weights, rel=0.02)
