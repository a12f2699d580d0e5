"""TensorFlow and Keras, imported with the settings that must be made before their first import.

Measured on 2 cores:

- One thread is faster than several, because the kernels are too small to be split.
- The import takes a third of the time without garbage collection, without the public names of
  TensorFlow that nobody uses, and without the packages that Keras looks for and that we do not use
  through Keras.

Where the process has imported TensorFlow before, it has another user: no setting is made then, and
training is slower. Weights may differ from those of a process of our own in their last bits.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from statecast.base.errors import require
from statecast.base.namespaces import hidden, load_when_used
from statecast.training.compile_cache import use_compile_cache
from statecast.training.cores import cores
from statecast.training.environment import set_environment

UNUSED = ("IPython", "matplotlib", "requests", "sklearn")  # by Keras, as far as we use it
NAMESPACES = "tensorflow._api.*"


@contextmanager
def _quick_import() -> Iterator[None]:
    collecting = gc.isenabled()
    gc.disable()
    try:
        with hidden(UNUSED):
            yield
    finally:
        if collecting:
            gc.enable()


def _make_devices(number: int) -> None:
    """Let TensorFlow have so many devices on the processor, each with a thread of its own."""
    (processor,) = tf.config.list_physical_devices("CPU")
    each = [tf.config.LogicalDeviceConfiguration() for _ in range(number)]
    tf.config.set_logical_device_configuration(processor, each)


HAS_ANOTHER_USER = "tensorflow" in sys.modules

if not HAS_ANOTHER_USER:
    set_environment()
    load_when_used(NAMESPACES)
with _quick_import():
    import keras
    import tensorflow as tf
BACKEND = keras.backend.backend()
require(BACKEND == "tensorflow", "Keras", "have the backend tensorflow to train here", BACKEND)
if not HAS_ANOTHER_USER:
    tf.config.threading.set_intra_op_parallelism_threads(1)
    use_compile_cache(tf.__version__)  # first: TensorFlow reads its flags with its devices
    _make_devices(cores())

__all__ = ["keras", "tf"]
