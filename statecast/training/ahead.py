"""Load the library of TensorFlow in a thread, while Python does what comes before.

The library has 800 megabytes and takes a third of a second. The loader of the system needs no
Python, so a second core can do that. ``import tensorflow`` then finds it loaded.

The loader takes one library at a time. A package with an extension in C would wait for that of
TensorFlow, so such packages are imported first, and modules in Python beside it.
"""

import ctypes
import importlib
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from statecast.training.environment import set_environment

LIBRARY = "libtensorflow_cc.so.2"  # on Linux; elsewhere it has other names, and nothing is done
WITH_EXTENSIONS = ("pandas", "psutil", "pydantic.types", "resource", "yaml")
COMMAND = ["-m", "stages.train"]


def load_ahead(library: Path) -> Thread:
    """Return the thread that loads a library; what fails there fails again at the import."""
    load = ctypes.CDLL(None).dlopen  # unlike ctypes.CDLL(library) it lets other threads go on
    load.argtypes = [ctypes.c_char_p, ctypes.c_int]
    load.restype = ctypes.c_void_p
    thread = Thread(target=load, args=(bytes(library), sys.getdlopenflags()))
    thread.start()  # no daemon: a process must not end while the library begins
    return thread


def library_of_tensorflow() -> Path | None:
    """Return where the library is; None if it is not there."""
    tensorflow = find_spec("tensorflow")
    if tensorflow is None or tensorflow.origin is None:
        return None
    library = Path(tensorflow.origin).with_name(LIBRARY)
    return library if library.exists() else None


def begin() -> None:
    """Load the library in a thread, if it is there; a process that is to train calls it early."""
    library = library_of_tensorflow()
    if library is not None:
        for name in WITH_EXTENSIONS:
            importlib.import_module(name)
        set_environment()
        load_ahead(library)


if sys.orig_argv[-2:] == COMMAND:
    begin()
