"""TensorFlow and Keras, imported with the settings that must be made before their first import.

Measured on 2 cores:

- With the byte threshold XLA:CPU compiles the loop over the steps to one native function, which
  halves the time of an epoch and of compilation.
- With vectors of 512 bits, where the processor has them, an epoch takes a tenth less; XLA:CPU takes
  256 by itself.
- One thread is faster than several, because the kernels are too small to be split.
- The import takes a third of the time without garbage collection, without the public names of
  TensorFlow that nobody uses, and without the packages that Keras looks for and that we do not use
  through Keras.

Where the process has imported TensorFlow before, it has another user: no setting is made then, and
training is slower. Weights may differ from those of a process of our own in their last bits.
"""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from statecast.training.compile_cache import use_compile_cache
from statecast.training.namespaces import hidden, load_when_used

XLA_FLAGS = [
    "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000",
    "--xla_cpu_prefer_vector_width=512",
]
SETTINGS = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # its kernels round by the number of threads
    "ENABLE_RUNTIME_UPTIME_TELEMETRY": "0",
    "KERAS_BACKEND": "tensorflow",
}
UNUSED = ("IPython", "matplotlib", "requests", "sklearn")  # by Keras, as far as we use it
NAMESPACES = "tensorflow._api"


def _set_environment() -> None:
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    flags = os.environ.get("XLA_FLAGS", "")
    for flag in XLA_FLAGS:
        name, *_ = flag.split("=")
        if name not in flags:
            flags = f"{flags} {flag}".strip()
    os.environ["XLA_FLAGS"] = flags


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


HAS_ANOTHER_USER = "tensorflow" in sys.modules

if not HAS_ANOTHER_USER:
    _set_environment()
    load_when_used(NAMESPACES)
with _quick_import():
    import keras
    import tensorflow as tf
if not HAS_ANOTHER_USER:
    tf.config.threading.set_intra_op_parallelism_threads(1)
    use_compile_cache(tf.__version__)

__all__ = ["keras", "tf"]
