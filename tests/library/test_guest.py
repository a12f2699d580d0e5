"""Another user of TensorFlow in the same process is left alone. Each fact in its own process."""

import subprocess
import sys

import pytest

from tests.support.imports import ROOT

FIT = """
import os, random, sys
import numpy as np
import pandas as pd
{before}
environment = dict(os.environ)
drawn = random.getstate()
np.random.seed(5)
import statecast
from statecast import Statecast
assert {imported} or "tensorflow" not in sys.modules
df = pd.DataFrame({{"unique_id": "a", "ds": range(30), "y": [1.0, 2.0, 4.0] * 10}})
Statecast(repeats=2, epochs=2, interval_folds=0).fit(df).predict(2)
assert dict(os.environ) == environment
assert random.getstate() == drawn
assert np.random.rand() == np.random.RandomState(5).rand()
import sklearn.linear_model
import tensorflow as tf
{after}
"""


def runs(before: str = "", after: str = "", *, imported: bool = False) -> None:
    code = FIT.format(before=before, after=after, imported=imported)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.promise("files")
def test_environment_and_scikit_learn_are_as_before_after_a_fit() -> None:
    runs(after="assert tf.config.threading.get_intra_op_parallelism_threads() == 1")


@pytest.mark.slow
@pytest.mark.promise("files")
def test_another_user_of_tensorflow_keeps_threads_and_results() -> None:
    before = """
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(2)
tf.random.set_seed(3)
grown = tf.function(lambda x: tf.matmul(x, x), jit_compile=True)
square = grown(tf.random.normal((4, 4), seed=5)).numpy()
"""
    after = """
assert tf.config.threading.get_intra_op_parallelism_threads() == 2
tf.random.set_seed(3)
again = grown(tf.random.normal((4, 4), seed=5)).numpy()
assert (again == square).all()
"""
    runs(before, after, imported=True)
