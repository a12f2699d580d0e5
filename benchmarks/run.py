"""Measure everything in one run and write benchmarks/results.md. make bench."""

from pathlib import Path

from benchmarks import cost, pipeline, study
from benchmarks.machine import machine
from statecast.base.files import write_text

RESULTS = Path(__file__).parent / "results.md"


def main() -> None:
    """Measure, print and write."""
    # before TensorFlow is here: a child's peak memory counts its parent's at the fork
    wall = pipeline.measure()
    costs = cost.measure()
    studies = study.measure()

    from benchmarks import floor, training

    parts = training.read_parts()
    speed = training.measure(parts)
    floors = floor.measure(parts.train)
    rate = floor.measure_rate(parts.train)
    sections = {
        "Training": training.lines(speed),
        "Floor": [
            "Microseconds an epoch of all repeats at batch size 4: the engine, and the same",
            "training as plain C++ (the repeats in vector registers, `benchmarks/kernel.cpp`), in",
            "turn, both on one core.",
            "",
            *floor.lines(floors),
            "",
            "A training is 1000 epochs of 20 rows at batch size 4, 1 unit; 3000 of them at once.",
            "",
            *floor.lines_of_rate(rate),
        ],
        "Cost": [
            "Adam, one layer; each row a process of its own, so that the peak memory holds Python",
            "and TensorFlow too.",
            "",
            *cost.lines(costs),
        ],
        "Pipeline": pipeline.lines(wall, speed.loop),
        "Studies": study.lines(studies, speed.loop),
    }
    text = page(sections)
    write_text(text, RESULTS)
    print(text)


def page(sections: dict[str, list[str]]) -> str:
    """Return the page of results: a heading and lines for each section."""
    lines = [
        "# Measured speed",
        "",
        "Written by `make bench`, one run on one machine. Shampoo, 20 training rows, 30 repeats,",
        "batch size 4, 1 unit.",
        "",
        machine(),
        "",
    ]
    for heading, body in sections.items():
        lines += [f"## {heading}", "", *body, ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
