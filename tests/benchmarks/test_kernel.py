"""The C++ yardstick of the benchmark. Oracle: the engine, which is tested against Keras."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from benchmarks import kernel
from statecast.network.network import Network
from statecast.training.initial import initial_weights
from statecast.training.trainer import Trained
from tests.support.engine import EPOCHS, batches_of, largest_difference, train, wave_rows

LEARNING_RATE = 0.01  # of the engine's helper too
COUNT = 20


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> kernel.Kernel:
    if kernel.compiler() is None:
        pytest.skip("no C++ compiler (c++, g++ or clang++) on PATH")
    made = kernel.build(tmp_path_factory.mktemp("kernel"))
    assert made is not None, f"{kernel.compiler()} does not compile benchmarks/kernel.cpp"
    return made


class Both(NamedTuple):
    """The same training by the engine and by the kernel."""

    engine: Trained
    kernel: kernel.KernelTrained
    initial: list[np.ndarray]


@pytest.fixture(
    scope="module",
    params=[(1, 4, 30), (3, 2, 17)],
    ids=lambda case: "{} units, {} lanes, {} repeats".format(*case),
)
def both(built: kernel.Kernel, request: pytest.FixtureRequest) -> Both:
    units, batch_size, repeats = request.param
    rows = wave_rows(COUNT)
    network = Network(1, (units,))
    seeds = list(range(repeats))
    initial = initial_weights(network, seeds)
    engine = train(network, batches_of(rows, batch_size, repeats), EPOCHS, seeds=seeds)
    x = rows.x.reshape(-1, batch_size)
    y = rows.y.reshape(-1, batch_size)
    plain = kernel.train(built, initial, x, y, epochs=EPOCHS, learning_rate=LEARNING_RATE)
    return Both(engine, plain, initial)


def test_kernel_trains_the_engines_weights(both: Both) -> None:
    for ours, theirs in zip(both.engine.weights, both.kernel.weights, strict=True):
        np.testing.assert_allclose(theirs, ours, atol=1e-4, rtol=0)


def test_kernel_has_the_engines_losses(both: Both) -> None:
    np.testing.assert_allclose(both.kernel.loss, both.engine.loss, atol=1e-5, rtol=0)


def test_kernel_changes_the_weights(both: Both) -> None:
    """Otherwise agreement would say nothing."""
    assert largest_difference(both.kernel.weights, both.initial) > 0.1


def test_without_a_compiler_there_is_no_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert kernel.build(tmp_path) is None
