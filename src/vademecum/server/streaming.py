"""Work in threads for those who wait for it: at once, or told piece by piece as server-sent events.

Who goes away takes their place in the queue along, and the work ends where it next looks.
Use: `return await answered(request, gate, work)`, or `event_stream(events, gate)` with
`for told in told_by(work): ...`, which yields what `work` tells and at last its `Result`.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import anyio
from anyio import from_thread
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from vademecum.errors import VademecumError
from vademecum.server.errors import error_body
from vademecum.server.gate import Gate
from vademecum.stopping import GivenUpError, given_up_when, raise_if_given_up

DONE = "[DONE]"
_CLOSED_BY_CLIENT = 499  # nginx's number for it; nobody is there to read it, only logs
_LOOK_S = 0.05
Told = TypeVar("Told")
Value = TypeVar("Value")
Events = Callable[[], Iterator[Mapping[str, Any] | str]]


@dataclass(frozen=True, slots=True)
class Result(Generic[Value]):
    """What work returned."""

    value: Value


def told_by(
    work: Callable[[Callable[[Told], None]], Value], *, to_its_end: bool = False
) -> Iterator[Told | Result[Value]]:
    """Yield what work tells while it goes on, then its result; closing the iterator stops it.

    Args:
        work: Gets what it tells by.
        to_its_end: Let it go on when nobody listens any more.

    Raises:
        VademecumError: What the work raises.
        GivenUpError: Nobody listens any more; the work has ended by then unless it goes on to its end.
    """
    pieces: queue.SimpleQueue[Told | Result[Value] | BaseException] = queue.SimpleQueue()
    gone = threading.Event()

    def tell(told: Told) -> None:
        raise_if_given_up()
        pieces.put(told)

    def run() -> None:
        try:
            with given_up_when(threading.Event() if to_its_end else gone):
                pieces.put(Result(work(tell)))
        except BaseException as error:  # carried over to the thread that reads
            pieces.put(error)

    in_request = copy_context().run  # of whose request it is
    worker = threading.Thread(target=in_request, args=(run,), name="vade-work", daemon=True)
    worker.start()
    try:
        while True:
            raise_if_given_up()
            try:
                piece = pieces.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if isinstance(piece, BaseException):
                raise piece
            yield piece
            if isinstance(piece, Result):
                return
    finally:
        gone.set()
        if not to_its_end:
            worker.join()


async def answered(request: Request, gate: Gate, work: Callable[[], Value]) -> Value | Response:
    """Return what work returns, done in a thread in its turn; who goes away meanwhile stops it.

    Raises:
        FullError: As many as may wait already.
        VademecumError: What the work raises.
    """

    async def in_turn() -> Value:
        async with gate:
            return await run_in_threadpool(work)

    try:
        return await _unless_gone(request.receive, in_turn)
    except GivenUpError:
        return Response(status_code=_CLOSED_BY_CLIENT)


def event_stream(events: Events, gate: Gate) -> Response:
    """Return server-sent events from an iterator that is worked off in a thread, in its turn.

    What goes wrong after the beginning is told as an event, as OpenAI's API does.

    Raises:
        FullError: As many as may wait already.
    """
    gate.check()
    return _EventStream(events, gate)


class _EventStream(Response):
    """Events as they come; its place in the queue is taken when it is sent, so none is lost before."""

    media_type = "text/event-stream"

    def __init__(self, events: Events, gate: Gate) -> None:
        super().__init__(headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._events, self._gate = events, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def in_turn() -> None:
            async with self._gate:
                await send(
                    {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
                )
                await run_in_threadpool(self._tell, send)
                await send({"type": "http.response.body"})

        with suppress(GivenUpError):  # nobody is there who could be told
            await _unless_gone(receive, in_turn)

    def _tell(self, send: Send) -> None:
        """Send every event, in the thread that makes them."""

        async def pass_on(event: Mapping[str, Any] | str) -> None:
            await send({"type": "http.response.body", "body": _event(event), "more_body": True})

        def tell(event: Mapping[str, Any] | str) -> None:
            raise_if_given_up()
            try:
                from_thread.run(pass_on, event)
            except CancelledError as error:
                raise GivenUpError from error

        try:
            for event in self._events():
                tell(event)
        except VademecumError as error:
            tell(error_body(error))


async def _unless_gone(receive: Receive, work: Callable[[], Awaitable[Value]]) -> Value:
    """Return what work returns.

    Raises:
        GivenUpError: The client went away first; the work has ended.
    """
    gone = threading.Event()
    outcome: list[Value] = []
    failure: Exception | None = None
    async with anyio.create_task_group() as group:

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            gone.set()
            group.cancel_scope.cancel()

        group.start_soon(watch)
        try:
            with given_up_when(gone):
                outcome.append(await work())
        except Exception as error:  # taken out of the group, which would wrap it
            failure = error
        finally:
            gone.set()
            group.cancel_scope.cancel()
    if failure is not None:
        raise failure
    if not outcome:
        raise GivenUpError
    return outcome[0]


def _event(content: Mapping[str, Any] | str) -> bytes:
    words = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return f"data: {words}\n\n".encode()
