"""The stages of the pipelines: each reads files, calls the library and writes files.

A stage is the module that a dvc.yaml runs with ``python -m``. The names of its files are in
``statecast.base.paths``.
"""

import gc
import sys

if sys.argv[0] == "-m":  # a short process, whose imports take a tenth less time without collection
    gc.disable()
