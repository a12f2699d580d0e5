"""A folder with the shipped series and params, in which stages run."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from statecast.base.errors import StatecastError
from statecast.base.files import read_json
from statecast.base.keys import with_values
from statecast.pipeline import read_pipeline, run_stages

ROOT = Path(__file__).parents[2]
TINY = {
    "train.repeats": 2,
    "train.epochs": 3,
    "train.interval_folds": 0,
}  # enough to run every line
QUICK = ["persistence", "ridge"]  # baselines; the others take seconds to import
STAGES = read_pipeline(ROOT / "dvc.yaml")


class Project:
    """A folder with the shipped series and params.

    Stages run in it as commands, or in this process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shipped: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text())
        self.params = with_values(shipped, {**TINY, "baseline.methods": QUICK})
        shutil.copytree(ROOT / "data" / "source", folder / "data" / "source", dirs_exist_ok=True)
        self._write_params()

    def set(self, **values: object) -> None:
        """Set keys, with two underscores for the dot: ``train__epochs=5``."""
        self.set_keys({key.replace("__", "."): value for key, value in values.items()})

    def set_keys(self, values: dict[str, object]) -> None:
        """Set keys by their dotted names."""
        self.params = with_values(self.params, values)
        self._write_params()

    def source(self, content: str | bytes) -> None:
        """Write a source file and make it the project's."""
        path = self.folder / "data" / "source" / "own.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.set(download__source="own.csv")

    def use_sales(self, **frame: object) -> None:
        """Make sales.csv the source and its price an input, with other keys of ``frame``."""
        download = {
            "download.source": "sales.csv",
            "download.time_column": "week",
            "download.value_column": "sales",
        }
        keys = {"features": ["price"], **frame}
        self.set_keys({**download, **{f"frame.{key}": value for key, value in keys.items()}})

    def call(self, *names: str) -> None:
        """Run some stages in this process; a mistake raises StatecastError."""
        wanted = [stage for stage in STAGES if stage.module.removeprefix("stages.") in names]
        run_stages(wanted, self.folder, self.params)

    def run_all(self) -> None:
        """Run the whole pipeline in this process, where TensorFlow is imported once."""
        run_stages(STAGES, self.folder, self.params)

    def command(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a stage as dvc.yaml does, which gives no arguments."""
        return subprocess.run(
            [sys.executable, "-m", f"stages.{name}", *arguments],
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def fails(self, name: str) -> str:
        """Run a stage that must fail in one line, with status 1; return the line.

        No part of a file may be left.
        """
        result = self.command(name)
        assert result.returncode == 1, result.stderr
        line = result.stderr.strip().splitlines()[-1]
        assert line.startswith("error: ")
        assert "Traceback" not in result.stderr
        assert not list(self.folder.rglob("*.part"))
        return line

    def refuses(self, name: str) -> str:
        """Run a stage in this process, where it must stop in one line; return the line.

        No part of a file may be left.
        """
        with pytest.raises(StatecastError) as said:
            self.call(name)
        assert "\n" not in str(said.value)
        assert not list(self.folder.rglob("*.part"))
        return str(said.value)

    def table(self, path: str) -> pd.DataFrame:
        """Return a CSV file of the folder."""
        return pd.read_csv(self.folder / path)

    def json(self, path: str) -> dict[str, Any]:
        """Return a JSON file of the folder."""
        return read_json(self.folder / path)

    def _write_params(self) -> None:
        text = yaml.safe_dump(self.params, sort_keys=False)
        (self.folder / "params.yaml").write_text(text)
