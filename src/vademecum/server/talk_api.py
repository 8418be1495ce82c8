"""Routes of what is kept: conversations, feedback, traces, what is remembered, and who called as whom.

Everybody sees their own; an owner sees everybody's traces and feedback.
Use: `app.include_router(router)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from vademecum.assistants import Conversations
from vademecum.assistants.wishes import checked_preference
from vademecum.server.caller import COOKIE, caller_of
from vademecum.server.errors import NoKeyError
from vademecum.server.kept import rate, record_of, whose
from vademecum.server.requests import (
    FactRequest,
    FeedbackRequest,
    LoginRequest,
    PreferenceRequest,
    SayRequest,
)
from vademecum.server.state import Limit, Name, Offset, state_of, view_of
from vademecum.server.streaming import DONE, Result, answered, event_stream, told_by
from vademecum.values.conversation import Feedback, Turn
from vademecum.values.style import PREFERENCES

router = APIRouter(prefix="/v1", tags=["Conversations"])


@router.post("/conversations")
async def say(asked: SayRequest, request: Request) -> Any:
    """Begin a conversation, or go on with one; with `stream`, sentence by sentence and the turn at last."""
    state, view = state_of(request), view_of(request)

    def work(tell: Callable[[str], None] | None = None) -> Turn:
        return Conversations(view).say(
            asked.text, conversation=asked.conversation, where=asked.where, on_text=tell
        )

    def events() -> Iterator[Mapping[str, Any] | str]:
        for told in told_by(work):
            yield {"turn": told.value.to_dict()} if isinstance(told, Result) else {"text": told}
        yield DONE

    if asked.stream:
        return event_stream(events, state.gate)
    return await answered(request, state.gate, lambda: work().to_dict())


@router.get("/conversations")
def conversations(request: Request, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Return the caller's conversations, the latest first."""
    found = _talks(request).list(limit=limit, offset=offset)
    return {"conversations": [one.to_dict() for one in found]}


@router.get("/conversations/{name}")
def conversation(name: Name, request: Request) -> dict[str, Any]:
    """Return a conversation of the caller with its turns."""
    found, turns = _talks(request).get(name)
    return found.to_dict() | {"turns": [turn.to_dict() for turn in turns]}


@router.delete("/conversations/{name}")
def forget_conversation(name: Name, request: Request) -> dict[str, Any]:
    """Forget a conversation of the caller."""
    _talks(request).delete(name)
    return {"id": name, "deleted": True}


@router.post("/feedback")
def give_feedback(given: FeedbackRequest, request: Request) -> dict[str, Any]:
    """Say what one thinks of an answer; the last word of a caller on an answer counts."""
    return rate(state_of(request), caller_of(request), Feedback(**given.model_dump())).to_dict()


@router.get("/feedback")
def feedback(request: Request, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Return feedback, the latest first."""
    kept = state_of(request).workspace.state().feedback
    found = kept.list(user=whose(caller_of(request)), limit=limit, offset=offset)
    return {"feedback": [one.to_dict() for one in found]}


@router.get("/traces")
def traces(request: Request, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """Return what happened during calls, the latest first."""
    state, caller = state_of(request), caller_of(request)
    found = state.workspace.state().traces.list(user=whose(caller), limit=limit, offset=offset)
    view = state.seen_by(caller)
    return {"traces": [view.seen_record(one).to_dict() for one in found]}


@router.get("/traces/{name}")
def trace(name: Name, request: Request) -> dict[str, Any]:
    """Return what happened during a call, by its id or how the id begins, with what was thought of it."""
    state = state_of(request)
    found = record_of(state, caller_of(request), name)
    opinions = state.workspace.state().feedback.list(trace_id=found.trace.id)
    return found.to_dict() | {"feedback": [one.to_dict() for one in opinions]}


@router.get("/memory")
def memory(request: Request) -> dict[str, Any]:
    """Return what the caller said of themselves."""
    found = state_of(request).workspace.state().memory.list(user=caller_of(request).user)
    return {"facts": [fact.to_dict() for fact in found]}


@router.patch("/memory/{name}")
def correct_fact(name: Name, given: FactRequest, request: Request) -> dict[str, Any]:
    """Correct what is remembered of the caller."""
    state_of(request).workspace.state().memory.update(name, given.text, user=caller_of(request).user)
    return {"id": name, "text": given.text}


@router.delete("/memory/{name}")
def forget_fact(name: Name, request: Request) -> dict[str, Any]:
    """Forget something of what the caller said of themselves."""
    state_of(request).workspace.state().memory.delete(name, user=caller_of(request).user)
    return {"id": name, "deleted": True}


@router.get("/preferences")
def preferences(request: Request) -> dict[str, Any]:
    """Return how the caller wants to be answered, and what can be set to what."""
    kept = state_of(request).workspace.state().memory.preferences(caller_of(request).user)
    return {"preferences": dict(kept), "allowed": {name: list(to) for name, to in PREFERENCES.items()}}


@router.put("/preferences/{name}")
def prefer(name: Name, given: PreferenceRequest, request: Request) -> dict[str, Any]:
    """Say how one wants to be answered; an empty value takes it back."""
    value = checked_preference(name, given.value)
    state_of(request).workspace.state().memory.prefer(caller_of(request).user, name, value)
    return {"name": name, "value": value}


@router.post("/login")
def login(given: LoginRequest, request: Request, response: Response) -> dict[str, Any]:
    """Keep a key in the browser, out of reach of scripts, so that the page calls under its name."""
    key = state_of(request).workspace.state().keys.find(given.key)
    if key is None:
        raise NoKeyError("the key opens nothing here. It may have been revoked: ask the owner for another.")
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, given.key, httponly=True, samesite="strict", secure=secure)
    return {"user": key.user, "role": key.role}


@router.post("/logout")
def logout(response: Response) -> dict[str, Any]:
    """Take the key out of the browser."""
    response.delete_cookie(COOKIE)
    return {"user": None}


def _talks(request: Request) -> Conversations:
    return Conversations(view_of(request))
