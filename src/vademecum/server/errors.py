"""Errors as HTTP answers in the shape of OpenAI's API, so that its clients raise their own exceptions.

Use: `install(app)`.
"""

from __future__ import annotations

import logging
import math
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from vademecum.errors import (
    BusyError,
    DeniedError,
    InputError,
    InternalError,
    LimitError,
    NotFoundError,
    ProviderError,
    VademecumError,
)

RETRY_AFTER_S = 2
_log = logging.getLogger(__name__)


class FullError(LimitError):
    """More requests than are taken.

    Args:
        message: What is full.
        retry_after_s: When to try again, in seconds.
    """

    code = "queue-full"

    def __init__(self, message: str, *, retry_after_s: float = RETRY_AFTER_S) -> None:
        super().__init__(message)
        self.retry_after_s = math.ceil(retry_after_s)


class NoKeyError(InputError):
    """A request without a key that opens the server."""

    code = "invalid_api_key"


class UnknownModelError(InputError):
    """A model this server does not offer."""

    code = "model_not_found"


_STATUSES: tuple[tuple[type[VademecumError], int], ...] = (
    (FullError, 429),
    (NoKeyError, 401),
    (DeniedError, 403),
    (UnknownModelError, 404),
    (NotFoundError, 404),
    (BusyError, 409),
    (InputError, 400),
    (LimitError, 400),
    (ProviderError, 502),
    (InternalError, 500),
)
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def error_status(error: VademecumError) -> int:
    """Return the HTTP status of an error."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def error_body(error: VademecumError) -> dict[str, Any]:
    """Return an error as OpenAI's API words it."""
    param = "model" if isinstance(error, UnknownModelError) else None
    return _body(str(error), error_status(error), code=error.code, param=param)


def error_response(error: VademecumError) -> JSONResponse:
    """Return an error as a response, with the headers that go with it."""
    headers = {}
    if isinstance(error, FullError):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, NoKeyError):
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(error_body(error), error_status(error), headers=headers)


def install(app: FastAPI) -> None:
    """Make an app answer errors in this shape."""

    @app.exception_handler(VademecumError)
    def on_error(request: Request, error: VademecumError) -> JSONResponse:
        if error_status(error) >= 500:
            _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return error_response(error)

    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        places = [
            (".".join(str(part) for part in one["loc"][1:]) or "body", str(one["msg"]))
            for one in error.errors()
        ]
        words = "; ".join(f"{place}: {message}" for place, message in places)
        return JSONResponse(_body(words, 400, code="invalid_request", param=places[0][0]), 400)

    @app.exception_handler(HTTPException)
    def on_http(request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse(_body(str(error.detail), error.status_code, code=None), error.status_code)

    @app.exception_handler(Exception)
    def on_defect(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return JSONResponse(_body("The server failed; its log says why.", 500, code="internal"), 500)


def _body(message: str, status: int, *, code: str | None, param: str | None = None) -> dict[str, Any]:
    kind = _TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
