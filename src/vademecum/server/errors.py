"""Errors as HTTP answers in the shape of OpenAI's API, so that its clients raise their own exceptions.

Use: `install(app)`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from vademecum.errors import (
    BusyError,
    InputError,
    InternalError,
    LimitError,
    ProviderError,
    VademecumError,
)

RETRY_AFTER_S = 2
_log = logging.getLogger(__name__)


class FullError(LimitError):
    """The queue before the models is full."""

    code = "queue-full"


class UnknownModelError(InputError):
    """A model this server does not offer."""

    code = "model_not_found"


class NotFoundError(InputError):
    """A document that is not stored."""

    code = "not_found"


_STATUSES: tuple[tuple[type[VademecumError], int], ...] = (
    (FullError, 429),
    (UnknownModelError, 404),
    (NotFoundError, 404),
    (BusyError, 409),
    (InputError, 400),
    (LimitError, 400),
    (ProviderError, 502),
    (InternalError, 500),
)
_TYPES = {400: "invalid_request_error", 404: "invalid_request_error", 429: "rate_limit_error"}


def error_status(error: VademecumError) -> int:
    """Return the HTTP status of an error."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def error_body(error: VademecumError) -> dict[str, Any]:
    """Return an error as OpenAI's API words it."""
    param = "model" if isinstance(error, UnknownModelError) else None
    return _body(str(error), error_status(error), code=error.code, param=param)


def install(app: FastAPI) -> None:
    """Make an app answer errors in this shape."""

    @app.exception_handler(VademecumError)
    def on_error(request: Request, error: VademecumError) -> JSONResponse:
        status = error_status(error)
        if status >= 500:
            _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return _response(error_body(error), status)

    @app.exception_handler(RequestValidationError)
    def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        places = [
            (".".join(str(part) for part in one["loc"][1:]) or "body", str(one["msg"]))
            for one in error.errors()
        ]
        words = "; ".join(f"{place}: {message}" for place, message in places)
        return _response(_body(words, 400, code="invalid_request", param=places[0][0]), 400)

    @app.exception_handler(HTTPException)
    def on_http(request: Request, error: HTTPException) -> JSONResponse:
        return _response(_body(str(error.detail), error.status_code, code=None), error.status_code)

    @app.exception_handler(Exception)
    def on_defect(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return _response(_body("The server failed; its log says why.", 500, code="internal"), 500)


def _body(message: str, status: int, *, code: str | None, param: str | None = None) -> dict[str, Any]:
    kind = _TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _response(body: Mapping[str, Any], status: int) -> JSONResponse:
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 429 else None
    return JSONResponse(body, status, headers=headers)
