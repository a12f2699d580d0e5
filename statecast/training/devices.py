"""Devices of TensorFlow for programs that train at the same time, each on threads of its own.

XLA:CPU runs a large loop on the threads of its device. Programs of one device would wait for each
other there. More threads of a device are no way out: XLA:CPU splits kernels among them that are too
small for it, which takes twice as long.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock

from statecast.training.runtime import tf

Device = str | None  # None: where TensorFlow places a program by itself


def devices_of_cores() -> list[Device]:
    """Return the devices, one a core; only None where another user of TensorFlow came first."""
    if tf.config.list_logical_devices("GPU"):
        return [None]
    names = [device.name for device in tf.config.list_logical_devices("CPU")]
    return names if len(names) > 1 else [None]


def on_device(device: Device) -> AbstractContextManager[None]:
    """Let this thread run its programs on a device."""
    return nullcontext() if device is None else tf.device(device)


class Devices:
    """Which devices are in use."""

    def __init__(self) -> None:
        self._users: Counter[Device] = Counter()
        self._every = devices_of_cores()
        self._lock = Lock()

    @contextmanager
    def one(self, known: Device) -> Iterator[Device]:
        """Yield the device with the fewest users, and use it until the end.

        Args:
            known: the device that a program is compiled for; it can have no other.

        """
        with self._lock:
            device = known or min(self._every, key=self._users.__getitem__)
            self._users[device] += 1
        try:
            yield device
        finally:
            with self._lock:
                self._users[device] -= 1
