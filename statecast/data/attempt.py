"""One try to read a source: what it may take, and why it brought no bytes."""

from typing import NamedTuple

WHOLE = 20  # a whole try may take so many times as long as one read of it
CHUNK = 1 << 16  # bytes read at a time


class Limits(NamedTuple):
    """What one try may take."""

    timeout: float  # seconds for a connection, and for each read
    max_bytes: int  # unpacked

    @property
    def seconds(self) -> float:
        """Return what the whole try may take."""
        return WHOLE * self.timeout


class FailureError(Exception):
    """Say why a try brought no bytes.

    Args:
        reason: in one line.
        may_pass: whether a later try may bring them.
        wait: seconds after which the server wants to be asked again; 0: it did not say.

    """

    def __init__(self, reason: str, *, may_pass: bool = False, wait: float = 0) -> None:
        super().__init__(reason)
        self.may_pass = may_pass
        self.wait = wait


class Collected:
    """The bytes read so far, which are never more than the limit."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._content = bytearray()

    def add(self, chunk: bytes) -> None:
        """Add bytes.

        Raises:
            FailureError: they are too many.

        """
        self.expect(len(self._content) + len(chunk))
        self._content += chunk

    def expect(self, count: int) -> None:
        """Check how many bytes there will be in all.

        Raises:
            FailureError: they are too many.

        """
        most = self._limits.max_bytes
        if count > most:
            raise FailureError(f"it has more than {most} bytes (`max_bytes`)")

    def content(self) -> bytes:
        """Return all bytes."""
        return bytes(self._content)
