"""Tools for MCP clients, over HTTP at /mcp: ask, search, sources, ingest, feedback.

Use: `mcp_server(state)`.
"""

from __future__ import annotations

import io
from typing import Any, cast

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from vademecum import __version__
from vademecum.errors import VademecumError
from vademecum.server import asking
from vademecum.server.caller import Caller, caller_of
from vademecum.server.kept import rate
from vademecum.server.requests import FeedbackRequest, SearchRequest
from vademecum.server.state import State
from vademecum.server.uploads import ingest_uploads, save_upload
from vademecum.values.conversation import Feedback

_SOURCES = 100


def _caller(context: Context) -> Caller:
    return caller_of(cast("Request", context.request_context.request))


def mcp_server(state: State) -> MCPServer:
    """Return the tools of a workspace; each says in its description what a model has to know."""
    server: MCPServer = MCPServer(
        "vademecum",
        version=__version__,
        instructions=(
            "Answers from a person's own documents. Quote the citations word for word; when `answered` is"
            " false, say that the documents do not tell."
        ),
    )

    async def work(call: Any, *given: Any, **named: Any) -> Any:
        try:
            async with state.gate:
                return await run_in_threadpool(call, *given, **named)
        except VademecumError as error:
            raise ToolError(str(error)) from error

    @server.tool()
    async def ask(question: str, context: Context) -> dict[str, Any]:
        """Answer a question from the documents, with verbatim quotes, or say that they do not tell."""
        answer = await work(asking.ask, state, _caller(context), question)
        found: dict[str, Any] = answer.to_dict()
        del found["trace"]
        return found | {"trace_id": answer.trace.id}

    @server.tool()
    async def search(query: str, context: Context, top_k: int = 10) -> dict[str, Any]:
        """Return the passages that answer a query best, best first."""
        asked = SearchRequest(query=query, top_k=max(1, min(top_k, 100)))
        hits = await work(asking.search, state, _caller(context), asked)
        return {"hits": [hit.to_dict() for hit in hits]}

    @server.tool()
    async def sources(context: Context, offset: int = 0) -> dict[str, Any]:
        """List the stored documents, a hundred at a time."""
        found, total = await work(
            state.seen_by(_caller(context)).list_documents, limit=_SOURCES, offset=max(0, offset)
        )
        return {"total": total, "documents": found}

    @server.tool()
    async def ingest(name: str, text: str, context: Context) -> dict[str, Any]:
        """Store a text as a document of this file name, such as "notes.md", and read it in."""

        def store() -> dict[str, Any]:
            caller = _caller(context)
            caller.require("editor")
            path = save_upload(state.workspace.uploads(caller.user), name, io.BytesIO(text.encode()))
            return ingest_uploads(state, caller, [path]).to_dict()

        stored: dict[str, Any] = await work(store)
        return stored

    @server.tool()
    async def feedback(
        trace_id: str, context: Context, rating: int = 0, comment: str = "", correction: str = ""
    ) -> dict[str, Any]:
        """Keep what a person thinks of the answer with this trace_id: rating 1 good, -1 bad, 0 neither.

        `correction` is what the answer should have been.
        """
        try:
            given = FeedbackRequest(trace_id=trace_id, rating=rating, comment=comment, correction=correction)
        except ValidationError as error:
            raise ToolError(str(error)) from error
        kept = await work(rate, state, _caller(context), Feedback(**given.model_dump()))
        return {"trace_id": kept.trace_id, "rating": kept.rating}

    return server
