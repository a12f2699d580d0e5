"""What a study file may say, validated like params.yaml."""

import math
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from statecast.base.errors import require
from statecast.base.section import (
    Count,
    CountOrZero,
    Level,
    NotNegative,
    Number,
    Section,
    all_different,
)
from statecast.evaluation.combining import Weights
from statecast.evaluation.methods import Method

LONGEST_NAME = 80  # characters; names of files and of experiments begin with it
AUTOMATIC: tuple[Method, ...] = ("auto_arima", "auto_ets", "auto_theta")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
MOST = 10_000  # configurations of a study
SECONDS_EACH = 1  # that a configuration takes at the least, in a block of many
LARGEST_INTEGER = 2**53  # whole numbers up to here are exact


def plain(value: Any) -> Any:
    """Return a value that params.yaml may have and that an experiment is named by.

    Raises:
        ValueError: it is another one, a date say.

    """
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError("must have names of keys")  # noqa: TRY004 (pydantic takes it alone)
            plain(inner)
    elif isinstance(value, list):
        for inner in value:
            plain(inner)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must be a finite number")
    elif not (value is None or isinstance(value, str | bool | int | float)):
        raise ValueError("must be text, a number, true, false or null, or lists of them")
    return value


def _name(value: str) -> str:
    if len(value) > LONGEST_NAME or not NAME.fullmatch(value):
        letters = "letters, digits, _ and -, beginning with a letter or digit"
        raise ValueError(f"must be at most {LONGEST_NAME} {letters}")
    return value


def _best_alone(value: object) -> object:
    if value == "all":
        return None
    if not isinstance(value, dict):
        raise ValueError("must be all, or best: NUMBER")  # noqa: TRY004 (pydantic takes it alone)
    return value


Name = Annotated[str, AfterValidator(_name)]
Value = Annotated[Any, AfterValidator(plain)]
Values = Annotated[list[Value], Field(min_length=1)]
SearchSpace = Annotated[dict[str, "Range"], Field(min_length=1)]


class Range(Section):
    """Values that a key may take: ``choices``, or numbers from ``low`` to ``high``."""

    low: Number | None = None
    high: Number | None = None
    log: bool = False
    integer: bool = False
    choices: Values | None = None

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
        elif self.integer and max(-self.low, self.high) > LARGEST_INTEGER:
            raise ValueError("must have low and high within 2^53 where integer is true")
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
    # null: all of them
    register_: Annotated[KeepBest | None, BeforeValidator(_best_alone), Field(alias="register")] = (
        None
    )


class Combine(Section):
    """How the best configurations are combined with each other and with baselines."""

    members: Count  # configurations, the best by their validation RMSE
    baselines: Annotated[list[Method], AfterValidator(all_different)] = Field(
        default_factory=lambda: list(AUTOMATIC)
    )
    weights: Weights = "validation"
    power: NotNegative = 4  # of validation weights: RMSE to the power -4
    floor: Literal["persistence"] | None = "persistence"  # what is worse has no weight
    level: Level = 0.9  # share of the values that the interval is to hold


class StudyFile(Section):
    """Which configurations are run; one of grid, configurations, random and optuna."""

    name: Name
    prefix: Name | None = None
    overrides: dict[str, Value] = Field(default_factory=dict)
    repeats: Count | None = None
    grid: dict[str, Values] = Field(default_factory=dict)
    configurations: list[dict[str, Value]] = Field(default_factory=list)
    # overrides by name: each configuration is run in each variant
    variants: dict[str, dict[str, Value]] = Field(default_factory=dict)
    random: RandomDraws | None = None
    optuna: OptunaSearch | None = None
    combine: Combine | None = None
    # false: only the errors are measured
    register_: Annotated[bool, Field(alias="register")] = True
    curves: bool = False  # of measured repeats, after each train.history_every epochs

    @model_validator(mode="after")
    def _one_way(self) -> "StudyFile":
        ways = (self.grid, self.configurations, self.random, self.optuna)
        if sum(map(bool, ways)) != 1:
            raise ValueError("must have one of grid, configurations, random and optuna")
        if self.variants and self.optuna:
            raise ValueError("must have no variants for optuna")
        if self.curves and self.register_:
            raise ValueError("must have register false for curves")
        return self

    def check(self) -> None:
        """Check that a study ends in reasonable time, before its configurations are made.

        Raises:
            StatecastError: it has too many configurations.

        """
        ways = {
            "grid": math.prod(len(values) for values in self.grid.values()) if self.grid else 0,
            "configurations": len(self.configurations),
            "random": self.random.draws if self.random else 0,
            "optuna": self.optuna.trials if self.optuna else 0,
        }
        for way, count in ways.items():
            total = count * max(len(self.variants), 1)
            days = total * SECONDS_EACH / 86_400
            got = f"{total:,}, which would take {days:,.1f} days at a second each"
            must = f"give at most {MOST:,} configurations"
            require(total <= MOST, f"`{way}`", must, got)
