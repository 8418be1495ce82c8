"""Sees every request, before all other middleware: counts it, times it, and gives its call an id.

Use: `app.add_middleware(Observed, metrics=metrics)`, added last.
"""

from __future__ import annotations

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vademecum.monitor.metrics import UNMATCHED, Metrics
from vademecum.monitor.request import CURRENT, IncomingRequest


class Observed:
    """See the module. The answer's `x-request-id` is the id of the call's trace, by which it can be rated.

    Args:
        app: What is behind it.
        metrics: Where requests are counted.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = IncomingRequest(Headers(scope=scope).get("traceparent", ""))
        token = CURRENT.set(request)
        status: int | None = None

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request.trace_id
                headers["traceparent"] = request.traceparent
            await send(message)

        began = time.perf_counter()
        self._metrics.request_began(scope["method"])
        try:
            await self._app(scope, receive, answer)
        except Exception:
            status = status or 500  # answered further out
            raise
        finally:
            route = getattr(scope.get("route"), "path", UNMATCHED)
            self._metrics.request_ended(scope["method"], route, status, time.perf_counter() - began)
            CURRENT.reset(token)
