"""Optimizers of Keras on plain tensors: the state goes in and comes out.

Keras keeps what it learns in variables, one set for a program. Blocks of repeats that train side by
side need a set each, so their state is passed. Keras has ``stateless_apply`` for that, but refuses
it with TensorFlow because of distributed training, which is not used here.
"""

from functools import lru_cache
from typing import Any

from statecast.training.runtime import keras, tf

Tensor = Any
BASE: Any = next(  # what all backends share; no public name
    kind for kind in keras.optimizers.Optimizer.__mro__ if kind.__name__ == "BaseOptimizer"
)


class _OnTensors(keras.optimizers.Optimizer):  # type: ignore[misc]
    """Takes from Keras what it does with backends that know no variables."""

    assign = BASE.assign
    assign_add = BASE.assign_add
    assign_sub = BASE.assign_sub
    stateless_apply = BASE.stateless_apply
    _apply_weight_decay = BASE._apply_weight_decay
    _backend_update_step = BASE._backend_update_step
    _var_key = BASE._var_key

    def _backend_apply_gradients(self, grads: list[Tensor], trainable_variables: Any) -> None:
        """Take an update; with accumulation every few updates, from the mean of their gradients."""
        steps = self.gradient_accumulation_steps
        if not steps:
            super()._backend_apply_gradients(grads, trainable_variables)
            return
        is_due = tf.equal((tf.convert_to_tensor(self._iterations) + 1) % steps, 0)
        sums = [
            gradient + tf.convert_to_tensor(earlier)
            for gradient, earlier in zip(grads, self._accumulated_gradients, strict=True)
        ]
        kept = [*trainable_variables, *self.variables]
        before = [tf.convert_to_tensor(variable) for variable in kept]
        means = self._clip_gradients([total / steps for total in sums])
        self._apply_weight_decay(trainable_variables)
        self._backend_update_step(means, trainable_variables, self.learning_rate)
        for variable, old in zip(kept, before, strict=True):
            new = tf.convert_to_tensor(variable)
            variable.assign(new if old.dtype.is_integer else tf.where(is_due, new, old))
        for earlier, total in zip(self._accumulated_gradients, sums, strict=True):
            earlier.assign(tf.where(is_due, tf.zeros_like(total), total))


@lru_cache
def on_tensors(optimizer: type) -> type:
    """Return a class of optimizer whose ``stateless_apply`` works."""
    return type(optimizer.__name__, (optimizer, _OnTensors), {})
