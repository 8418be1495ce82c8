"""Routes that OpenAI's clients know: chat completions, completions, embeddings, models.

Two models write: `vademecum` answers the last message from the documents, with citations, as it is understood
from the messages before it; the chat model by its own name only writes. Tokens in `usage` are counted as the
embedding model does.
Use: `app.include_router(router)`.
"""

from __future__ import annotations

import base64
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from vademecum.errors import InputError
from vademecum.models.chat import Message
from vademecum.server.asking import ask
from vademecum.server.caller import Caller, caller_of
from vademecum.server.errors import UnknownModelError
from vademecum.server.requests import (
    ChatRequest,
    CompletionRequest,
    EmbeddingRequest,
    Generation,
)
from vademecum.server.state import State, state_of
from vademecum.server.streaming import DONE, Result, event_stream, told_by
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
def get_model(name: str, request: Request) -> dict[str, Any]:
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
        vectors = [np.asarray(embed(text), np.float32) for text in asked.texts]
        return vectors, sum(embedder.count_tokens(asked.texts))

    state.gate.check()
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


class _Reply:
    """A reply to one request in OpenAI's shapes, whole or in pieces."""

    def __init__(self, asked: Generation, kind: str, state: State, base_url: str) -> None:
        self._asked, self._kind, self._state, self._base_url = asked, kind, state, base_url
        self._id = f"{'chatcmpl' if kind == 'chat.completion' else 'cmpl'}-{uuid.uuid4().hex}"
        self._created = int(time.time())

    def whole(self, pieces: Iterator[str | Answer]) -> dict[str, Any]:
        """Return the reply at once."""
        text, answer = "", None
        for piece in pieces:
            if isinstance(piece, Answer):
                answer = piece
            else:
                text += piece
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
        if answer is not None:
            message["annotations"] = self._annotations(text, answer)
        said = {"message": message} if self._kind == "chat.completion" else {"text": text}
        choice = {"index": 0, **said, "finish_reason": "stop", "logprobs": None}
        used = self._usage(text)
        return self._frame(self._kind, [choice]) | {"usage": used} | _extra(answer)

    def events(self, pieces: Iterator[str | Answer]) -> Iterator[Mapping[str, Any] | str]:
        """Yield the reply as chunks, the citations with the last one, then the end mark."""
        text, answer = "", None
        if self._kind == "chat.completion":
            yield self._chunk({"role": "assistant", "content": ""})
        for piece in pieces:
            if isinstance(piece, Answer):
                answer = piece
            else:
                text += piece
                yield self._chunk({"content": piece})
        last = {"annotations": self._annotations(text, answer)} if answer else {}
        yield self._chunk(last, finish="stop") | {"usage": self._usage(text)} | _extra(answer)
        yield DONE

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

    def _usage(self, text: str) -> dict[str, int]:
        texts = [_prompt(self._asked), text]
        prompt, completion = self._state.workspace.embedder().count_tokens(texts)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }

    def _annotations(self, text: str, answer: Answer) -> list[dict[str, Any]]:
        """Return where in the text which source is meant, with an address that shows the quote."""
        found = []
        for citation in answer.citations:
            for mark in re.finditer(re.escape(f"[{citation.mark}]"), text):
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
        return found


async def _replied(asked: Generation, kind: str, request: Request) -> Response | dict[str, Any]:
    state, caller = state_of(request), caller_of(request)
    reply = _Reply(asked, kind, state, str(request.base_url))
    if asked.stream:
        return event_stream(lambda: reply.events(_pieces(asked, state, caller)), state.gate)
    state.gate.check()
    async with state.gate:
        return await run_in_threadpool(lambda: reply.whole(_pieces(asked, state, caller)))


def _pieces(asked: Generation, state: State, caller: Caller) -> Iterator[str | Answer]:
    """Yield what the model says, and at last the answer where it is one from the documents."""
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
    written = state.workspace.chat().stream(messages, max_tokens=limit, temperature=temperature)
    yield from _until(written, asked.stops)


def _until(pieces: Iterator[str], stops: list[str]) -> Iterator[str]:
    """Yield pieces up to the first stop text, which may be spread over several."""
    longest = max(map(len, stops), default=0)
    pending = ""
    for piece in pieces:
        pending += piece
        ends = [at for stop in stops if (at := pending.find(stop)) >= 0]
        if ends:
            yield pending[: min(ends)]
            return
        safe = len(pending) - longest + 1 if longest else len(pending)
        if safe > 0:
            yield pending[:safe]
            pending = pending[safe:]
    if pending:
        yield pending


def _prompt(asked: Generation) -> str:
    if isinstance(asked, ChatRequest):
        return "\n".join(message.words for message in asked.messages)
    return asked.prompt if isinstance(asked, CompletionRequest) else ""


def _extra(answer: Answer | None) -> dict[str, Any]:
    return {} if answer is None else {GROUNDED: answer.to_dict()}


def _names(state: State) -> tuple[str, ...]:
    return GROUNDED, state.chat_name, state.embedder_name


def _known(name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise UnknownModelError(f"the model '{name}' does not do this here. Known: {', '.join(names)}.")


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": GROUNDED}
