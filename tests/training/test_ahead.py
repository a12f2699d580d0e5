"""The library of TensorFlow, loaded beside imports of Python."""

import subprocess
import sys
from pathlib import Path

import pytest

from statecast.training.ahead import load_ahead
from tests.support.project import ROOT


def test_python_goes_on_while_the_library_is_loaded_and_tensorflow_finds_it() -> None:
    program = """
import sys
from pathlib import Path
from statecast.training.ahead import library_of_tensorflow, load_ahead
from statecast.training.environment import set_environment
library = library_of_tensorflow()
if library is None:
    print(True, 3.0)  # no Linux
    sys.exit()
set_environment()
thread = load_ahead(library)
done = 0
while thread.is_alive():
    done += 1
thread.join()
import tensorflow as tf
print(done > 1000, float(tf.constant(1.0) + 2.0))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "3.0"]


@pytest.mark.skipif(sys.platform == "win32", reason="it has no dlopen")
def test_library_that_is_not_there_is_left_to_the_import(tmp_path: Path) -> None:
    load_ahead(tmp_path / "no.so").join()
