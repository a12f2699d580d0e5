"""The stages of the pipeline: each reads files, calls the library and writes files."""

import gc
import sys

if sys.argv[0] == "-m":  # python -m stages.x: a short process, whose imports take a tenth less time without collection
    gc.disable()
