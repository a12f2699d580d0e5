"""Measure speed and write benchmarks/results.md: make bench.

``python -m benchmarks.run SECTION ...`` measures some sections, floor and scale say.
A section that is measured replaces the one of before; the others stay as they are.
"""

import datetime as dt
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import cost, extras, online, pipeline, scale, service, study
from benchmarks.machine import commit, machine
from statecast.base.errors import require
from statecast.base.files import write_text

if TYPE_CHECKING:
    from benchmarks.training import Speed

RESULTS = Path(__file__).parent / "results.md"
HEADING = "## "
LOOP_EPOCHS = 12  # of the published loop before each experiment
HEAD = """# Measured speed

Written by `make bench`, or section by section by `python -m benchmarks.run SECTION ...`. Where
nothing else is said: shampoo, 20 training rows, 30 repeats, batch size 4, 1 unit.
"""


def main(names: Sequence[str]) -> None:
    """Measure the sections with these names, all if there are none, and write and print them."""
    asked = names or list(SECTIONS)
    unknown = [name for name in asked if name not in SECTIONS]
    require(not unknown, "a section", f"be one of {', '.join(SECTIONS)}", unknown)
    sections = sections_of(RESULTS.read_text(encoding="utf-8"))
    for name in sorted(asked, key=list(SECTIONS).index):
        heading, body = name.capitalize(), SECTIONS[name]()
        sections[heading] = "\n".join([f"{circumstances()}", "", *body])
        write_text(page(sections), RESULTS)
        print(f"{HEADING}{heading}\n\n{sections[heading]}\n")


def sections_of(text: str) -> dict[str, str]:
    """Return the bodies of a page's sections by their headings."""
    _, *parts = re.split(rf"^{HEADING}(.*)$", text, flags=re.MULTILINE)
    headings, bodies = parts[::2], parts[1::2]
    return {heading: body.strip() for heading, body in zip(headings, bodies, strict=True)}


def page(sections: dict[str, str]) -> str:
    """Return the page of results, its sections in the order of ``SECTIONS``."""
    in_order = [name.capitalize() for name in SECTIONS if name.capitalize() in sections]
    parts = [f"{HEADING}{heading}\n\n{sections[heading]}\n" for heading in in_order]
    return "\n".join([HEAD, *parts])


def circumstances() -> str:
    """Return when, on what and of which commit a section was measured."""
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, commit {commit()}. {machine()}"


@cache
def speed() -> "Speed":
    """Return what the published loop and the engine take for an epoch, measured once."""
    from benchmarks import training

    return training.measure(training.read_parts())


def loop_epoch() -> float:
    """Return what the published loop takes for an epoch just now."""
    from benchmarks import training

    return training.loop_seconds(training.read_parts().train, LOOP_EPOCHS)


def of_training() -> list[str]:
    """Measure the engine beside a loop of Keras's fit."""
    from benchmarks import training

    return training.lines(speed())


def of_floor() -> list[str]:
    """Measure the engine beside plain C++, and trainings a second."""
    from benchmarks import floor, training

    parts = training.read_parts()
    return [
        "Microseconds an epoch of all repeats at batch size 4: the engine, and the same",
        "training as plain C++ (the repeats in vector registers, `benchmarks/kernel.cpp`), in",
        "turn, both on one core.",
        "",
        *floor.lines(floor.measure(parts.train)),
        "",
        "A training is 1000 epochs of 20 rows at batch size 4, 1 unit; 3000 of them at once.",
        "",
        *floor.lines_of_rate(floor.measure_rate(parts.train)),
    ]


def of_cost() -> list[str]:
    """Measure what training costs as one size after the other grows."""
    return [
        "Adam, one layer; each row a process of its own, so that the peak memory holds Python",
        "and TensorFlow too.",
        "",
        *cost.lines(cost.measure()),
        "",
        *extras.lines(extras.measure()),
    ]


def of_pipeline() -> list[str]:
    """Measure the pipeline and one experiment."""
    return pipeline.lines(pipeline.measure(loop_epoch))


def of_studies() -> list[str]:
    """Measure whole studies."""
    studies = study.measure()
    return study.lines(studies, speed().loop, os.cpu_count() or 1)


def of_scale() -> list[str]:
    """Measure whole pipelines on many series and on long ones."""
    runs = scale.measure()
    scale.write(runs)
    return [
        "All nine stages one after the other, each a command; persistence, seasonal naive and",
        "ridge, 12 rows ahead, no interval folds. Many series: 5 repeats of 300 epochs, 18 test",
        "rows; those that are generated have 120 rows. One long series: 5 repeats of 10 epochs at",
        "batch size 100, 100 test rows.",
        "",
        *scale.lines(runs),
    ]


def of_online() -> list[str]:
    """Measure an observation of a forecaster that lives with its series."""
    return [
        "Microseconds from an observed value to the next forecast with its interval: 30 repeats,",
        "one core, the fastest of many tries. Beside it what gives the same forecasts where no",
        "state is kept: the arithmetic of the networks over the whole history again; and 30 calls",
        "of Keras's predict, one for each network, copied to batch size 1.",
        "",
        *online.lines(online.measure()),
    ]


def of_service() -> list[str]:
    """Measure the service under load."""
    load = service.measure()
    return [
        f"{service.RATE:,} requests a second for {service.SECONDS} s, one observation each, over",
        f"{service.SERIES:,} series of 30 repeats and 1 unit: the service on one core, the client",
        "on the others. Every answer comes after its observation is on the disk; its time counts",
        "from when the request was due. The script of the page was made before: that takes five",
        "seconds, once for a version of it, in which single answers take 0.1 s on one core.",
        "",
        *service.lines(load),
    ]


# those that start processes come first: a child's peak memory counts its parent's at the fork
SECTIONS: dict[str, Callable[[], list[str]]] = {
    "scale": of_scale,
    "pipeline": of_pipeline,
    "cost": of_cost,
    "studies": of_studies,
    "service": of_service,
    "training": of_training,
    "floor": of_floor,
    "online": of_online,
}


if __name__ == "__main__":
    main(sys.argv[1:])
