"""The environment of TensorFlow, Keras and XLA, and what XLA:CPU makes of its flags."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from statecast.training.environment import XLA_FLAGS, set_environment
from tests.support.project import ROOT

PROGRAM = """
from statecast.training.runtime import tf

@tf.function(jit_compile=True)
def mean(m, g):
    return m + (g - m) * 0.1

mean(tf.zeros((50, 32)), tf.ones((50, 32)))
"""


def test_keras_has_tensorflow_whatever_backend_a_user_has_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    set_environment()
    assert os.environ["KERAS_BACKEND"] == "tensorflow"


@pytest.mark.parametrize(
    ("own", "flags"),
    [
        ("", XLA_FLAGS),
        (" --xla_cpu_prefer_vector_width=256", ["--xla_cpu_prefer_vector_width=256", XLA_FLAGS[0]]),
        ("/a/flags.txt", ["/a/flags.txt"]),  # a file that XLA reads them of
    ],
)
def test_flags_of_a_user_stay(own: str, flags: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XLA_FLAGS", own)
    set_environment()
    assert os.environ["XLA_FLAGS"].split() == flags


@pytest.mark.slow
def test_mean_of_adam_over_32_repeats_takes_them_as_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XLA_FLAGS", f"--xla_dump_to={tmp_path}")
    subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, check=True, capture_output=True)
    compiled = "".join(path.read_text() for path in tmp_path.glob("*.ir-with-opt.ll"))
    assert re.search(r"fsub <\d+ x float>", compiled)
    assert "fsub float" not in compiled
