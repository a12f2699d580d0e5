"""Keys of params.yaml as keywords of Python.

A key is a keyword by its own name: ``lookback`` is ``frame.lookback``. Where several sections have
a key, the name is that of the first of them in params.yaml: ``lags`` is ``difference.lags``. Every
key is also a keyword by its section and its name, ``frame__lags``, as scikit-learn names nested
parameters, and a section may be given as a mapping: ``frame={"lags": [1, 12]}``.
"""

import difflib
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.errors import StatecastError, require, shortened, shown
from statecast.base.section import Section, validated
from statecast.params.baseline import BaselineParams
from statecast.params.difference import DifferenceParams
from statecast.params.download import DownloadParams
from statecast.params.evaluate import EvaluateParams
from statecast.params.forecast import ForecastParams
from statecast.params.frame import FrameParams
from statecast.params.rebatch import RebatchParams
from statecast.params.scale import ScaleParams
from statecast.params.series import SeriesParams
from statecast.params.train import TrainParams

WHERE = "Statecast"  # stands before the key in the message of an error
CLASSES: tuple[type[Section], ...] = (  # in the order of params.yaml
    SeriesParams,
    DownloadParams,
    DifferenceParams,
    FrameParams,
    ScaleParams,
    BaselineParams,
    TrainParams,
    RebatchParams,
    EvaluateParams,
    ForecastParams,
)
REQUIRED: dict[str, dict[str, Any]] = {  # keys that params.yaml must give, with its values
    "series": {"season_length": 12},
    "difference": {"lags": [1]},
    "frame": {"lookback": 1, "validation_size": 0, "test_size": 12},
    "scale": {"method": "minmax"},
    "train": {
        "repeats": 30,
        "seed": 0,
        "epochs": 1000,
        "batch_size": 4,
        "units": [1],
        "learning_rate": 0.001,
        "optimizer": "adam",
        "loss": "mse",
        "layout": "interleaved",
    },
    "rebatch": {"batch_size": 1, "state": "lanes"},
    "evaluate": {"warm_up": True},
}
NEARLY = 0.75  # of two names, 1 where they are the same
LATER = (EvaluateParams.section, ForecastParams.section)  # may change after fit
OF_A_FRAME: dict[str, Any] = {  # section download of what fit takes
    "source": "series.csv",
    "sha256": None,
    "time_column": "ds",
    "value_column": ["y"],
    "id_column": "unique_id",
}


class Key(NamedTuple):
    """A key of params.yaml."""

    section: str
    name: str


class Sections(NamedTuple):
    """All sections of params.yaml, validated."""

    series: SeriesParams
    download: DownloadParams
    difference: DifferenceParams
    frame: FrameParams
    scale: ScaleParams
    baseline: BaselineParams
    train: TrainParams
    rebatch: RebatchParams
    evaluate: EvaluateParams
    forecast: ForecastParams

    def as_json(self) -> dict[str, Any]:
        """Return plain values, as params.yaml has them."""
        return {
            name: section.model_dump(mode="json", by_alias=True)
            for name, section in self._asdict().items()
        }


@cache
def keyword_keys() -> dict[str, Key]:
    """Return the key of each keyword, in the order of params.yaml."""
    keys: dict[str, Key] = {}
    for section in CLASSES:
        for field, dotted in section.keys().items():
            key = Key(section.section, dotted.partition(".")[2])
            name = field if field not in keys else f"{section.section}__{field}"
            keys[name] = key
    return keys


@cache
def defaults() -> dict[str, Any]:
    """Return the value of each keyword where none is given: that of the shipped params.yaml."""
    given = {**REQUIRED, "download": OF_A_FRAME}
    sections = _validated(given)
    return {keyword: sections[key.section][key.name] for keyword, key in keyword_keys().items()}


