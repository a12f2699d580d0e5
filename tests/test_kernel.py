"""The C++ yardstick of the benchmark. Oracle: the engine, which is tested against Keras."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import kernel
from statecast.network.lanes import training_grid
from statecast.network.network import Network
from statecast.training.initial import initial_weights
from statecast.training.job import Learning
from statecast.training.layout import Rows, training_batches
from statecast.training.optimizers import check_optimizer
from statecast.training.trainer import Trainer

EPOCHS, RATE = 30, 0.01


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> kernel.Kernel:
    if kernel.compiler() is None:
        pytest.skip("no C++ compiler (c++, g++ or clang++) on PATH")
    made = kernel.build(tmp_path_factory.mktemp("kernel"))
    assert made is not None, f"{kernel.compiler()} does not compile benchmarks/kernel.cpp"
    return made


@pytest.mark.parametrize(("units", "batch_size", "repeats"), [(1, 4, 30), (3, 2, 17)])
def test_kernel_trains_the_engines_weights(built: kernel.Kernel, units: int, batch_size: int, repeats: int) -> None:
    wave = np.sin(np.arange(21) / 2) + np.random.default_rng(7).normal(0, 0.3, 21)
    x, y = wave[:20].astype(np.float32), wave[1:].astype(np.float32)
    network = Network(1, (units,))
    initial = initial_weights(network, list(range(repeats)))
    batches = training_batches(Rows(x[None, :, None], y[None, :, None]), training_grid([20], batch_size), repeats)
    engine = Trainer(network, Learning(check_optimizer("adam"), RATE)).train(batches, initial, EPOCHS)
    grid = (20 // batch_size, batch_size)
    plain = kernel.train(built, initial, x.reshape(grid), y.reshape(grid), epochs=EPOCHS, learning_rate=RATE)
    for ours, theirs in zip(engine.weights, plain.weights, strict=True):
        np.testing.assert_allclose(theirs, ours, atol=1e-4, rtol=0)
    np.testing.assert_allclose(plain.loss, engine.loss, atol=1e-5, rtol=0)
    assert max(float(np.abs(new - old).max()) for new, old in zip(plain.weights, initial, strict=True)) > 0.1


def test_without_a_compiler_there_is_no_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert kernel.build(tmp_path) is None
