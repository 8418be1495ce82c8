"""Refuses what a web page of somebody else sends: browsers let any page post forms to any address.

Use: `app.add_middleware(OwnOrigin)`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class OwnOrigin:
    """Lets requests through that name no origin, or the server's own.

    Args:
        app: What is behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403."""
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            words = f"requests from pages of {origin} are not taken."
            error = {"message": words, "type": "invalid_request_error", "param": None, "code": "origin"}
            await JSONResponse({"error": error}, 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)
