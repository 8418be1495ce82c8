"""Routes of this program itself: ask, search, documents, health.

Use: `app.include_router(router)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, UploadFile
from starlette.concurrency import run_in_threadpool

from vademecum import __version__
from vademecum.errors import NotFoundError
from vademecum.server import asking
from vademecum.server.caller import Caller, caller_of
from vademecum.server.requests import AskRequest, SearchRequest, ShareRequest
from vademecum.server.state import Limit, Name, Offset, State, state_of, view_of
from vademecum.server.streaming import DONE, Result, answered, event_stream, told_by
from vademecum.server.uploads import ingest_uploads, save_upload
from vademecum.sharing import remove, share
from vademecum.values import Answer, IngestSummary, Progress, parse_readers

router = APIRouter(tags=["Vademecum"])
_AROUND = 600


@router.get("/healthz")
def health(request: Request) -> dict[str, Any]:
    """Say that the models are loaded, and to who may know how much is stored."""
    about = {"status": "ok", "version": __version__}
    if not caller_of(request).known:
        return about
    documents, chunks = view_of(request).counts()
    return about | {"documents": documents, "chunks": chunks}


@router.post("/v1/ask")
async def ask(asked: AskRequest, request: Request) -> Any:
    """Answer a question from the documents; with `stream`, sentence by sentence and the answer at last."""
    state, caller = state_of(request), caller_of(request)
    if asked.stream:
        return event_stream(lambda: _events(state, caller, asked), state.gate)
    return await answered(
        request,
        state.gate,
        lambda: asking.ask(state, caller, asked.question, where=asked.where).to_dict(),
    )


def _events(state: State, caller: Caller, asked: AskRequest) -> Iterator[Mapping[str, Any] | str]:
    def work(tell: Callable[[str], None]) -> Answer:
        return asking.ask(state, caller, asked.question, where=asked.where, tell=tell)

    for told in told_by(work):
        yield {"answer": told.value.to_dict()} if isinstance(told, Result) else {"text": told}
    yield DONE


@router.post("/v1/ingest")
async def ingest(
    files: list[UploadFile],
    request: Request,
    readers: Annotated[list[str] | None, Form()] = None,
    stream: Annotated[bool, Form()] = False,
) -> Any:
    """Store files and read them in; with `stream`, told as it goes on. What cannot be read is named.

    `readers` says who else may read them: "everyone", "nobody", "group:NAME", "user:NAME". A reading that has
    begun goes on when the client goes away.
    """
    state, caller = state_of(request), caller_of(request)
    caller.require("editor")
    known = parse_readers(readers) if readers else None
    folder = state.workspace.uploads(caller.user)
    paths = [await run_in_threadpool(save_upload, folder, file.filename or "", file.file) for file in files]

    def work(tell: Callable[[Progress], None] | None = None) -> IngestSummary:
        return ingest_uploads(state, caller, paths, readers=known, tell=tell)

    def events() -> Iterator[Mapping[str, Any] | str]:
        for told in told_by(work, to_its_end=True):
            if isinstance(told, Result):
                yield {"summary": told.value.to_dict()}
            else:
                yield {"progress": asdict(told)}
        yield DONE

    if stream:
        return event_stream(events, state.gate)
    async with state.gate:
        return (await run_in_threadpool(work)).to_dict()


@router.post("/v1/search")
async def search(asked: SearchRequest, request: Request) -> dict[str, Any]:
    """Return the passages that answer a query best, best first."""
    state, caller = state_of(request), caller_of(request)
    async with state.gate:
        hits = await run_in_threadpool(asking.search, state, caller, asked)
    return {"hits": [hit.to_dict() for hit in hits]}


@router.get("/v1/documents")
def documents(
    request: Request,
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Return what is stored, by source, a page at a time."""
    found, total = view_of(request).list_documents(limit=limit, offset=offset)
    return {"total": total, "documents": found}


@router.get("/v1/documents/{name}")
def document(
    name: Name,
    request: Request,
    start: Offset = 0,
    end: Offset | None = None,
) -> dict[str, Any]:
    """Return a stored document's text; with `start` and `end`, the quote between them and what is around it.

    Offsets are characters of the stored text.
    """
    found = view_of(request).documents([name]).get(name)
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


@router.patch("/v1/documents/{name}")
def share_document(name: Name, given: ShareRequest, request: Request) -> dict[str, Any]:
    """Say who may read a document of one's own, and whatever else its file holds."""
    state, caller = state_of(request), caller_of(request)
    readers = parse_readers(given.readers)
    with state.ingesting:
        path = share(state.seen_by(caller), name, readers)
    shared = f"{PurePath(path).name}: {', '.join(readers) or 'nobody'}"
    state.workspace.state().audit.add("share", shared, user=caller.user)
    return {"id": name, "readers": list(readers)}


@router.delete("/v1/documents/{name}")
def remove_document(name: Name, request: Request) -> dict[str, Any]:
    """Delete an uploaded file of one's own with all it holds."""
    state, caller = state_of(request), caller_of(request)
    with state.ingesting:
        path = remove(state.seen_by(caller), name)
    state.workspace.state().audit.add("remove", PurePath(path).name, user=caller.user)
    return {"id": name, "deleted": True}
