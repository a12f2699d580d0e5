"""The section ``frame`` of params.yaml."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from statecast.base.errors import require
from statecast.base.section import Count, CountOrZero, Section, all_different
from statecast.data.calendar import Cycle

OWN_COLUMNS = ("", "unique_id", "network", "fold", "ds", "y", "filled")


def names_of_covariates(names: list[str]) -> list[str]:
    """Return names that no other column of a frame can have.

    Raises:
        ValueError: a name comes twice, or is another column's.

    """
    for name in all_different(names):
        if name in OWN_COLUMNS or "=" in name or name.endswith(("_sin", "_cos")):
            raise ValueError(
                "must not be '', unique_id, network, fold, ds, y or filled, hold = or end in _sin"
                " or _cos"
            )
    return names


class FrameParams(Section):
    """Inputs of a row, and the sizes of the parts: rows at the end of each series, or sequences."""

    section: ClassVar[str] = "frame"

    lookback: Count
    lags: Annotated[list[Count], AfterValidator(all_different)] = Field(default=[])
    features: Annotated[list[str], AfterValidator(names_of_covariates)] = Field(default=[])
    lagged: Annotated[list[str], AfterValidator(names_of_covariates)] = Field(default=[])
    calendar: Annotated[list[Cycle], AfterValidator(all_different)] = Field(default=[])
    as_: Literal["features", "timesteps"] = Field("features", alias="as")
    validation_size: CountOrZero
    validation_folds: CountOrZero = 0
    test_size: CountOrZero
    test: Literal["end", "train", "sequences"] = "end"
    least_train: Count = 1
    short: Literal["error", "skip"] = "error"

    def held_out(self) -> int:
        """Return how many rows at the end of a series are trained on by no fold's network."""
        validations = max(1, self.validation_folds)
        tested = 0 if self.test == "sequences" else self.test_size  # which counts sequences there
        return tested + validations * self.validation_size

    def rows_before_training(self) -> int:
        """Return how many rows of a series are no training rows: the first lags and held out."""
        return self.oldest_lag() + self.held_out()

    def oldest_lag(self) -> int:
        """Return how many rows before y the oldest lag is."""
        return max(self.lags, default=self.lookback)

    def rows_needed(self, rows_of_update: int = 1) -> int:
        """Return how many rows a series must have, after the differences.

        Args:
            rows_of_update: training rows that an update of its network takes.

        """
        return self.rows_before_training() + max(self.least_train, rows_of_update)

    def check(self) -> None:
        """Check the columns, and the sizes of the parts, against each other.

        Raises:
            StatecastError: they do not agree.

        """
        twice = [name for name in self.lagged if name in self.features]
        require(not twice, "`lagged`", "be columns other than frame.features", twice)
        held = not self.lagged or not self.lags or 1 in self.lags
        require(held, "`lags`", "have 1 where frame.lagged has columns", self.lags)
        if self.test == "train":
            must = "be 0 where frame.test is train: the test rows are the training rows"
            require(self.test_size == 0, "`test_size`", must, self.test_size)
        else:
            must = "be greater than or equal to 1 unless frame.test is train"
            require(self.test_size >= 1, "`test_size`", must, self.test_size)
        if self.test == "sequences":
            must = "be 0 where frame.test is sequences"
            require(self.validation_size == 0, "`validation_size`", must, self.validation_size)
        if self.validation_folds:
            size = self.validation_size
            require(size >= 1, "`validation_size`", "be at least 1 for folds", size)
            must = f"be 0 where frame.test is {self.test}"
            require(self.test == "end", "`validation_folds`", must, self.validation_folds)
