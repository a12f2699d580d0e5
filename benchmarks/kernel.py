"""The C++ kernel: compile it, and train with it what the engine trains.

Shape letters: R repeats, S steps, B lanes, U units, E epochs, P weights of a repeat, W repeats in a vector.
"""

import ctypes
import shutil
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

SOURCE = Path(__file__).with_name("kernel.cpp")
FLAGS = ["-std=c++17", "-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-shared", "-fPIC"]


class Kernel(NamedTuple):
    """A compiled kernel."""

    library: ctypes.CDLL


class Trained(NamedTuple):
    """What training leaves behind, in the engine's shapes."""

    weights: list[np.ndarray]  # Keras's order, each [R, ...]
    loss: np.ndarray  # [E, R]
    seconds: float


def compiler() -> str | None:
    """Return the path of a C++ compiler, None where there is none."""
    return shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")


def build(folder: Path) -> Kernel | None:
    """Compile the kernel into a folder; None where no compiler is found or it does not take the flags."""
    command = compiler()
    if command is None:
        return None
    library = folder / "kernel.so"
    flags = [flag for flag in FLAGS if "vector-width" not in flag or _takes(command, flag)]
    if subprocess.run([command, *flags, str(SOURCE), "-o", str(library)], capture_output=True, check=False).returncode:
        return None
    return Kernel(ctypes.CDLL(str(library)))


def train(
    kernel: Kernel, initial: list[np.ndarray], x: np.ndarray, y: np.ndarray, *, epochs: int, learning_rate: float
) -> Trained:
    """Train a one-layer LSTM of one feature from ``initial`` (Keras's order, each [R, ...]) on rows x and y [S, B]."""
    repeats, width = len(initial[0]), kernel.library.repeats_in_a_vector()
    flat = np.concatenate([array.reshape(repeats, -1) for array in initial], axis=1)  # [R, P]
    weights = _blocks(flat, width)
    loss = np.zeros((len(weights), epochs, width), np.float32)
    inputs, targets = (np.ascontiguousarray(part, np.float32) for part in (x, y))
    steps, lanes = x.shape
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (weights, inputs, targets, loss)]
    sizes = [ctypes.c_int(size) for size in (len(weights), initial[1].shape[1], lanes, steps, epochs)]
    started = time.perf_counter()
    kernel.library.train(*pointers, *sizes, ctypes.c_float(learning_rate))
    seconds = time.perf_counter() - started
    trained = np.split(_unblock(weights, repeats), np.cumsum([array[0].size for array in initial])[:-1], axis=1)
    shaped = [mine.reshape(array.shape) for mine, array in zip(trained, initial, strict=True)]
    return Trained(shaped, _unblock(loss, repeats).T, seconds)


def _takes(command: str, flag: str) -> bool:
    check = [command, flag, "-x", "c++", "-fsyntax-only", "/dev/null"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def _blocks(flat: np.ndarray, width: int) -> np.ndarray:
    """Return [R, P] as [blocks, P, W]; the last repeat fills the last block."""
    full = np.pad(flat, ((0, -len(flat) % width), (0, 0)), mode="edge")
    return np.ascontiguousarray(full.reshape(-1, width, flat.shape[1]).swapaxes(1, 2), np.float32)


def _unblock(blocks: np.ndarray, repeats: int) -> np.ndarray:
    """Return [blocks, P, W] as [R, P]."""
    return blocks.swapaxes(1, 2).reshape(-1, blocks.shape[1])[:repeats]
