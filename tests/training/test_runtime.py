"""What the import of TensorFlow leaves behind in the process."""

import sys

from statecast.training import runtime


def test_packages_that_were_hidden_from_keras_can_be_imported() -> None:
    hidden = [name for name in runtime.UNUSED if sys.modules.get(name, sys) is None]
    assert hidden == []
