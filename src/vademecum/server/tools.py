"""The tools at /mcp, loaded when the first client of theirs comes.

Their library takes most of a second to load, a quarter of the server's start.
Use: `tools = Tools(state)`, then `Route("/mcp", tools)` and `async with tools.open(): ...`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from vademecum.server.state import State

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer


class Tools:
    """Serves the tools.

    Args:
        state: The server.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._wanted = asyncio.Event()
        self._over = asyncio.Event()
        self._app: asyncio.Future[ASGIApp] | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Answer requests while the block runs."""
        self._app = asyncio.get_running_loop().create_future()
        running = asyncio.create_task(self._run(self._app))
        try:
            yield
        finally:
            self._over.set()
            self._wanted.set()
            await running

    async def _run(self, loaded: asyncio.Future[ASGIApp]) -> None:
        await self._wanted.wait()
        if self._over.is_set():
            loaded.cancel()
            return
        try:
            server = await run_in_threadpool(_load, self._state)
        except Exception as error:  # whatever it is, it is told to whoever asks
            loaded.set_exception(error)
            return
        app = server.streamable_http_app(stateless_http=True, json_response=True)
        async with server.session_manager.run():
            loaded.set_result(app)
            await self._over.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, the first one after the library is there."""
        assert self._app is not None, "open"
        self._wanted.set()
        app = await asyncio.shield(self._app)
        await app(scope, receive, send)


def _load(state: State) -> MCPServer:
    from vademecum.server.mcp_api import mcp_server

    return mcp_server(state)
