"""The C++ kernel: compile it, and train with it what the engine trains.

Shape letters: R repeats, S steps, B lanes, U units, E epochs, P weights of a repeat, W repeats in a
vector.
"""

import ctypes
import shutil
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

SOURCE = Path(__file__).with_name("kernel.cpp")
FLAGS = ["-std=c++17", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
WIDE = "-mprefer-vector-width=512"  # not of every compiler


class Kernel(NamedTuple):
    """A compiled kernel."""

    library: ctypes.CDLL


class KernelTrained(NamedTuple):
    """What training leaves behind, in the engine's shapes."""

    weights: list[np.ndarray]  # Keras's order, each [R, ...]
    loss: np.ndarray  # [E, R]
    seconds: float


def compiler() -> str | None:
    """Return the path of a C++ compiler, None where there is none."""
    paths = [shutil.which(name) for name in ("c++", "g++", "clang++")]
    return next((path for path in paths if path is not None), None)


def build(folder: Path) -> Kernel | None:
    """Compile the kernel into a folder.

    None where no compiler is found, or the compiler does not take the flags.
    """
    command = compiler()
    if command is None:
        return None
    flags = [*FLAGS, WIDE] if _takes(command, WIDE) else FLAGS
    library = folder / "kernel.so"
    arguments = [command, *flags, str(SOURCE), "-o", str(library)]
    compiled = subprocess.run(arguments, capture_output=True, check=False)
    if compiled.returncode:
        return None
    return Kernel(ctypes.CDLL(str(library)))


def train(
    kernel: Kernel,
    initial: list[np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int,
    learning_rate: float,
) -> KernelTrained:
    """Train a one-layer LSTM of one feature.

    Args:
        kernel: compiled.
        initial: weights to start from, in Keras's order, each [R, ...].
        x: inputs [S, B].
        y: targets [S, B].
        epochs: how many.
        learning_rate: of Adam.

    """
    repeats = len(initial[0])
    units = initial[1].shape[1]
    steps, lanes = x.shape
    width = kernel.library.repeats_in_a_vector()
    weights = _blocks(_flat(initial), width)
    blocks = len(weights)
    loss = np.zeros((blocks, epochs, width), np.float32)
    inputs = np.ascontiguousarray(x, np.float32)
    targets = np.ascontiguousarray(y, np.float32)
    arrays = (weights, inputs, targets, loss)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    sizes = [ctypes.c_int(size) for size in (blocks, units, lanes, steps, epochs)]
    started = time.perf_counter()
    kernel.library.train(*pointers, *sizes, ctypes.c_float(learning_rate))
    seconds = time.perf_counter() - started
    trained = _shaped(_unblock(weights, repeats), initial)
    return KernelTrained(trained, _unblock(loss, repeats).T, seconds)


def _takes(command: str, flag: str) -> bool:
    check = [command, flag, "-x", "c++", "-fsyntax-only", "/dev/null"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def _flat(weights: list[np.ndarray]) -> np.ndarray:
    """Return weights, each [R, ...], as one array [R, P]."""
    repeats = len(weights[0])
    rows = [weight.reshape(repeats, -1) for weight in weights]
    return np.concatenate(rows, axis=1)


def _shaped(flat: np.ndarray, like: list[np.ndarray]) -> list[np.ndarray]:
    """Return [R, P] as weights in the shapes of others."""
    sizes = [weight[0].size for weight in like]
    ends = np.cumsum(sizes)
    parts = np.split(flat, ends[:-1], axis=1)
    pairs = zip(parts, like, strict=True)
    return [part.reshape(weight.shape) for part, weight in pairs]


def _blocks(flat: np.ndarray, width: int) -> np.ndarray:
    """Return [R, P] as [blocks, P, W]; the last repeat fills the last block."""
    missing = -len(flat) % width
    full = np.pad(flat, ((0, missing), (0, 0)), mode="edge")
    by_block = full.reshape(-1, width, flat.shape[1])  # [blocks, W, P]
    return np.ascontiguousarray(by_block.swapaxes(1, 2), np.float32)


def _unblock(blocks: np.ndarray, repeats: int) -> np.ndarray:
    """Return [blocks, P, W] as [R, P]."""
    numbers = blocks.shape[1]
    by_block = blocks.swapaxes(1, 2)  # [blocks, W, P]
    return by_block.reshape(-1, numbers)[:repeats]
