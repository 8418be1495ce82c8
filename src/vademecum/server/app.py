"""The app: routes, errors and limits over one workspace whose models are loaded at the start.

Use: `create_app(vademecum.open("notes"))`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from vademecum import __version__
from vademecum.monitor.metrics import Metrics
from vademecum.server import errors, metrics_api, native, openai_api, talk_api
from vademecum.server.body_limit import BodyLimit
from vademecum.server.caller import Doorkeeper
from vademecum.server.gate import Gate
from vademecum.server.metrics_api import readings
from vademecum.server.observed import Observed
from vademecum.server.own_origin import OwnOrigin
from vademecum.server.page import Page
from vademecum.server.state import State
from vademecum.server.tools import Tools
from vademecum.workspace import Workspace

RUNNING = 4
WAITING = 32
MAX_BODY_BYTES = 10_000_000
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def create_app(
    workspace: Workspace,
    *,
    running: int = RUNNING,
    waiting: int = WAITING,
    per_minute: int = 0,
    hosts: tuple[str, ...] = LOOPBACK,
    page_at_once: bool = False,
) -> FastAPI:
    """Return the server of a workspace.

    Args:
        workspace: What is served; the caller closes it.
        running: Requests that are worked on at once.
        waiting: Requests that may wait; more are answered 429 with Retry-After.
        per_minute: Requests a user may send in any minute; 0 for as many as they like.
        hosts: Names by which it may be called; a page of another name is refused, whatever it resolves to.
        page_at_once: Load the web page right after the start; else when somebody comes to see it.
    """

    metrics = Metrics(read=lambda: readings(state))
    state = State(
        workspace=workspace,
        metrics=metrics,
        gate=Gate(running=running, waiting=waiting, on_wait=metrics.waited),
        chat_name=workspace.chat_name(),
        embedder_name=workspace.model_name("embedder", workspace.config.models.embed),
    )
    tools = Tools(state)
    page = Page(state)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(workspace.load_models)
        workspace.watchers.append(metrics.watch)
        async with tools.open(), page.open(at_once=page_at_once):
            yield
        workspace.watchers.remove(metrics.watch)

    app = FastAPI(
        title="Vademecum",
        version=__version__,
        summary="Answers from your own documents, each with verbatim evidence.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.vademecum = state
    errors.install(app)
    app.add_middleware(
        BodyLimit,
        max_bytes=MAX_BODY_BYTES,
        uploads={"/v1/ingest": workspace.config.ingest.max_file_mb * 1_000_000},
    )
    app.add_middleware(Doorkeeper, state=workspace.state, per_minute=per_minute)
    app.add_middleware(OwnOrigin)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(Observed, metrics=metrics)
    app.include_router(openai_api.router)
    app.include_router(native.router)
    app.include_router(talk_api.router)
    app.include_router(metrics_api.router)
    app.router.routes.append(Route("/mcp", tools))
    app.mount("/", page)
    return app
