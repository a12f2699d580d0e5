"""Wall time and memory of the pipeline: dvc repro and dvc exp run in a fresh clone."""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).parents[1]


class Stage(NamedTuple):
    """What one stage took as a command."""

    name: str
    seconds: float
    megabytes: float  # peak resident memory


class Wall(NamedTuple):
    """Seconds of whole commands, and the parts of one."""

    repro: float
    experiment: float
    stages: list[Stage]
    compiled: float
    trained: float


def stage_cost(command: str, folder: Path, name: str) -> Stage:
    """Run a stage's command and return its wall time and peak memory."""
    started = time.perf_counter()
    with subprocess.Popen(command.split(), cwd=folder, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{name} failed: {command}")
    return Stage(name, time.perf_counter() - started, usage.ru_maxrss / 1024)


def seconds_of(command: list[str], folder: Path) -> float:
    """Return the wall time of a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started


def measure() -> Wall:
    """Measure in a fresh clone of the last commit, so that nothing of the user's is touched."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        repro = seconds_of(["dvc", "repro", "--force"], folder)
        experiment = seconds_of(["dvc", "exp", "run", "-S", "train.epochs=1001"], folder)
        pipeline = yaml.safe_load((folder / "dvc.yaml").read_text())["stages"]
        stages = [stage_cost(stage["cmd"], folder, name) for name, stage in pipeline.items()]
        trained = json.loads((folder / "metrics" / "train.json").read_text())  # of the stage measured just now
    return Wall(repro, experiment, stages, trained["compile_seconds"], trained["training_seconds"])