def keywords_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return keywords by their one name: ``frame__lookback`` and mappings become ``lookback``.

    Args:
        given: keywords as a person writes them.

    Raises:
        StatecastError: there is no such keyword, or a key is given twice.

    >>> keywords_of({"lookback": 2, "rebatch": {"batch_size": 1}, "frame__lags": [1, 2]})
    {'lookback': 2, 'rebatch__batch_size': 1, 'frame__lags': [1, 2]}

    """
    keywords: dict[str, Any] = {}
    for name, value in given.items():
        for key, own in _keys_in(name, value):
            keyword = _names()[key]
            require(keyword not in keywords, f"{WHERE}: {keyword}", "be given once", "it twice")
            keywords[keyword] = own
    return keywords


def keywords_of_file(content: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the keywords of a params.yaml; sections that forecast no numbers are left alone.

    Args:
        content: of the file.
        where: its name, for the message of an error.

    Raises:
        StatecastError: a section has a key that it does not know, or has nearly the name of one
            that is missing, or there is no section at all.

    """
    names = [section.section for section in CLASSES]
    given = {name: own for name, own in content.items() if name in names}
    missing = [name for name in names if name not in given]
    for name in content:
        meant = difflib.get_close_matches(str(name), missing, n=1, cutoff=NEARLY)
        if name not in given and meant:
            raise StatecastError(f"{where}: {shown(name)} is no section, did you mean {meant[0]}?")
    got = shortened(", ".join(map(str, content))) or "no keys"
    require(bool(given), where, f"have a section, {', '.join(names)}", got)
    return keywords_of(given)


def fixed_keywords(keywords: Mapping[str, Any]) -> list[str]:
    """Return those keywords, from ``keywords_of``, that the networks depend on.

    >>> fixed_keywords({"lookback": 2, "refit": True})
    ['lookback']

    """
    return [name for name in keywords if keyword_keys()[name].section not in LATER]


def sections_of(keywords: Mapping[str, Any]) -> Sections:
    """Return the sections of keywords; those that are not given have their defaults.

    Raises:
        StatecastError: the first mistake, with its key.

    """
    content: dict[str, dict[str, Any]] = {section.section: {} for section in CLASSES}
    for keyword, key in keyword_keys().items():
        value = keywords.get(keyword, defaults()[keyword])
        content[key.section][key.name] = plain(value)
    sections = {own.section: validated(own, content[own.section], WHERE) for own in CLASSES}
    return Sections(**sections)  # type: ignore[arg-type]  # each by its name


def _validated(content: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the values of all keys of sections of which some are given."""
    values = {}
    for own in CLASSES:
        section = validated(own, dict(content.get(own.section, {})), WHERE)
        values[own.section] = section.model_dump(by_alias=True)
    return values


@cache
def _names() -> dict[Key, str]:
    return {key: keyword for keyword, key in keyword_keys().items()}


def _keys_in(name: str, value: Any) -> list[tuple[Key, Any]]:
    """Return the keys that a keyword gives, with their values."""
    if name in keyword_keys():
        return [(keyword_keys()[name], value)]
    known = {section.section: section for section in CLASSES}
    section, _, field = name.partition("__")
    if section not in known:
        raise _unknown(name)
    if not field:
        require(isinstance(value, Mapping), f"{WHERE}: {name}", "be a mapping of keys", value)
        return [(_key_in(known[section], key, name), own) for key, own in value.items()]
    return [(_key_in(known[section], field, name), value)]


def _key_in(section: type[Section], name: str, keyword: str) -> Key:
    keys = section.keys()
    names = {dotted.partition(".")[2] for dotted in keys.values()}
    if name in keys:
        return Key(section.section, keys[name].partition(".")[2])
    if name not in names:
        raise _unknown(f"{section.section}__{name}" if keyword == section.section else keyword)
    return Key(section.section, name)


def _unknown(name: str) -> StatecastError:
    sections = [section.section for section in CLASSES]
    known = [*keyword_keys(), *sections, *(f"{key.section}__{key.name}" for key in _names())]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f", did you mean {close[0]}?" if close else ": keywords are the keys of params.yaml"
    return StatecastError(f"{WHERE}: {shown(name)} is no keyword{hint}")


def plain(value: Any) -> Any:
    """Return a value of a keyword without NumPy and pandas, and tuples as lists."""
    if isinstance(value, np.generic | np.ndarray | pd.Series | pd.Index):
        return value.tolist()
    if isinstance(value, list | tuple | range):
        return [plain(own) for own in value]
    if isinstance(value, Mapping):
        return {key: plain(own) for key, own in value.items()}
    return value
