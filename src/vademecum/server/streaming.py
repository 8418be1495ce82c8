"""Work in a thread, told piece by piece: answers as they are verified, and server-sent events.

Use: `for told in answer_events(workspace, question): ...` yields texts and at last the `Answer`.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool

from vademecum.errors import VademecumError
from vademecum.server.errors import error_body
from vademecum.server.gate import Gate
from vademecum.values import Answer
from vademecum.workspace import Workspace

DONE = "[DONE]"


class _GoneError(Exception):
    """Who asked is not there any more."""


def answer_events(
    workspace: Workspace, question: str, *, where: Sequence[str] | None = None
) -> Iterator[str | Answer]:
    """Yield the sentences of an answer as they are verified, then the answer; closing it stops the work.

    Raises:
        VademecumError: What `Workspace.ask` raises.
    """
    told: queue.SimpleQueue[str | Answer | BaseException] = queue.SimpleQueue()
    gone = threading.Event()

    def on_text(text: str) -> None:
        if gone.is_set():
            raise _GoneError
        told.put(text)

    def work() -> None:
        try:
            told.put(workspace.ask(question, where=where, on_text=on_text))
        except BaseException as error:  # carried over to the thread that reads
            told.put(error)

    threading.Thread(target=work, name="vade-ask", daemon=True).start()
    try:
        while True:
            piece = told.get()
            if isinstance(piece, BaseException):
                raise piece
            yield piece
            if isinstance(piece, Answer):
                return
    finally:
        gone.set()


def event_stream(events: Callable[[], Iterator[Mapping[str, Any] | str]], gate: Gate) -> StreamingResponse:
    """Return server-sent events from an iterator that is worked off in a thread, in its turn.

    What goes wrong after the beginning is told as an event, as OpenAI's API does.
    """
    gate.check()

    async def body() -> AsyncIterator[str]:
        async with gate:
            iterator = events()
            try:
                async for event in iterate_in_threadpool(iterator):
                    yield _event(event)
            except VademecumError as error:
                yield _event(error_body(error))
            finally:
                close = getattr(iterator, "close", None)
                if close is not None:
                    close()

    return StreamingResponse(
        body(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


def _event(content: Mapping[str, Any] | str) -> str:
    words = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return f"data: {words}\n\n"
