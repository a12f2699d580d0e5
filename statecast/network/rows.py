"""The scaled rows of a series as arrays."""

from typing import NamedTuple

import numpy as np

from statecast.base.arrays import Bools, Floats
from statecast.base.identity import PARTS, SeriesKey


class Transformed(NamedTuple):
    """What brings errors of transformed values back to the original scale."""

    values: Floats  # [N, O], on the original scale without a season, above 0
    power: tuple[float, ...]  # [O], of Box-Cox; 0: the logarithm


class SeriesRows(NamedTuple):
    """The rows of one series or fold, oldest first, over all three parts.

    Joint rows are those of several series, the targets, which one network forecasts together.
    """

    key: SeriesKey  # of joint rows, that of their network
    ds: np.ndarray  # [N]
    x: Floats  # [N, T x F]
    y: Floats  # [N, O]
    sizes: tuple[int, int, int]  # rows of train, validation and test
    # how much 1 on the original scale is on this one; of joint rows one figure a target [O]
    scale: float | tuple[float, ...] = 1.0
    test_is_train: bool = False  # then the third size is 0, and the test rows are the training rows
    targets: tuple[str, ...] = ()  # of joint rows: the unique_id that each output forecasts
    transformed: Transformed | None = None  # None: an error is a multiple of that of the original
    # [N, O], what an error on the original scale is divided by, beside its scale; None: nothing
    factors: Floats | None = None
    unjudged: Bools | None = None  # [N, O], values that no error is taken from; None: of all it is
    for_intervals: bool = False  # a fold whose errors make prediction intervals, and nothing else

    def forecast_keys(self) -> list[SeriesKey]:
        """Return the series that are forecast: one, or the targets of joint rows [O]."""
        if not self.targets:
            return [self.key]
        return [SeriesKey(target, self.key.fold) for target in self.targets]

    def part(self, name: str) -> slice:
        """Return where the rows of a part are."""
        if name == "test" and self.test_is_train:
            return self.part("train")
        index = PARTS.index(name)
        start = sum(self.sizes[:index])
        stop = start + self.sizes[index]
        return slice(start, stop)

    def count(self, name: str) -> int:
        """Return how many rows a part has."""
        rows = self.part(name)
        return rows.stop - rows.start

    def all_for_training(self) -> "SeriesRows":
        """Return the same rows, all of them in the training part."""
        sizes = (len(self.y), 0, 0)
        return self._replace(sizes=sizes, test_is_train=False)

    def interval_folds(self, count: int) -> list["SeriesRows"]:
        """Return rolling-origin folds inside the training part, the oldest first.

        The folds' validation rows are together the newer half of the training rows, or a few less.
        Each fold trains on all rows before its own.

        Args:
            count: how many folds, 1 or more.

        """
        train = self.count("train")
        size = train // (2 * count)
        ends = [train - later * size for later in reversed(range(count))]
        return [self._interval_fold(fold, end, size) for fold, end in enumerate(ends, 1)]

    def _interval_fold(self, fold: int, end: int, size: int) -> "SeriesRows":
        """Return the rows up to ``end``, of which the last ``size`` are validated."""
        transformed = self.transformed
        if transformed is not None:
            transformed = transformed._replace(values=transformed.values[:end])
        unjudged = None if self.unjudged is None else self.unjudged[:end]
        factors = None if self.factors is None else self.factors[:end]
        return self._replace(
            key=SeriesKey(self.key.unique_id, fold),
            ds=self.ds[:end],
            x=self.x[:end],
            y=self.y[:end],
            sizes=(end - size, size, 0),
            transformed=transformed,
            unjudged=unjudged,
            factors=factors,
            for_intervals=True,
        )


class ScaledRows(NamedTuple):
    """All series of a pipeline as the network sees them."""

    series: list[SeriesRows]
    steps: int  # T, of a row

    @property
    def features(self) -> int:
        """Return F, the inputs of a step."""
        inputs = self.series[0].x.shape[1]
        return inputs // self.steps

    @property
    def outputs(self) -> int:
        """Return O, the outputs of a row."""
        return self.series[0].y.shape[1]
