"""What XLA:CPU makes of the flags that it reads of the environment."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT

PROGRAM = """
from statecast.training.runtime import tf

@tf.function(jit_compile=True)
def mean(m, g):
    return m + (g - m) * 0.1

mean(tf.zeros((50, 32)), tf.ones((50, 32)))
"""


@pytest.mark.slow
def test_mean_of_adam_over_32_repeats_takes_them_as_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XLA_FLAGS", f"--xla_dump_to={tmp_path}")
    subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, check=True, capture_output=True)
    compiled = "".join(path.read_text() for path in tmp_path.glob("*.ir-with-opt.ll"))
    assert re.search(r"fsub <\d+ x float>", compiled)
    assert "fsub float" not in compiled
