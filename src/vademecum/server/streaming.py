"""Work in a thread, told piece by piece, and server-sent events of it.

Use: `for told in told_by(work): ...` yields what `work` tells and at last its `Result`.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool

from vademecum.errors import VademecumError
from vademecum.server.errors import error_body
from vademecum.server.gate import Gate

DONE = "[DONE]"
Told = TypeVar("Told")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Result(Generic[Value]):
    """What work returned."""

    value: Value


class _GoneError(Exception):
    """Who asked is not there any more."""


def told_by(
    work: Callable[[Callable[[Told], None]], Value], *, to_its_end: bool = False
) -> Iterator[Told | Result[Value]]:
    """Yield what work tells while it goes on, then its result; closing the iterator stops it.

    Args:
        work: Gets what it tells by.
        to_its_end: Let it go on when nobody listens any more.

    Raises:
        VademecumError: What the work raises.
    """
    pieces: queue.SimpleQueue[Told | Result[Value] | BaseException] = queue.SimpleQueue()
    gone = threading.Event()

    def tell(told: Told) -> None:
        if gone.is_set() and not to_its_end:
            raise _GoneError
        pieces.put(told)

    def run() -> None:
        try:
            pieces.put(Result(work(tell)))
        except BaseException as error:  # carried over to the thread that reads
            pieces.put(error)

    in_request = copy_context().run  # of whose request it is
    threading.Thread(target=in_request, args=(run,), name="vade-work", daemon=True).start()
    try:
        while True:
            piece = pieces.get()
            if isinstance(piece, BaseException):
                raise piece
            yield piece
            if isinstance(piece, Result):
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

    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(body(), media_type="text/event-stream", headers=headers)


def _event(content: Mapping[str, Any] | str) -> str:
    words = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return f"data: {words}\n\n"
