"""Garbage collection and plugins, which a short process need not have."""

import subprocess
import sys

import pytest

from tests.support.project import ROOT


@pytest.mark.parametrize(
    ("argument", "printed"),
    [("-m", "False True __all__"), ("-c", "True False None")],
    ids=["command", "import"],
)
def test_only_a_stage_that_is_a_command_does_without_garbage_collection_and_plugins(
    argument: str, printed: str
) -> None:
    program = f"""
import atexit, gc, os, sys

def say():
    plugins = os.environ.get("PYDANTIC_DISABLE_PLUGINS")
    print(gc.isenabled(), gc.get_freeze_count() > 0, plugins)

atexit.register(say)  # the last to be called
sys.argv[0] = {argument!r}
import stages
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == printed
