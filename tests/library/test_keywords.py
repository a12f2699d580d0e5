"""Keywords are the keys of params.yaml. Oracles: the shipped file; scikit-learn's clone."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from sklearn.base import clone

from statecast import Statecast, StatecastError
from statecast.base.keys import flat, with_values
from statecast.library.keywords import OF_A_FRAME, keyword_keys
from tests.support.project import ROOT

SHIPPED: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text())


def sections(model: Statecast) -> dict[str, Any]:
    return model._sections.as_json()


def test_the_defaults_are_those_of_the_shipped_file() -> None:
    of_a_frame = {f"download.{key}": value for key, value in OF_A_FRAME.items()}
    assert sections(Statecast()) == with_values(SHIPPED, of_a_frame)


def test_a_file_gives_all_its_keys() -> None:
    model = Statecast.from_params(ROOT / "params.yaml")
    expected = with_values(SHIPPED, {"download.value_column": ["sales"]})
    assert sections(model) == expected


def test_sections_that_a_file_lacks_have_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("train: {epochs: 7}\nvariants: {}\nevaluate_symbols: {known: 2}\n")
    assert sections(Statecast.from_params(path)) == sections(Statecast(epochs=7))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stages: {train: {}}\n", "must have a section, series, download, .*, got stages$"),
        ("{}\n", "must have a section, series, .*, got no keys$"),
        ("series: {}\ntrian: {epochs: 7}\n", ": 'trian' is no section, did you mean train\\?$"),
        ("Train: {epochs: 7}\n", ": 'Train' is no section, did you mean train\\?$"),
    ],
)
def test_a_file_without_a_section_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(StatecastError, match=rf"^{re.escape(str(path))}:? ?{message}"):
        Statecast.from_params(path)


def test_every_key_has_one_keyword() -> None:
    dotted = {f"{key.section}.{key.name}" for key in keyword_keys().values()}
    keys = {".".join(key.split(".")[:2]) for key in flat(SHIPPED)}
    assert dotted == keys
    assert len(keyword_keys()) == len(dotted)


def test_a_key_of_several_sections_is_that_of_the_first() -> None:
    model = Statecast(lags=[1, 12], batch_size=2, features=["x"])
    own = sections(model)
    assert (own["difference"]["lags"], own["frame"]["lags"]) == ([1, 12], [])
    assert (own["train"]["batch_size"], own["rebatch"]["batch_size"]) == (2, 1)
    assert (own["frame"]["features"], own["forecast"]["features"]) == (["x"], None)


def test_a_section_may_be_a_mapping_or_a_part_of_the_name() -> None:
    by_mapping = Statecast(rebatch={"batch_size": 3}, frame={"as": "timesteps"})
    by_name = Statecast(rebatch__batch_size=3, frame__as="timesteps")
    assert (
        sections(by_mapping)
        == sections(by_name)
        == sections(Statecast(rebatch__batch_size=3, as_="timesteps"))
    )


def test_clone_of_scikit_learn_gives_the_same_model() -> None:
    model = Statecast(lags=[1], lookback=12, units=[8], rebatch={"batch_size": 3})
    assert clone(model).get_params() == model.get_params()
    assert (
        repr(clone(model))
        == repr(model)
        == ("Statecast(lookback=12, units=[8], rebatch__batch_size=3)")
    )


def test_params_are_set_one_by_one() -> None:
    model = Statecast(epochs=5).set_params(units=[2, 3], rebatch__state="reset")
    assert model.get_params()["epochs"] == 5
    assert model.get_params()["units"] == [2, 3]
    assert model.get_params()["state"] == "reset"


def test_numbers_of_numpy_and_tuples_are_taken() -> None:
    model = Statecast(units=(np.int64(3),), learning_rate=np.float64(0.01), seed=np.int64(4))
    assert sections(model)["train"]["units"] == [3]


def test_arrays_are_shown_as_lists() -> None:
    model = Statecast(units=np.array([3, 2]), lags=[np.int64(12)], epochs=np.int64(1000))
    assert repr(model) == "Statecast(lags=[12], units=[3, 2])"
    assert repr(clone(model)) == repr(model)


def test_who_changes_a_returned_value_changes_no_default() -> None:
    Statecast().get_params()["units"].append(5)
    assert Statecast().get_params()["units"] == [1]


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"epoch": 3}, "Statecast: 'epoch' is no keyword, did you mean epochs?"),
        ({"epochs": 0}, "Statecast: train.epochs must be greater than or equal to 1, got 0"),
        ({"frame": {"lookbak": 2}}, "Statecast: 'frame__lookbak' is no keyword"),
        ({"train": 3}, "Statecast: train must be a mapping of keys, got 3"),
        ({"lookback": 2, "frame": {"lookback": 3}}, "lookback must be given once"),
        ({"patience": 3, "history_every": 2}, "Statecast: train.patience must go with"),
    ],
)
def test_a_mistake_is_one_line(keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(StatecastError) as caught:
        Statecast(**keywords)
    assert message in str(caught.value)


def test_a_mistake_changes_no_param() -> None:
    model = Statecast(epochs=5)
    with pytest.raises(StatecastError):
        model.set_params(epochs=-1)
    assert model.get_params()["epochs"] == 5
