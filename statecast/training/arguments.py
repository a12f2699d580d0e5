"""The arguments of Keras's optimizers and schedules that may be asked for, with their bounds.

The names and the defaults are Keras's. What is not given is left to Keras; steps that are not given
are those of the whole training, whatever their default says here. Not here are the
learning rate, which is a key of its own; averages of weights, which would need a second set of
them; and the scale of a loss, which the engine does not scale.
"""

from typing import Annotated

from pydantic import Field, model_validator

from statecast.base.section import (
    Count,
    CountOrZero,
    NotNegative,
    Number,
    Positive,
    Section,
    Share,
)

Momentum = Annotated[Number, Field(ge=0, le=1)]
Steps = Annotated[Count, Field(ge=2)]
CLIPPINGS = ("clipnorm", "clipvalue", "global_clipnorm")


class Optimizer(Section):
    """What every optimizer takes."""

    weight_decay: NotNegative | None = None
    clipnorm: Positive | None = None
    clipvalue: Positive | None = None
    global_clipnorm: Positive | None = None
    gradient_accumulation_steps: Steps | None = None

    @model_validator(mode="after")
    def _one_clipping(self) -> "Optimizer":
        asked = [kind for kind in CLIPPINGS if getattr(self, kind) is not None]
        if len(asked) > 1:
            raise ValueError(f"must have one kind of clipping, not {' and '.join(asked)}")
        return self


class SGD(Optimizer):
    """Gradient descent."""

    momentum: Momentum = 0
    nesterov: bool = False


class RMSprop(Optimizer):
    """RMSprop."""

    rho: Share = 0.9
    momentum: Momentum = 0
    epsilon: Positive = 1e-7
    centered: bool = False


class Adadelta(Optimizer):
    """Adadelta."""

    rho: Share = 0.95
    epsilon: Positive = 1e-7


class Adagrad(Optimizer):
    """Adagrad."""

    initial_accumulator_value: NotNegative = 0.1
    epsilon: Positive = 1e-7


class Adaptive(Optimizer):
    """An optimizer with running means of a gradient and its square; Adamax, Nadam."""

    beta_1: Share = 0.9
    beta_2: Share = 0.999
    epsilon: Positive = 1e-7


class Adam(Adaptive):
    """Adam."""

    amsgrad: bool = False


class AdamW(Adam):
    """Adam whose weights decay: null would be no decay."""

    weight_decay: NotNegative = 0.004


class Lion(Optimizer):
    """Lion."""

    beta_1: Share = 0.9
    beta_2: Share = 0.99


class Ftrl(Optimizer):
    """Follow the regularized leader."""

    learning_rate_power: Annotated[Number, Field(le=0)] = -0.5
    initial_accumulator_value: NotNegative = 0.1
    l1_regularization_strength: NotNegative = 0
    l2_regularization_strength: NotNegative = 0
    l2_shrinkage_regularization_strength: NotNegative = 0
    beta: NotNegative = 0


class CosineDecay(Section):
    """Half a cosine, after a linear warm-up if there is one."""

    decay_steps: Count = 1
    alpha: NotNegative = 0
    warmup_target: Positive | None = None
    warmup_steps: CountOrZero = 0


class CosineDecayRestarts(Section):
    """Cosines one after the other, each longer than the last by a factor."""

    first_decay_steps: Count = 1
    t_mul: Annotated[Number, Field(ge=1)] = 2
    m_mul: NotNegative = 1
    alpha: NotNegative = 0


class ExponentialDecay(Section):
    """A factor every ``decay_steps``."""

    decay_steps: Count = 1
    decay_rate: Positive
    staircase: bool = False


class InverseTimeDecay(Section):
    """A hyperbola."""

    decay_steps: Count = 1
    decay_rate: NotNegative
    staircase: bool = False


class PolynomialDecay(Section):
    """A power of the time that is left."""

    decay_steps: Count = 1
    end_learning_rate: NotNegative = 1e-4
    power: Positive = 1
    cycle: bool = False


OPTIMIZERS: dict[str, type[Section]] = {
    "adadelta": Adadelta,
    "adagrad": Adagrad,
    "adam": Adam,
    "adamax": Adaptive,
    "adamw": AdamW,
    "ftrl": Ftrl,
    "lion": Lion,
    "nadam": Adaptive,
    "rmsprop": RMSprop,
    "sgd": SGD,
}
SCHEDULES: dict[str, type[Section]] = {
    "cosine_decay": CosineDecay,
    "cosine_decay_restarts": CosineDecayRestarts,
    "exponential_decay": ExponentialDecay,
    "inverse_time_decay": InverseTimeDecay,
    "polynomial_decay": PolynomialDecay,
}
