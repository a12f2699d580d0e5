"""The stages of the pipelines: each reads files, calls the library and writes files.

A stage is the module that a dvc.yaml runs with ``python -m``. The names of its files are in
``statecast.base.paths``.
"""

import atexit
import gc
import os
import sys

if sys.argv[0] == "-m":  # the process is short: what it makes need not be collected
    gc.disable()  # imports are faster by a tenth
    atexit.register(gc.freeze)  # and the end, which looks at every object, by a fifth of a second
    # pydantic looks for plugins in every package that is installed: a hundredth of a second
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
