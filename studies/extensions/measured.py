"""All that is measured, and the file that keeps it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from studies.extensions.measuring import run_flat_line, run_series
from studies.extensions.references import Reference, read_references
from studies.extensions.result import Outcomes, outcome_from_json
from studies.extensions.settings import Settings

RESULTS = Path("studies/results/extensions.json")


class Measurements(NamedTuple):
    """What was measured."""

    series: dict[str, Outcomes]  # under each extension, by the name of the series
    flat_line: Outcomes  # with larger batches
    references: dict[str, Reference]  # without a network, of the series of the flat line

    def as_json(self) -> dict[str, Any]:
        """Return plain values that ``measured_from_json`` takes."""
        return {
            "series": {name: outcome.as_json() for name, outcome in self.series.items()},
            "flat_line": self.flat_line.as_json(),
            "references": {name: one.as_json() for name, one in self.references.items()},
        }


def measure(asked: Settings) -> Measurements:
    """Run everything.

    Raises:
        StatecastError: a setting is no key of params.yaml, or a plain configuration fails.

    """
    return Measurements(
        series={name: run_series(name, asked) for name in asked["series"]},
        flat_line=run_flat_line(asked),
        references=read_references(),
    )


def measured_from_json(content: Mapping[str, Any]) -> Measurements:
    """Return what ``as_json`` described."""
    return Measurements(
        series={name: outcome_from_json(one) for name, one in content["series"].items()},
        flat_line=outcome_from_json(content["flat_line"]),
        references={name: Reference(**one) for name, one in content["references"].items()},
    )
