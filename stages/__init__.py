"""The stages of the pipelines: each reads files, calls the library and writes files.

A stage is the module that a dvc.yaml runs with ``python -m``. The names of its files are in
``statecast.base.paths``.
"""

import gc
import sys

if sys.argv[0] == "-m":  # the process is short, and imports faster by a tenth without collection
    gc.disable()
