"""Scale the columns of a frame with scikit-learn's scalers, fitted on the training rows alone.

A fitted scaler is kept as two numbers a column and series, ``scaled = value * scale + offset``, so
that later stages undo it without scikit-learn. A column of symbols becomes a column for every
symbol of the alphabet, ``y=a`` and so on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import quoted, require, shortened
from statecast.base.identity import KEY_COLUMNS, SeriesKey, rows_by_key
from statecast.data.inputs import value_columns

Method = Literal["minmax", "standard", "maxabs", "none", "onehot"]
ALPHABET_SHOWN = 100  # letters of it in the message of an error
AFTER_NUMBERS = 1 << 62  # the number of every word, when an alphabet is sorted


class Line(NamedTuple):
    """The scaling of one column: ``scaled = value * scale + offset``."""

    scale: float
    offset: float


@dataclass(frozen=True)
class Scaler:
    """A fitted scaler: a line for each column of numbers, or an alphabet for symbols."""

    method: Method
    columns: list[str]
    lines: dict[SeriesKey, list[Line]] = field(default_factory=dict)  # one a column
    alphabet: list[str] = field(default_factory=list)

    @property
    def is_symbols(self) -> bool:
        """Return whether the scaler is one for symbols."""
        return self.method == "onehot"

    @property
    def keeps_zero(self) -> bool:
        """Return whether 0 stays 0, so that scaled values keep their signs."""
        return self.method in ("maxabs", "none")

    def line(self, key: SeriesKey, column: str = "y") -> Line:
        """Return the scaling of a column of a series."""
        return self.lines[key][self.columns.index(column)]

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``scaler_from_json`` takes."""
        series = [_fitted_as_json(key, lines) for key, lines in self.lines.items()]
        return {
            "method": self.method,
            "columns": self.columns,
            "alphabet": self.alphabet,
            "series": series,
        }


def scaler_from_json(content: dict[str, Any]) -> Scaler:
    """Return the scaler that ``as_json`` described."""
    lines = {
        SeriesKey(fitted["unique_id"], fitted["fold"]): _lines(fitted["scale"], fitted["offset"])
        for fitted in content["series"]
    }
    return Scaler(content["method"], content["columns"], lines, content["alphabet"])


def fit_scaler(
    train: pd.DataFrame, method: Method, minimum: float = -1, maximum: float = 1
) -> Scaler:
    """Return the scaler of the training rows; each series, fold and column is fitted by itself.

    Args:
        train: ``unique_id, fold, ds``, inputs and y.
        method: ``minmax`` (to ``minimum`` .. ``maximum``), ``standard`` (mean 0, standard deviation
            1), ``maxabs`` (the largest absolute value is 1, and 0 stays 0), ``none``, or ``onehot``
            for symbols, whose alphabet is learned from the rows.
        minimum: lower end of minmax's range.
        maximum: upper end of minmax's range.

    """
    columns = value_columns(train)
    if method == "onehot":
        alphabet = sorted(_symbols_in(train, columns), key=_natural)
        return Scaler(method, columns, alphabet=alphabet)
    lines = {
        key: _fit(rows[columns], method, minimum, maximum)
        for key, rows in rows_by_key(train).items()
    }
    return Scaler(method, columns, lines)


def scale_frame(frame: pd.DataFrame, scaler: Scaler) -> pd.DataFrame:
    """Return the frame with its inputs and y scaled; other columns stay as they are.

    Raises:
        StatecastError: a symbol is not in the alphabet.

    """
    if scaler.is_symbols:
        return _one_hot(frame, scaler.columns, scaler.alphabet)
    scaled = frame.astype(dict.fromkeys(scaler.columns, float))
    values = scaled[scaler.columns].to_numpy(copy=True)
    groups: Any = scaled.groupby(list(KEY_COLUMNS), sort=False)
    for key, rows in groups.indices.items():
        lines = scaler.lines[SeriesKey(*key)]  # one a column
        scale = np.array([line.scale for line in lines])
        offset = np.array([line.offset for line in lines])
        values[rows] = values[rows] * scale + offset
    scaled[scaler.columns] = values
    return scaled


def unscale(values: Floats, scaler: Scaler, key: SeriesKey, column: str = "y") -> Floats:
    """Return scaled values of a column of a series on the scale before, in the same shape."""
    line = scaler.line(key, column)
    return np.asarray((values - line.offset) / line.scale)


def _fit(values: pd.DataFrame, method: Method, minimum: float, maximum: float) -> list[Line]:
    if method == "none":
        return [Line(1.0, 0.0)] * values.shape[1]
    from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, StandardScaler

    unit = _units(values.to_numpy(float))
    in_units = values / unit
    if method == "minmax":
        minmax = MinMaxScaler((minimum, maximum)).fit(in_units)
        return _lines(minmax.scale_ / unit, minmax.min_)
    if method == "maxabs":
        maxabs = MaxAbsScaler().fit(in_units)
        return _lines(1 / maxabs.scale_ / unit, np.zeros(values.shape[1]))
    standard = StandardScaler().fit(in_units)
    return _lines(1 / standard.scale_ / unit, -standard.mean_ / standard.scale_)


def _units(values: Floats) -> Floats:
    """Return a power of 2 near the largest value of each column [N, C]; 1 for a constant one.

    Scikit-learn takes a column that varies by less than 2e-15 for a constant. In units of its
    largest value it is one. A power of 2 changes no digit.
    """
    _, exponent = np.frexp(np.abs(values).max(axis=0))
    varies = np.ptp(values, axis=0) > 0
    return np.where(varies, np.ldexp(1.0, exponent), 1.0)


def _fitted_as_json(key: SeriesKey, lines: list[Line]) -> dict[str, Any]:
    return {
        **key._asdict(),
        "scale": [line.scale for line in lines],
        "offset": [line.offset for line in lines],
    }


def _lines(scales: Sequence[float] | Floats, offsets: Sequence[float] | Floats) -> list[Line]:
    return [
        Line(float(scale), float(offset)) for scale, offset in zip(scales, offsets, strict=True)
    ]


def _symbols_in(frame: pd.DataFrame, columns: list[str]) -> set[str]:
    text = frame[columns].astype(str)
    return set(text.to_numpy().ravel())


def _natural(symbol: str) -> tuple[int, str]:
    """Return a key that sorts 2 before 10, and numbers before words."""
    if symbol.isdecimal():
        return int(symbol), ""
    return AFTER_NUMBERS, symbol


def _one_hot(frame: pd.DataFrame, columns: list[str], alphabet: list[str]) -> pd.DataFrame:
    unknown = _symbols_in(frame, columns) - set(alphabet)
    known = quoted(shortened(" ".join(alphabet), ALPHABET_SHOWN))
    must = f"be of the alphabet of the training rows: {known}"
    got = quoted(shortened(" ".join(sorted(unknown)), ALPHABET_SHOWN))
    require(not unknown, "every symbol", must, got)
    one_hot: dict[str, pd.Series] = {}
    for column in columns:
        text = frame[column].astype(str)
        for symbol in alphabet:
            is_symbol = text == symbol
            one_hot[f"{column}={symbol}"] = is_symbol.astype(int)
    keys = frame[[*KEY_COLUMNS, "ds"]]
    return pd.concat([keys, pd.DataFrame(one_hot, index=frame.index)], axis=1)
