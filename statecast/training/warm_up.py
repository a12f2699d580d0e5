"""A learning rate that rises before it decays, of repeats that count their own updates."""

from typing import Any

from statecast.training.runtime import keras


class WarmedUp(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Rise in a line from the first rate to the target, then decay.

    Keras's own warm-up asks whether the step, one number, is below the last one of the rise. Here
    the step may be an array, because repeats of shorter series rest while others train.
    """

    def __init__(self, first: float, target: float, steps: int, decay: Any) -> None:
        self.first = first
        self.target = target
        self.steps = steps
        self.decay = decay

    def __call__(self, step: Any) -> Any:
        """Return the learning rate at a step, or at each of an array of steps."""
        ops = keras.ops
        now = ops.cast(step, "float32")
        share = now / max(self.steps, 1)
        rising = self.first + (self.target - self.first) * share
        decaying = self.decay(ops.maximum(now - self.steps, 0.0))
        return ops.where(now < self.steps, rising, decaying)

    def get_config(self) -> dict[str, Any]:
        """Return what the schedule was made with."""
        return {
            "first": self.first,
            "target": self.target,
            "steps": self.steps,
            "decay": self.decay,
        }
