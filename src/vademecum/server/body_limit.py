"""Refuses bodies that are too large, also those that do not say how large they are.

Use: `app.add_middleware(BodyLimit, max_bytes=10_000_000)`.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Counts what comes in.

    Args:
        app: What is behind it; it turns the exception into an answer.
        max_bytes: Largest body.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app, self._max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; reading more than may come raises 413."""
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._max_bytes:
                raise HTTPException(413, f"The body is larger than {self._max_bytes:,} bytes.")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
