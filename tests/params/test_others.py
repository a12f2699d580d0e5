"""Mistakes in the shorter sections: one line that names the key and what was found."""

import pytest
import yaml

from statecast.base.errors import StatecastError
from statecast.base.section import Section, validated
from statecast.params.baseline import BaselineParams
from statecast.params.difference import DifferenceParams
from statecast.params.download import DownloadParams
from statecast.params.evaluate import EvaluateParams
from statecast.params.evaluate_symbols import EvaluateSymbolsParams
from statecast.params.forecast import ForecastParams
from statecast.params.generate import GenerateParams
from statecast.params.rebatch import RebatchParams
from statecast.params.scale import ScaleParams
from statecast.params.series import SeriesParams
from tests.support.project import ROOT

SHIPPED = {
    **yaml.safe_load((ROOT / "problems" / "memory" / "params.yaml").read_text()),
    **yaml.safe_load((ROOT / "params.yaml").read_text()),
}


@pytest.mark.parametrize(
    ("model", "changes", "message"),
    [
        (SeriesParams, {"season_length": 0}, r"season_length must be greater than or equal to 1"),
        (DownloadParams, {"source": ""}, r"source must have 1 or more characters"),
        (DownloadParams, {"value_column": ["a", "a"]}, r"value_column must name each only once"),
        (
            DownloadParams,
            {"value_column": []},
            r"value_column must have 1 or more entries",
        ),
        (
            DownloadParams,
            {"value_column": 5},
            r"value_column must be text, or a list of texts",
        ),
        (
            DownloadParams,
            {"value_column": ["a", "b"], "values": "symbols"},
            r"value_column must be one column where download\.values is symbols, got \['a', 'b'\]",
        ),
        (DownloadParams, {"sha256": "12"}, r"sha256.* match pattern"),
        (DownloadParams, {"separator": ";;"}, r"separator must have 1 characters at the most"),
        (DownloadParams, {"timeout": 0}, r"timeout must be greater than 0, got 0"),
        (DownloadParams, {"retries": -1}, r"retries must be greater than or equal to 0, got -1"),
        (DownloadParams, {"fill": "mean"}, r"fill must be 'linear', 'previous' or 'seasonal'"),
        (DownloadParams, {"values": "words"}, r"values must be 'numbers' or 'symbols'"),
        (DifferenceParams, {"lags": [0]}, r"lags\.0 must be greater than or equal to 1, got 0"),
        (DifferenceParams, {"transform": "sqrt"}, r"transform must be 'none', 'log' or 'boxcox'"),
        (ScaleParams, {"range": [1, 0]}, r"range must be two numbers, the smaller first"),
        (ScaleParams, {"range": [0, 1, 2]}, r"range must be two numbers, the smaller first"),
        (ScaleParams, {"range": [0, 1e-40]}, r"range must be at most 1e\+06 in size and at least"),
        (ScaleParams, {"range": [1e6, 1e6 + 1]}, r"range must be at most 1e\+06 in size and at"),
        (ScaleParams, {"range": [0, 1e7]}, r"range must be at most 1e\+06 in size and at least"),
        (
            ScaleParams,
            {"method": "robust"},
            r"method must be 'minmax', 'standard', 'maxabs', 'mean', 'last', 'none'",
        ),
        (BaselineParams, {"methods": ["naive"]}, r"methods\.0 must be 'persistence'"),
        (BaselineParams, {"methods": ["ridge", "ridge"]}, r"methods must name each only once"),
        (BaselineParams, {"ridge_alpha": -1}, r"ridge_alpha must be greater than or equal to 0"),
        (RebatchParams, {"state": "keep"}, r"state must be 'lanes', 'carry' or 'reset'"),
        (RebatchParams, {"batch_size": 0}, r"batch_size must be greater than or equal to 1"),
        (RebatchParams, {"export": "every"}, r"export must be"),
        (EvaluateParams, {"horizon": 0}, r"horizon must be greater than or equal to 1, got 0"),
        (EvaluateParams, {"decimals": "1e12"}, r"decimals must be less than or equal to 15, got"),
        (EvaluateParams, {"level": 1}, r"level must be a share .*: 0.9, not 90, got 1"),
        (EvaluateParams, {"warm_up": "perhaps"}, r"warm_up must be true or false"),
        (ForecastParams, {"horizon": -1}, r"horizon must be greater than or equal to 0, got -1"),
        (ForecastParams, {"level": 0}, r"level must be a share .*: 0.9, not 90, got 0"),
        (EvaluateSymbolsParams, {"known": 0}, r"known must be greater than or equal to 1, got 0"),
        (GenerateParams, {"middle_seed": 2**63}, r"middle_seed must be less than or equal to 42"),
        (GenerateParams, {"middle_length": "1e12"}, r"middle_length must be less than or equal to"),
        (ForecastParams, {"horizon": "1e12"}, r"horizon must be less than or equal to 2147483647"),
        (RebatchParams, {"export": 2**70}, r"export must be less than or equal to 4294967295 or "),
        (GenerateParams, {"cues": ["a b"]}, r"cues\.0.* match pattern"),
        (
            GenerateParams,
            {"sequences": None, "middle_symbols": []},
            r"middle_symbols must hold symbols for the middle part, got none",
        ),
        (
            GenerateParams,
            {"sequences": None, "random_sequences": 4},
            r"middle_seed must be a number that random sequences are drawn with, got null",
        ),
    ],
)
def test_mistake_is_one_line(model: type[Section], changes: dict, message: str) -> None:
    content = SHIPPED[model.section] | changes
    with pytest.raises(
        StatecastError, match=rf"^params\.yaml: {model.section}\.{message}"
    ) as error:
        validated(model, content, "params.yaml")
    assert "\n" not in str(error.value)


def test_rows_lost_by_the_lags_are_their_sum() -> None:
    assert DifferenceParams(lags=[1, 12]).rows_lost() == 13
    assert DifferenceParams(lags=[]).rows_lost() == 0


@pytest.mark.parametrize("export", [None, 0, 7, "all"])
def test_export_is_a_seed_or_all(export: object) -> None:
    content = SHIPPED["rebatch"] | {"export": export}
    assert validated(RebatchParams, content, "params.yaml").export == export


def test_symbols_may_be_written_as_numbers() -> None:
    params = validated(GenerateParams, SHIPPED["generate"], "params.yaml")
    assert params.cues == ["3", "4"]


def test_no_middle_part_needs_no_symbols() -> None:
    content = SHIPPED["generate"] | {"sequences": None, "middle_length": 0, "middle_symbols": []}
    assert validated(GenerateParams, content, "params.yaml").middle_symbols == []
