"""Routes that OpenAI's clients know: chat completions, completions, embeddings, models.

Two models write: `vademecum` answers the last message from the documents, with citations, as it is understood
from the messages before it; the chat model by its own name only writes. Tokens in `usage` are counted by the
chat model where it wrote to its end, else as the embedding model does.
Use: `app.include_router(router)`.
"""

from __future__ import annotations

import base64
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from vademecum.errors import InputError
from vademecum.models.chat import Message, Reply, Spent
from vademecum.server.asking import ask
from vademecum.server.caller import Caller, caller_of
from vademecum.server.errors import UnknownModelError
from vademecum.server.requests import (
    ChatRequest,
    CompletionRequest,
    EmbeddingRequest,
    Generation,
)
from vademecum.server.state import Name, State, state_of
from vademecum.server.streaming import DONE, Result, answered, event_stream, told_by
from vademecum.values import Answer

GROUNDED = "vademecum"
"""Name of the model that answers from the documents."""
_MAX_TOKENS = 512
router = APIRouter(prefix="/v1", tags=["OpenAI"])


@router.get("/models")
def list_models(request: Request) -> dict[str, Any]:
    """Return what can be asked: the documents, the chat model, the embedding model."""
    return {"object": "list", "data": [_model(name) for name in _names(state_of(request))]}


@router.get("/models/{name}")
def get_model(name: Name, request: Request) -> dict[str, Any]:
    """Return one model."""
    _known(name, _names(state_of(request)))
    return _model(name)


@router.post("/chat/completions")
async def chat_completions(asked: ChatRequest, request: Request) -> Any:
    """Answer the last message, from the documents or by the chat model alone."""
    state = state_of(request)
    _known(asked.model, (GROUNDED, state.chat_name))
    return await _replied(asked, "chat.completion", request)


@router.post("/completions")
async def completions(asked: CompletionRequest, request: Request) -> Any:
    """Go on from a prompt, as `chat_completions` answers a message."""
    state = state_of(request)
    _known(asked.model, (GROUNDED, state.chat_name))
    return await _replied(asked, "text_completion", request)


@router.post("/embeddings")
async def embeddings(asked: EmbeddingRequest, request: Request) -> dict[str, Any]:
    """Return unit vectors of texts, in their order."""
    state = state_of(request)
    _known(asked.model, (state.embedder_name,))
    embedder = state.workspace.embedder()
    if asked.dimensions not in (None, embedder.dim):
        raise InputError(f"dimensions = {asked.dimensions} cannot be: {asked.model} has {embedder.dim}.")
    embed = embedder.embed_query if asked.input_type == "query" else embedder.embed_passage

    def work() -> tuple[list[Any], int]:
        with (
            state.workspace.recorded(kind="embed", asked="", user=caller_of(request).user) as call,
            call.recorder.step("embed", model=asked.model, texts=len(asked.texts)) as found,
        ):
            vectors = [np.asarray(embed(text), np.float32) for text in asked.texts]
            tokens = found["input_tokens"] = sum(embedder.count_tokens(asked.texts))
        return vectors, tokens

    async with state.gate:
        vectors, tokens = await run_in_threadpool(work)
    packed = asked.encoding_format == "base64"
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(one.tobytes()).decode() if packed else one.tolist(),
        }
        for index, one in enumerate(vectors)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": asked.model, "usage": usage}


@dataclass(frozen=True, slots=True)
class _Written:
    """The end of what the chat model wrote by itself.

    Attributes:
        trace_id: What happened.
        spent: What it took; nothing is known of it where it was stopped.
    """

    trace_id: str
    spent: Spent


_End: TypeAlias = Answer | _Written | None
_Pieces: TypeAlias = Iterator[str | Answer | _Written]


