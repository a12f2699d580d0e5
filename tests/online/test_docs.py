"""The example of docs/online.md. Oracle: what its comments say."""

import re
import subprocess
import sys
import textwrap

from tests.support.project import ROOT, Project


def test_the_example_prints_what_its_comments_say(finished_project: Project) -> None:
    text = (ROOT / "docs" / "online.md").read_text(encoding="utf-8")
    start = text.index("    from statecast")
    example = textwrap.dedent(text[start : text.index("## What is computed")])
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=finished_project.folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = re.findall(r"^print.*# (.*)$", example, re.MULTILINE)
    assert done.stdout.splitlines() == expected
