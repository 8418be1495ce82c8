"""The web page at `/`: what is shown before it is there, and what of Gradio is let through.

Gradio takes seconds to load, so it is loaded beside the running server; until then a page says so and asks
again. Of Gradio's many routes only those that the page needs are open: files are taken by the API, where
roles and sizes are checked.
Use: `page = Page(state)`, then `app.mount("/", page)` and `async with page.open(): ...`.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vademecum.server.caller import Caller
from vademecum.server.desk import PageDesk
from vademecum.server.state import State
from vademecum.ui import early

_log = logging.getLogger(__name__)
_building = threading.Lock()
"""Gradio knows one page that is being built in a process."""
_OPEN = {
    "GET": re.compile(r"/(|theme\.css|(assets|static)/.+)"),
    "POST": re.compile(r"/gradio_api/run/predict"),
}
_HEARTBEAT = "/gradio_api/heartbeat/"
_SCRIPT = re.compile(rb"<script(?=[\s>])")
_META = re.compile(rb"\s*<(?:meta\s+(?:property|name)=\"(?:og|twitter):[^>]*|link rel=\"manifest\"[^>]*)>")
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'{more}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'none'"
)
_EVAL = " 'unsafe-eval'"
"""Gradio makes its templates by evaluating text of its own; scripts in a document still have no nonce."""


class Page:
    """Serves the page.

    Args:
        state: The server.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._app: ASGIApp | None = None
        self._wanted = asyncio.Event()
        self._failed = ""

    @asynccontextmanager
    async def open(self, *, at_once: bool) -> AsyncIterator[None]:
        """Look after the page while the block runs.

        Args:
            at_once: Load Gradio right away; else when somebody comes to see the page.
        """
        if at_once:
            self._wanted.set()
        loading = asyncio.create_task(self._load())
        try:
            yield
        finally:
            loading.cancel()  # a thread that loads Gradio is left to itself
            await asyncio.gather(loading, return_exceptions=True)

    async def _load(self) -> None:
        await self._wanted.wait()
        try:
            self._app = await run_in_threadpool(_load, self._state)
        except Exception as error:  # whatever it is, the API goes on without the page
            _log.exception("the page cannot be shown")
            self._failed = f"{type(error).__name__}: {error}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for the page or one of its files."""
        if scope["type"] != "http":
            return
        method, path = scope["method"], scope["path"]
        if path.startswith(_HEARTBEAT):
            # Nothing is kept for a visit, and a stream that stays open would hold up the server's end.
            await Response(status_code=204)(scope, receive, send)
            return
        if path == "/favicon.ico":
            await Response(early.icon(), media_type="image/svg+xml")(scope, receive, send)
            return
        allowed = _OPEN.get("GET" if method == "HEAD" else method)
        if allowed is None or not allowed.fullmatch(path):
            raise HTTPException(404, f"there is nothing at {path}. /openapi.json lists what there is.")
        if path == "/":
            await (await self._front(scope))(scope, receive, send)
        elif self._app is None:
            raise HTTPException(503, "the page is starting. Try again in a few seconds.")
        else:
            await self._app(scope, receive, _plain(send))

    async def _front(self, scope: Scope) -> Response:
        nonce = secrets.token_urlsafe(16)
        caller: Caller = scope["state"]["caller"]
        self._wanted.set()
        if not caller.known:
            return _html(early.login_page(nonce), nonce)
        if self._app is None:
            return _html(early.starting_page(nonce, failed=self._failed), nonce)
        page = await _answer(self._app, scope)
        page = _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), _META.sub(b"", page))
        return _html(page.replace(b"</head>", early.head(nonce).encode() + b"</head>", 1), nonce, more=_EVAL)


def _load(state: State) -> ASGIApp:
    """Return the page's app; this takes seconds. Gradio's start, which begins its queue, is left out."""
    import gradio as gr

    from vademecum.ui.page import build_page, page_theme

    def desk_of(scope: Mapping[str, Any]) -> PageDesk:
        return PageDesk(state, scope["state"]["caller"])

    async def build() -> FastAPI:  # Gradio makes locks, which want a loop
        blocks = build_page(desk_of, max_mb=state.workspace.config.ingest.max_file_mb)
        app: FastAPI = gr.mount_gradio_app(
            FastAPI(openapi_url=None),
            blocks,
            path="/",
            theme=page_theme(),
            footer_links=[],
            run_history=False,
            ssr_mode=False,
        )
        return app

    with _building:
        return asyncio.run(build())


async def _answer(app: ASGIApp, scope: Scope) -> bytes:
    """Return the body an app answers a request with, not compressed."""
    body = bytearray()
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]

    async def collect(message: Message) -> None:
        body.extend(message.get("body", b""))

    request = Request(scope)
    await app({**scope, "method": "GET", "headers": headers}, request.receive, collect)
    return bytes(body)


def _html(page: str | bytes, nonce: str, *, more: str = "") -> HTMLResponse:
    headers = {
        "Content-Security-Policy": _POLICY.format(nonce=nonce, more=more),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return HTMLResponse(page, headers=headers)


def _plain(send: Send) -> Send:
    """Return a sender that tells browsers to take files for what they are said to be."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["X-Content-Type-Options"] = "nosniff"
        await send(message)

    return sending
