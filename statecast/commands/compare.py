"""Compare the repeats of two experiments: python -m statecast.commands.compare EXP1 EXP2.

Each is the name of a DVC experiment, a Git revision, or ``workspace``.
"""

import io
import sys

import numpy as np
import pandas as pd
import yaml

from statecast.base.errors import StatecastError
from statecast.evaluation.comparison import Sample, compare, differing, verdict


def read_text(path: str, revision: str) -> str:
    """Return a file of a revision; StatecastError for an unknown revision or a file that it does not have."""
    import dvc.api
    from dvc.exceptions import DvcException

    try:
        return str(dvc.api.read(path, rev=None if revision == "workspace" else revision))
    except (DvcException, OSError) as error:
        reason = " ".join(str(error).split())
        raise StatecastError(f"{revision} must be an experiment with {path}, got: {reason}") from None


def sample_of(revision: str) -> Sample:
    """Return the RMSE of each repeat."""
    table = pd.read_csv(io.StringIO(read_text("plots/rmse.csv", revision)))
    return Sample(table["seed"].to_numpy(np.int64), table["rmse"].to_numpy(float))


def report(first: str, second: str) -> list[str]:
    """Return the lines that the command prints."""
    samples = [sample_of(name) for name in (first, second)]
    params = [yaml.safe_load(read_text("params.yaml", name)) for name in (first, second)]
    found = compare(*samples)
    changes = [f"  {key}: {one} -> {other}" for key, one, other in differing(*params)]
    figures = [
        f"  {name}: mean {one.rmse.mean():.3f}, std {one.rmse.std(ddof=1):.3f}, n {len(one.rmse)}"
        for name, one in zip((first, second), samples, strict=True)
    ]
    how = "paired by seed" if found.paired else "not paired: the seeds differ"
    return [
        "params that differ",
        *(changes or ["  none"]),
        "RMSE of the repeats, test rows",
        *figures,
        f"  Welch p {found.welch:.3g}, Mann-Whitney p {found.mann_whitney:.3g}",
        f"  difference {found.difference:.3f}, 95 % bootstrap interval {found.low:.3f} to {found.high:.3f} ({how})",
        verdict(found, first, second),
    ]


def main(arguments: list[str]) -> None:
    """Print the comparison of two experiments."""
    if len(arguments) != 2:
        sys.exit("usage: python -m statecast.commands.compare EXP1 EXP2")
    try:
        sys.stdout.write("\n".join(report(*arguments)) + "\n")
    except StatecastError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
