"""Routes of this program itself: ask, search, documents, health.

Use: `app.include_router(router)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from vademecum import __version__
from vademecum.server.errors import NotFoundError
from vademecum.server.requests import AskRequest, SearchRequest
from vademecum.server.state import State, state_of
from vademecum.server.streaming import DONE, answer_events, event_stream
from vademecum.values import Answer

router = APIRouter(tags=["Vademecum"])
_AROUND = 600


@router.get("/healthz")
def health(request: Request) -> dict[str, Any]:
    """Say that the models are loaded, and what is stored."""
    status = state_of(request).workspace.status()
    return {"status": "ok", "version": __version__, **{key: status[key] for key in ("documents", "chunks")}}


@router.post("/v1/ask")
async def ask(asked: AskRequest, request: Request) -> Any:
    """Answer a question from the documents; with `stream`, sentence by sentence and the answer at last."""
    state = state_of(request)
    if asked.stream:
        return event_stream(lambda: _events(state, asked), state.gate)
    state.gate.check()
    async with state.gate:
        answer = await run_in_threadpool(state.workspace.ask, asked.question, where=asked.where)
    return answer.to_dict()


def _events(state: State, asked: AskRequest) -> Iterator[Mapping[str, Any] | str]:
    for told in answer_events(state.workspace, asked.question, where=asked.where):
        yield {"answer": told.to_dict()} if isinstance(told, Answer) else {"text": told}
    yield DONE


@router.post("/v1/search")
async def search(asked: SearchRequest, request: Request) -> dict[str, Any]:
    """Return the passages that answer a query best, best first."""
    state = state_of(request)
    state.gate.check()
    async with state.gate:
        hits = await run_in_threadpool(
            state.workspace.search,
            asked.query,
            top_k=asked.top_k,
            where=asked.where,
            by_document=asked.by_document,
        )
    return {"hits": [hit.to_dict() for hit in hits]}


@router.get("/v1/documents")
def documents(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    """Return what is stored, by source, a page at a time."""
    found, total = state_of(request).workspace.list_documents(limit=limit, offset=offset)
    return {"total": total, "documents": found}


@router.get("/v1/documents/{name}")
def document(
    name: str,
    request: Request,
    start: Annotated[int, Query(ge=0)] = 0,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> dict[str, Any]:
    """Return a stored document's text; with `start` and `end`, the quote between them and what is around it.

    Offsets are characters of the stored text.
    """
    found = state_of(request).workspace.documents([name]).get(name)
    if found is None:
        raise NotFoundError(f"there is no document '{name}'. GET /v1/documents lists them.")
    about = {
        "id": name,
        "source": found.source,
        "title": found.title,
        "media_type": found.media_type,
        "characters": len(found.text),
    }
    if end is None:
        return about | {"start": start, "text": found.text[start:]}
    quote = found.text[start:end]
    return about | {
        "start": start,
        "quote": quote,
        "before": found.text[max(0, start - _AROUND) : start],
        "after": found.text[end : end + _AROUND],
        "location": found.locate(start, min(end, len(found.text))).to_dict() if quote else None,
    }
