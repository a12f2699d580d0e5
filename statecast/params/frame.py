"""The section ``frame`` of params.yaml, which several stages read."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from statecast.params.section import Count, CountOrZero, Section

Calendar = Literal["month", "quarter", "weekday", "hour"]


def all_different(names: list[str]) -> list[str]:
    """Take names of which none comes twice."""
    if len(set(names)) < len(names):
        raise ValueError("must name each only once")
    return names


def names_of_features(names: list[str]) -> list[str]:
    """Take names that no other column of a frame can have."""
    for name in all_different(names):
        if name in ("", "unique_id", "ds", "y") or "=" in name or name.endswith(("_sin", "_cos")):
            raise ValueError("must not be '', unique_id, ds or y, hold = or end in _sin or _cos")
    return names


class Frame(Section):
    """Inputs of a row, and the sizes of the parts at the end of each series, in rows."""

    model_config = ConfigDict(populate_by_name=True)

    lookback: Count
    features: Annotated[list[str], AfterValidator(names_of_features)] = Field(default=[])
    calendar: Annotated[list[Calendar], AfterValidator(all_different)] = Field(default=[])
    as_: Literal["features", "timesteps"] = Field("features", alias="as")
    validation_size: CountOrZero
    validation_folds: CountOrZero = 0
    test_size: CountOrZero
    test: Literal["end", "train"] = "end"

    def held_out(self) -> int:
        """Return how many rows at the end of a series no network of any fold, or no network at all, trains on."""
        return self.test_size + max(1, self.validation_folds) * self.validation_size