class _Reply:
    """A reply to one request in OpenAI's shapes, whole or in pieces."""

    def __init__(self, asked: Generation, kind: str, state: State, base_url: str) -> None:
        self._asked, self._kind, self._state, self._base_url = asked, kind, state, base_url
        self._id = f"{'chatcmpl' if kind == 'chat.completion' else 'cmpl'}-{uuid.uuid4().hex}"
        self._created = int(time.time())
        self._text = ""
        self._end: _End = None

    def whole(self, pieces: _Pieces) -> dict[str, Any]:
        """Return the reply at once."""
        for piece in pieces:
            self._take(piece)
        message: dict[str, Any] = {"role": "assistant", "content": self._text, "refusal": None}
        message |= self._annotations()
        said = {"message": message} if self._kind == "chat.completion" else {"text": self._text}
        choice = {"index": 0, **said, "finish_reason": _finish_reason(self._end), "logprobs": None}
        return self._frame(self._kind, [choice]) | {"usage": self._usage()} | _extra(self._end)

    def events(self, pieces: _Pieces) -> Iterator[Mapping[str, Any] | str]:
        """Yield the reply as chunks, the citations with the last one, then the end mark."""
        if self._kind == "chat.completion":
            yield self._chunk({"role": "assistant", "content": ""})
        for piece in pieces:
            if text := self._take(piece):
                yield self._chunk({"content": text})
        last = self._chunk(self._annotations(), finish=_finish_reason(self._end))
        yield last | {"usage": self._usage()} | _extra(self._end)
        yield DONE

    def _take(self, piece: str | Answer | _Written) -> str:
        """Keep what a piece tells and return the text in it."""
        if isinstance(piece, str):
            self._text += piece
            return piece
        self._end = piece
        return ""

    def _chunk(self, delta: Mapping[str, Any], *, finish: str | None = None) -> dict[str, Any]:
        choice: dict[str, Any] = {"index": 0, "finish_reason": finish, "logprobs": None}
        if self._kind == "chat.completion":
            return self._frame("chat.completion.chunk", [{**choice, "delta": dict(delta)}])
        return self._frame("text_completion", [{**choice, "text": delta.get("content", "")}])

    def _frame(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": self._asked.model,
            "choices": choices,
        }

    def _usage(self) -> dict[str, Any]:
        spent = self._end.spent if isinstance(self._end, _Written) else Spent()
        prompt, completion = spent.prompt_tokens, spent.written_tokens
        if prompt is None or completion is None:
            texts = [_prompt(self._asked), self._text]
            prompt, completion = self._state.workspace.embedder().count_tokens(texts)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": spent.cached_tokens or 0},
        }

    def _annotations(self) -> dict[str, Any]:
        """Return where in the text which source is meant, with an address that shows the quote."""
        if not isinstance(self._end, Answer):
            return {}
        found = []
        for citation in self._end.citations:
            for mark in re.finditer(re.escape(f"[{citation.mark}]"), self._text):
                place = f"v1/documents/{citation.document_id}?start={citation.start}&end={citation.end}"
                found.append(
                    {
                        "type": "url_citation",
                        "url_citation": {
                            "start_index": mark.start(),
                            "end_index": mark.end(),
                            "title": citation.document,
                            "url": f"{self._base_url}{place}",
                        },
                    }
                )
        return {"annotations": found}


async def _replied(asked: Generation, kind: str, request: Request) -> Response | dict[str, Any]:
    state, caller = state_of(request), caller_of(request)
    reply = _Reply(asked, kind, state, str(request.base_url))
    if asked.stream:
        return event_stream(lambda: reply.events(_pieces(asked, state, caller)), state.gate)
    return await answered(request, state.gate, lambda: reply.whole(_pieces(asked, state, caller)))


def _pieces(asked: Generation, state: State, caller: Caller) -> _Pieces:
    """Yield what the model says, and at last the answer from the documents, or how it was written."""
    if asked.model == GROUNDED:
        said = [(one.role, one.words) for one in asked.messages] if isinstance(asked, ChatRequest) else []
        question = said[-1][1] if said else _prompt(asked)

        def work(tell: Callable[[str], None]) -> Answer:
            return ask(state, caller, question, before=said[:-1], tell=tell)

        for told in told_by(work):
            yield told.value if isinstance(told, Result) else told
        return
    limit = asked.max_tokens or _MAX_TOKENS
    messages = [Message(role="user", content=_prompt(asked))]
    if isinstance(asked, ChatRequest):
        limit = asked.max_completion_tokens or limit
        messages = [
            Message(role="system" if one.role == "developer" else one.role, content=one.words)
            for one in asked.messages
        ]
    temperature = 0.0 if asked.temperature is None else asked.temperature
    with state.workspace.recorded(kind="chat", asked=messages[-1].content, user=caller.user) as call:
        chat = state.workspace.chat(call.recorder)
        spent = yield from _until(
            chat.stream(messages, max_tokens=limit, temperature=temperature), asked.stops
        )
    yield _Written(call.recorder.id, spent)


def _until(reply: Reply, stops: list[str]) -> Reply:
    """Yield pieces up to the first stop text, which may be spread over several, and end the reply there."""
    longest = max(map(len, stops), default=0)
    pending = ""
    while True:
        try:
            pending += next(reply)
        except StopIteration as end:
            if pending:
                yield pending
            return end.value  # type: ignore[no-any-return]
        ends = [at for stop in stops if (at := pending.find(stop)) >= 0]
        if ends:
            reply.close()
            yield pending[: min(ends)]
            return Spent()
        safe = len(pending) - longest + 1 if longest else len(pending)
        if safe > 0:
            yield pending[:safe]
            pending = pending[safe:]


def _prompt(asked: Generation) -> str:
    if isinstance(asked, ChatRequest):
        return "\n".join(message.words for message in asked.messages)
    return asked.prompt if isinstance(asked, CompletionRequest) else ""


def _finish_reason(end: _End) -> str:
    return end.spent.finish if isinstance(end, _Written) else "stop"


def _extra(end: _End) -> dict[str, Any]:
    """Return what is ours in a reply; the id of its trace, by which it can be rated, always."""
    if isinstance(end, _Written):
        return {GROUNDED: {"trace": {"id": end.trace_id}}}
    return {} if end is None else {GROUNDED: end.to_dict()}


def _names(state: State) -> tuple[str, ...]:
    return GROUNDED, state.chat_name, state.embedder_name


def _known(name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise UnknownModelError(f"the model '{name}' does not do this here. Known: {', '.join(names)}.")


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": GROUNDED}
