"""Scale the columns of a frame as scikit-learn's scalers do, fitted on the training rows alone.

A fitted scaler is two numbers a column and series, ``scaled = value * scale + offset``. All series
are fitted at once. A column of symbols becomes a column for every symbol of the alphabet, ``y=a``
and so on. Shape letters: N rows, G series and folds, C columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from statecast.base.arrays import Floats
from statecast.base.errors import quoted, require, shortened
from statecast.base.identity import KEY_COLUMNS, SeriesKey
from statecast.data.groups import Groups, groups_of_keys, keys_of
from statecast.data.inputs import value_columns

Method = Literal["minmax", "standard", "maxabs", "mean", "last", "none", "onehot"]
KEEP_ZERO = ("maxabs", "mean", "last", "none")
NEARLY_NOTHING = 1e-6  # of the mean size: what rounding leaves of a difference, say
ALPHABET_SHOWN = 100  # letters of it in the message of an error
NEARLY_ZERO = 10 * np.finfo(float).eps  # as in scikit-learn
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
        return self.method in KEEP_ZERO

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
            1), ``maxabs`` (the largest absolute value is 1, and 0 stays 0), ``mean`` (the mean
            absolute value is 1), ``last`` (the last absolute value is 1; the mean where the last is
            nearly 0), ``none``, or ``onehot`` for symbols, whose alphabet is learned from the rows.
        minimum: lower end of minmax's range.
        maximum: upper end of minmax's range.

    """
    columns = value_columns(train)
    if method == "onehot":
        alphabet = sorted(_symbols_in(train, columns), key=_natural)
        return Scaler(method, columns, alphabet=alphabet)
    groups = groups_of_keys(train)
    values = train[columns].to_numpy(float)[groups.order]
    scale, offset = _fit(values, groups, method, (minimum, maximum))
    keys = keys_of(train, groups.first_rows)
    fitted = zip(keys, scale.tolist(), offset.tolist(), strict=True)
    lines = {key: _lines(scales, offsets) for key, scales, offsets in fitted}
    return Scaler(method, columns, lines)


def scale_frame(frame: pd.DataFrame, scaler: Scaler) -> pd.DataFrame:
    """Return the frame with its inputs and y scaled; other columns stay as they are.

    Raises:
        StatecastError: a symbol is not in the alphabet.

    """
    if scaler.is_symbols:
        return _one_hot(frame, scaler.columns, scaler.alphabet)
    groups = groups_of_keys(frame)
    fitted = [scaler.lines[key] for key in keys_of(frame, groups.first_rows)]
    lines = np.array(fitted, float).reshape(-1, len(scaler.columns), 2)  # [G, C, 2]
    scale = lines[groups.number, :, 0]  # [N, C]
    offset = lines[groups.number, :, 1]
    values = frame[scaler.columns].to_numpy(float, copy=True)
    values[groups.order] = values[groups.order] * scale + offset
    scaled = frame.astype(dict.fromkeys(scaler.columns, float))
    scaled[scaler.columns] = values
    return scaled


def unscale(values: Floats, scaler: Scaler, key: SeriesKey, column: str = "y") -> Floats:
    """Return scaled values of a column of a series on the scale before, in the same shape."""
    line = scaler.line(key, column)
    return np.asarray((values - line.offset) / line.scale)


def _fit(
    values: Floats, groups: Groups, method: Method, bounds: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Return scale and offset of each column of each series, both [G, C].

    The formulas, and what counts as constant, are those of scikit-learn's MinMaxScaler,
    MaxAbsScaler and StandardScaler.

    Args:
        values: [N, C], in the order of ``groups``.
        groups: the rows of each series and fold.
        method: one for numbers.
        bounds: of minmax.

    """
    shape = (len(groups.starts), values.shape[1])
    if method == "none":
        return np.ones(shape), np.zeros(shape)
    lowest = np.minimum.reduceat(values, groups.starts)
    highest = np.maximum.reduceat(values, groups.starts)
    unit = _units(lowest, highest)
    if method == "minmax":
        scale, offset = _minmax(lowest / unit, highest / unit, bounds)
    elif method == "maxabs":
        largest = np.maximum(np.abs(lowest), np.abs(highest)) / unit
        scale = 1 / _without_zeros(largest)
        offset = np.zeros(shape)
    elif method in ("mean", "last"):
        scale = 1 / _without_zeros(_sizes(np.abs(values) / unit[groups.number], groups, method))
        offset = np.zeros(shape)
    else:
        scale, offset = _standard(values / unit[groups.number], groups)
    return scale / unit, offset


def _minmax(lowest: Floats, highest: Floats, bounds: tuple[float, float]) -> tuple[Floats, Floats]:
    minimum, maximum = bounds
    scale = (maximum - minimum) / _without_zeros(highest - lowest)
    return scale, minimum - lowest * scale


def _sizes(sizes: Floats, groups: Groups, method: Method) -> Floats:
    """Return the mean or the last of sizes [N, C] of each series, [G, C]."""
    mean = _sums(sizes, groups) / groups.sizes[:, None]
    if method == "mean":
        return mean
    last = sizes[groups.starts + groups.sizes - 1]
    return np.where(last > NEARLY_NOTHING * mean, last, mean)


def _standard(values: Floats, groups: Groups) -> tuple[Floats, Floats]:
    """Return what makes mean 0 and standard deviation 1 of values [N, C]."""
    counts = groups.sizes[:, None]
    mean = _sums(values, groups) / counts
    deviation = values - mean[groups.number]
    rounding = _sums(deviation, groups) ** 2 / counts  # of the mean: Chan et al. (1983)
    variance = (_sums(deviation**2, groups) - rounding) / counts
    eps = np.finfo(float).eps
    is_constant = variance <= counts * eps * variance + (counts * mean * eps) ** 2
    spread = np.where(is_constant, 1.0, np.sqrt(variance))
    return 1 / spread, -mean / spread


def _sums(values: Floats, groups: Groups) -> Floats:
    """Return the sum of each group's values [N, C], as [G, C]."""
    by_column = np.ascontiguousarray(values.T)  # sums along the memory are pairwise
    return np.add.reduceat(by_column, groups.starts, axis=1).T


def _without_zeros(size: Floats) -> Floats:
    """Return sizes, and 1 in place of those that are 0 or nearly so."""
    return np.where(size < NEARLY_ZERO, 1.0, size)


def _units(lowest: Floats, highest: Floats) -> Floats:
    """Return a power of 2 near the largest value of each column; 1 for a constant one.

    Scikit-learn takes a column that varies by less than 2e-15 for a constant. In units of its
    largest value it is one. A power of 2 changes no digit.
    """
    _, exponent = np.frexp(np.maximum(np.abs(lowest), np.abs(highest)))
    return np.where(highest > lowest, np.ldexp(1.0, exponent), 1.0)


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
