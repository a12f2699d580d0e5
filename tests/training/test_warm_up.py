"""A learning rate that rises before it decays. Oracle: Keras's own, step by step."""

import numpy as np
import pytest

from statecast.training.optimizers import build_optimizer, check_optimizer, check_schedule
from statecast.training.runtime import keras

STEPS = np.arange(12)


def rates(warmup_steps: int) -> np.ndarray:
    """Return the rates of all steps at once, as repeats with counts of their own have them."""
    asked = {"name": "cosine_decay", "decay_steps": 6, "alpha": 0.1, "warmup_target": 0.5}
    schedule = check_schedule({**asked, "warmup_steps": warmup_steps})
    optimizer = build_optimizer(check_optimizer("adam"), 0.01, schedule)
    return np.asarray(optimizer._learning_rate(STEPS[:, None, None]))[:, 0, 0]


@pytest.mark.parametrize("warmup_steps", [0, 1, 4])
def test_rates_are_those_of_keras(warmup_steps: int) -> None:
    theirs = keras.optimizers.schedules.CosineDecay(
        0.01, 6, alpha=0.1, warmup_target=0.5, warmup_steps=warmup_steps
    )
    expected = [float(theirs(step)) for step in STEPS]
    np.testing.assert_allclose(rates(warmup_steps), expected, rtol=1e-5)
