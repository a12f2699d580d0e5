"""Every error of the service as one sentence of JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from statecast.base.errors import one_line, shortened, shown
from statecast.base.mistakes import KINDS
from statecast.service.limits import SECONDS_OF_BODY
from statecast.service.refusal import INVALID, UNAVAILABLE, RefusedError

OF_STATUS = {
    400: "the body must be JSON that can be read",
    404: "there is no such address; /docs lists them",
    405: "the address takes other methods; /docs lists them",
    408: f"the body must arrive within {SECONDS_OF_BODY} seconds",
}
WHOLE = {
    "missing": "{where} must be given",
    "json_invalid": OF_STATUS[400],
    "extra_forbidden": "{where} must not be given, it is no key here",
    "model_attributes_type": "{where} must be an object with keys",
    "lengths": "features must have equally many values of each column",
    "list_type": "{where} must be an object with keys, or a list of them",
}
MUST = {"ds": "be an integer or a time such as 2024-01-31"}
BRANCHES = ("OneObservation", "OneExpectation", "constrained-int", "constrained-str")  # of a union
NO_JSON = "the header Content-Type must be application/json"  # curl -d alone says it is a form
FAILED = "something went wrong here; the log of the service says what"


def add_sentences(app: FastAPI) -> None:
    """Let an application answer every error by one sentence."""
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_status)
    app.add_exception_handler(Exception, _failed)


def sentence(text: str, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an answer of one sentence.

    Args:
        text: what must hold and what was found.
        status: of HTTP.
        headers: further ones.

    """
    line = shortened(one_line(text)).replace("`", "").encode(errors="replace").decode()
    return JSONResponse({"detail": line}, status, headers=dict(headers or {}))


async def _refused(_: Request, error: Exception) -> JSONResponse:
    status = error.status if isinstance(error, RefusedError) else INVALID
    headers = {"Retry-After": "1"} if status == UNAVAILABLE else {}
    return sentence(str(error), status, headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    mistakes = error.errors() if isinstance(error, RequestValidationError) else []
    return sentence(_in_words(mistakes), INVALID)


async def _of_status(_: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else INVALID
    headers = error.headers if isinstance(error, HTTPException) else None
    return sentence(OF_STATUS.get(status, FAILED), status, headers)


async def _failed(_: Request, __: Exception) -> JSONResponse:
    return sentence(FAILED, 500)


def _in_words(mistakes: Sequence[Any]) -> str:
    """Return the mistake that came farthest: of one observation or many, the one that was meant."""
    first = max(reversed(mistakes), key=lambda mistake: len(mistake["loc"]))
    if isinstance(first["input"], bytes):  # a body that is not read at all
        return NO_JSON
    place, *path = first["loc"]
    names = [_name(part) for part in path if part not in BRANCHES and "[" not in str(part)]
    where = " ".join(names) or f"the {place}"
    kind = first["type"]
    if kind in WHOLE:
        return WHOLE[kind].format(where=where)
    known = names[-1] if names else ""
    must = MUST.get(known) or KINDS.get(kind, "be what /docs says").format(**first.get("ctx", {}))
    return f"{where} must {must}, got {shown(first['input'])}"


def _name(part: object) -> str:
    return f"row {part + 1}" if isinstance(part, int) else str(part)
