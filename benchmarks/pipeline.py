"""Wall time and memory of the pipeline: dvc repro and dvc exp run in a fresh clone."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from statecast.base.files import read_json
from statecast.base.paths import PIPELINE, TIMES

ROOT = Path(__file__).parents[1]
SEEDS = (1, 2, 3)  # of the experiments: not that of params.yaml, whose results are cached
EPOCHS = 1000  # of params.yaml
IN_EXPERIMENT = ("train", "rebatch", "evaluate", "forecast")  # what a new seed runs again
PANDAS = "import pandas"  # what each of them begins with, as a program
TENSORFLOW = "import statecast.training.runtime"  # likewise, of the stage train
WANTED_REPRO = 15  # seconds
WANTED_EXPERIMENT = 7  # seconds
WANTED_FACTOR = 300  # times faster than the published loop
WANTED_COMPILE = 0.5  # of the seconds of the first process


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
    first_compiled: float  # by the first process, which finds no compiled program
    compiled: float
    trained: float
    pandas: float  # Python's start and the import
    tensorflow: float  # likewise, with Keras
    loop: float  # seconds of an epoch of 30 repeats in the published loop


def measure(loop_epoch: Callable[[], float]) -> Wall:
    """Measure in a fresh clone of the last commit, so that nothing of the user's is touched.

    Args:
        loop_epoch: gives the seconds of an epoch of 30 repeats in the published loop. It is
            called in turn with the experiments, so that both see the machine alike.

    """
    with fresh_clone() as folder:
        repro = seconds_of(["dvc", "repro", "--force"], folder)
        first_compiled = read_json(folder / TIMES)["compile_seconds"]
        stages = [
            stage_cost(stage["cmd"], folder, name) for name, stage in stages_of(folder).items()
        ]
        times = read_json(folder / TIMES)  # of the stage measured just now
        pandas, tensorflow = (
            min(seconds_of(["python", "-c", program], folder) for _ in SEEDS)
            for program in (PANDAS, TENSORFLOW)
        )
        experiment, loop = in_turn(folder, loop_epoch)
    return Wall(
        repro,
        experiment,
        stages,
        first_compiled,
        times["compile_seconds"],
        times["training_seconds"],
        pandas,
        tensorflow,
        loop,
    )


def in_turn(folder: Path, loop_epoch: Callable[[], float]) -> tuple[float, float]:
    """Return the fastest seconds of an experiment, and of an epoch of the loop."""
    experiments, loops = [], []
    for seed in SEEDS:
        loops.append(loop_epoch())
        command = ["dvc", "exp", "run", "-S", f"train.seed={seed}"]
        experiments.append(seconds_of(command, folder))
    return min(experiments), min(loops)


def lines(wall: Wall) -> list[str]:
    """Return the tables."""
    factor = wall.loop * EPOCHS / wall.experiment
    compiled = wall.compiled / wall.first_compiled
    return [
        "| part | seconds |",
        "|---|---:|",
        *(f"| {name} | {seconds:,.2f} |" for name, seconds in _parts(wall).items()),
        "",
        "| what | measured | wanted |",
        "|---|---:|---:|",
        f"| `dvc repro`, seconds | {wall.repro:.1f} | {WANTED_REPRO} |",
        f"| one experiment, seconds | {wall.experiment:.1f} | {WANTED_EXPERIMENT} |",
        f"| times faster than the Keras loop | {factor:,.0f} | {WANTED_FACTOR} |",
        f"| compile of the second process / of the first | {compiled:.2f} | {WANTED_COMPILE} |",
        "",
        *_what_remains(wall),
        "",
        "| stage | seconds | peak memory, MB |",
        "|---|---:|---:|",
        *(
            f"| {stage.name} | {stage.seconds:.2f} | {stage.megabytes:,.0f} |"
            for stage in wall.stages
        ),
    ]


def _what_remains(wall: Wall) -> list[str]:
    """Return in words what an experiment takes whatever its stages do."""
    by_dvc = wall.experiment - _of_stages(wall)
    fixed = by_dvc + len(IN_EXPERIMENT) * wall.pandas + wall.tensorflow
    return [
        f"The experiment and the loop are each the fastest of {len(SEEDS)}, measured in turn.",
        f"Of the {wall.experiment:.1f} s of the experiment some",
        f"{fixed:.1f} s are no work of the stages: DVC itself ({by_dvc:.1f} s; it reads dvc.yaml,",
        "dvc.lock and Git's index and writes them around every stage), four times the start of",
        f"Python with the import of pandas ({wall.pandas:.2f} s each), and the import of",
        f"TensorFlow with Keras ({wall.tensorflow:.2f} s). {WANTED_FACTOR} times faster than the",
        *_what_is_missed(wall.experiment, by_dvc, wall.loop * EPOCHS / WANTED_FACTOR),
        f"The first process compiles for {wall.first_compiled:.2f} s. The second takes",
        f"{wall.compiled:.2f} s to trace the program in Python and to load what is kept.",
    ]


def _what_is_missed(experiment: float, by_dvc: float, wanted: float) -> list[str]:
    """Return the end of the sentence on the seconds that are wanted, and why they are missed."""
    all_in_all = f"loop would be {wanted:.1f} s in all"
    if experiment <= wanted:
        return [f"{all_in_all}: it is reached."]
    left = max(0.0, wanted - by_dvc)
    return [
        f"{all_in_all}: DVC itself would leave {left:.1f} s of that to the stages, which take",
        f"{experiment - by_dvc:.1f} s as four processes of Python.",
    ]


@contextmanager
def fresh_clone() -> Iterator[Path]:
    """Yield a clone of the last commit."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        yield folder


def seconds_of(command: list[str], folder: Path) -> float:
    """Return the wall time of a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - started


def stages_of(folder: Path) -> dict[str, Any]:
    """Return the stages of a folder's dvc.yaml."""
    content = yaml.safe_load((folder / PIPELINE).read_text(encoding="utf-8"))
    return dict(content["stages"])


def stage_cost(command: str, folder: Path, name: str) -> Stage:
    """Run a stage's command and return its wall time and peak memory."""
    started = time.perf_counter()
    with subprocess.Popen(command.split(), cwd=folder, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{name} failed: {command}")
    seconds = time.perf_counter() - started
    return Stage(name, seconds, usage.ru_maxrss / 1024)


def _of_stages(wall: Wall) -> float:
    """Return the seconds of the stages of an experiment, each as a command."""
    return sum(stage.seconds for stage in wall.stages if stage.name in IN_EXPERIMENT)


def _parts(wall: Wall) -> dict[str, float]:
    """Return the seconds of whole commands, and of the parts of an experiment."""
    seconds = {stage.name: stage.seconds for stage in wall.stages}
    used = _of_stages(wall)
    by_loop = f"the same experiment by the Keras loop ({EPOCHS} epochs at the measured cost)"
    start = seconds["train"] - wall.compiled - wall.trained
    return {
        "`dvc repro`, all stages": wall.repro,
        f"`dvc exp run -S train.seed={SEEDS[0]}`, 30 repeats": wall.experiment,
        "- DVC itself": wall.experiment - used,
        "- rebatch, evaluate and forecast": used - seconds["train"],
        "- train: start, imports (mostly TensorFlow), initial weights": start,
        "- train: trace, and load the program that an earlier process compiled": wall.compiled,
        "- train: training with history": wall.trained,
        by_loop: wall.loop * EPOCHS,
    }
