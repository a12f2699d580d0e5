"""A service as a process of its own, and a plain client."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.project import ROOT

SECONDS = 30
MEANS = ("-m", "tests.support.serve_means")


class Running:
    """A process that serves, and its address."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        line = process.stdout.readline() if process.stdout else ""
        self.address = line.split(" ")[0]
        if not self.address.startswith("http"):
            raise RuntimeError(f"the service did not start: {line}")

    def get(self, path: str) -> Any:
        return json.loads(self.text(path))

    def text(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=SECONDS) as answer:  # noqa: S310
            return answer.read().decode()

    def post(self, path: str, body: object) -> tuple[int, Any]:
        request = urllib.request.Request(  # noqa: S310
            self.address + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


@contextmanager
def running(
    *arguments: object, program: Sequence[str] = MEANS, cwd: Path = ROOT
) -> Iterator[Running]:
    """Yield a service; it is killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, *program, *map(str, arguments)],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(cwd)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
