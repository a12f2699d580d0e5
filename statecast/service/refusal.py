"""Why a request is refused: one sentence and a status of HTTP."""

from statecast.base.errors import StatecastError

UNKNOWN = 404
CONFLICT = 409  # with what is known already
INVALID = 422
FULL = 507
UNAVAILABLE = 503  # a later try may succeed


class RefusedError(StatecastError):
    """A request cannot be answered; nothing was changed.

    Args:
        sentence: what must hold and what was found.
        status: of HTTP.

    """

    def __init__(self, sentence: str, status: int = CONFLICT) -> None:
        super().__init__(sentence)
        self.status = status
