"""Serve running means as a process: ``python -m tests.support.serve_means FOLDER STORE``."""

import sys
from pathlib import Path

from statecast.service import saver
from statecast.service.access import Access
from statecast.service.server import Address, serve
from tests.support.running_mean import OPENER

HOST = "127.0.0.1"
OFTEN = 50  # observations after which the state is written

if __name__ == "__main__":
    saver.SNAPSHOT_ROWS = OFTEN
    folder, store = map(Path, sys.argv[1:])
    serve(folder, store, Address(HOST, 0), Access(HOST), OPENER)
