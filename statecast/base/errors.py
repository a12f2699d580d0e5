"""The one error that a user's mistake raises."""


class StatecastError(ValueError):
    """Say in one line what must hold, what was found, and in which key, file or row."""


def require(holds: bool, where: str, what: str, found: object) -> None:
    """Raise ``where must what, got found`` unless it holds."""
    if not holds:
        raise StatecastError(f"{where} must {what}, got {found}")
