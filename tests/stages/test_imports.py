"""What a stage does not import, and so does not wait for."""

import subprocess
import sys

import pytest

from tests.support.project import ROOT


def imports(stage: str, package: str) -> bool:
    """Return whether a stage imports a package before it begins."""
    code = f"import sys, stages.{stage}; sys.exit({package!r} in sys.modules)"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode != 0


@pytest.mark.parametrize(
    "stage",
    ["download", "difference", "frame", "scale", "baseline", "train", "rebatch", "evaluate"],
)
@pytest.mark.slow
def test_stage_does_not_import_tensorflow(stage: str) -> None:
    assert not imports(stage, "tensorflow")


def test_evaluate_does_not_import_statsforecast() -> None:
    assert not imports("evaluate", "statsforecast")
