"""What a study file may say, validated like params.yaml."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from statecast.base.section import Count, CountOrZero, Number, Section

SearchSpace = Annotated[dict[str, "Range"], Field(min_length=1)]


class Range(Section):
    """Values that a key may take: ``choices``, or numbers from ``low`` to ``high``."""

    low: Number | None = None
    high: Number | None = None
    log: bool = False
    integer: bool = False
    choices: Annotated[list[Any], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "Range":
        bounds = (self.low, self.high)
        if self.choices is not None:
            if bounds != (None, None) or self.log or self.integer:
                raise ValueError("must have choices alone, or low and high")
        elif self.low is None or self.high is None or self.low > self.high:
            raise ValueError("must have choices, or low and high with low at most high")
        elif self.log and self.low <= 0:
            raise ValueError("must have low above 0 where log is true")
        elif self.integer and not (self.low.is_integer() and self.high.is_integer()):
            raise ValueError("must have whole low and high where integer is true")
        return self


class RandomDraws(Section):
    """Configurations drawn at random."""

    draws: Count
    seed: CountOrZero = 0
    ranges: SearchSpace


class KeepBest(Section):
    """How many of the trials become experiments."""

    best: Count


class OptunaSearch(Section):
    """A search by Optuna's sampler on the validation RMSE."""

    trials: Count
    seed: CountOrZero = 0
    storage: str | None = None  # a file: .journal, or SQLite; null: in .dvc/tmp/studies
    block: Count = 4  # trials that are asked for and trained together
    pruning_repeats: Count | None = None  # which a trial first trains; the worse half ends there
    ranges: SearchSpace
    register_: Annotated[Literal["all"] | KeepBest, Field(alias="register")] = "all"


class StudyFile(Section):
    """Which configurations are run; one of grid, configurations, random and optuna."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")] | None = None
    overrides: dict[str, Any] = Field(default_factory=dict)
    repeats: Count | None = None
    grid: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(default_factory=dict)
    configurations: list[dict[str, Any]] = Field(default_factory=list)
    # overrides by name: each configuration is run in each variant
    variants: dict[str, dict[str, Any]] = Field(default_factory=dict)
    random: RandomDraws | None = None
    optuna: OptunaSearch | None = None
    combine: Count | None = None
    combine_by: Literal["mean", "median"] = "mean"
    # false: only the errors are measured
    register_: Annotated[bool, Field(alias="register")] = True
    curves: bool = False  # of measured repeats, after each train.history_every epochs

    @model_validator(mode="after")
    def _one_way(self) -> "StudyFile":
        ways = (self.grid, self.configurations, self.random, self.optuna)
        if sum(map(bool, ways)) != 1:
            raise ValueError("must have one of grid, configurations, random and optuna")
        if not self.register_ and (self.optuna or self.combine):
            raise ValueError("must have register true for optuna and combine")
        if self.variants and self.optuna:
            raise ValueError("must have no variants for optuna")
        if self.curves and self.register_:
            raise ValueError("must have register false for curves")
        return self
