"""Counters of the service, in the text format of Prometheus."""

from collections import Counter
from collections.abc import Iterable

STEPS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)  # seconds


class Histogram:
    """A histogram of durations."""

    def __init__(self) -> None:
        self.counts = [0] * (len(STEPS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """Count a duration."""
        place = sum(seconds > step for step in STEPS)
        self.counts[place] += 1
        self.total += seconds

    def lines(self, name: str) -> list[str]:
        """Return the samples: how many were at most each step."""
        lines = []
        reached = 0
        for step, count in zip((*STEPS, "+Inf"), self.counts, strict=True):
            reached += count
            lines.append(f'{name}_bucket{{le="{step}"}} {reached}')
        return [*lines, f"{name}_sum {self.total!r}", f"{name}_count {reached}"]


class Metrics:
    """What is counted. Each attribute is changed by one thread alone."""

    def __init__(self) -> None:
        # by the thread that writes the journal
        self.observations = 0
        self.expected = 0  # features of times to come
        self.repeated = 0  # observations that were known already, with the same value
        self.refused = 0
        self.commits = Histogram()
        self.failed_commits = 0
        self.snapshots = 0
        self.models = 0  # that were loaded while the service ran
        # by the event loop
        self.requests: Counter[int] = Counter()  # by status
        self.latency = Histogram()

    def text(self, gauges: dict[str, float]) -> str:
        """Return all samples.

        Args:
            gauges: further values by the ends of their names.

        """
        counters: dict[str, float] = {
            "observations_total": self.observations,
            "expected_features_total": self.expected,
            "repeated_observations_total": self.repeated,
            "refused_observations_total": self.refused,
            "failed_commits_total": self.failed_commits,
            "snapshots_total": self.snapshots,
            "models_loaded_total": self.models,
        }
        lines: list[str] = []
        for name, value in counters.items():
            lines += _family(name, "counter", [f"statecast_{name} {value}"])
        for name, value in gauges.items():
            lines += _family(name, "gauge", [f"statecast_{name} {value!r}"])
        by_status = sorted(self.requests.items())
        samples = [f'statecast_requests_total{{status="{key}"}} {n}' for key, n in by_status]
        lines += _family("requests_total", "counter", samples)
        for name, seconds in (("commit", self.commits), ("request", self.latency)):
            full = f"{name}_seconds"
            lines += _family(full, "histogram", seconds.lines(f"statecast_{full}"))
        return "\n".join([*lines, ""])


def _family(name: str, kind: str, samples: Iterable[str]) -> list[str]:
    return [f"# TYPE statecast_{name} {kind}", *samples]
