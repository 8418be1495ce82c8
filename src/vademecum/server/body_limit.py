"""Refuses bodies that are too large, also those that do not say how large they are.

Use: `app.add_middleware(BodyLimit, max_bytes=10_000_000, uploads={"/v1/ingest": 500_000_000})`.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Counts what comes in.

    Args:
        app: What is behind it; it turns the exception into an answer.
        max_bytes: Largest body.
        uploads: Largest body of paths that take files.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, uploads: Mapping[str, int]) -> None:
        self._app, self._max_bytes, self._uploads = app, max_bytes, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; reading more than may come raises 413."""
        came = 0
        most = self._uploads.get(scope.get("path", ""), self._max_bytes)

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > most:
                raise HTTPException(413, f"The body is larger than {most:,} bytes.")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
