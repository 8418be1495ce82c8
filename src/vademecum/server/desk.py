"""Who sits at the page, over the same functions as the routes: asked, searched, rated in their name.

Use: `PageDesk(state, caller)`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from vademecum.assistants import Conversations
from vademecum.server import asking, kept
from vademecum.server.caller import Caller
from vademecum.server.requests import SearchRequest
from vademecum.server.state import State
from vademecum.server.streaming import Result, told_by
from vademecum.values import Hit, Trace
from vademecum.values.conversation import Feedback, Role, TraceRecord, Turn
from vademecum.view import View

_TRY_AGAIN_S = 0.05


class PageDesk:
    """One caller at the page; see `vademecum.ui.desk.Desk`.

    Args:
        state: The server.
        caller: Who it is.

    Attributes:
        view: The workspace as they see it.
        role: What they may do.
        keyed: Whether they came by a key.
    """

    def __init__(self, state: State, caller: Caller) -> None:
        self._state = state
        self._caller = caller
        self.view: View = state.seen_by(caller)
        self.role: Role = caller.role
        self.keyed = bool(caller.user)

    async def say(self, text: str, *, conversation: str) -> AsyncIterator[str | Turn]:
        """Yield an answer sentence by sentence and at last the turn; closing the iterator stops the work."""

        def work(tell: Callable[[str], None]) -> Turn:
            return Conversations(self.view).say(text, conversation=conversation, on_text=tell)

        self._state.gate.check()
        async with self._state.gate:
            told: Iterator[str | Result[Turn]] = told_by(work)
            try:
                async for piece in iterate_in_threadpool(told):
                    yield piece.value if isinstance(piece, Result) else piece
            finally:
                asyncio.get_running_loop().run_in_executor(None, _close, told)

    async def search(self, query: str, *, where: Sequence[str], by_document: bool) -> tuple[list[Hit], Trace]:
        """Return passages, best first, and how they were found."""
        asked = SearchRequest(query=query, where=list(where), by_document=by_document)
        self._state.gate.check()
        async with self._state.gate:
            return await run_in_threadpool(asking.search_told, self._state, self._caller, asked)

    def record(self, trace_id: str) -> TraceRecord:
        """Return what happened during a call of theirs; an owner sees everybody's."""
        return kept.record_of(self._state, self._caller, trace_id)

    def rate(self, given: Feedback) -> None:
        """Keep what they think of an answer of theirs."""
        kept.rate(self._state, self._caller, given)

    def opinions(self, trace_ids: Sequence[str]) -> Mapping[str, Feedback]:
        """Return what they said of answers, by trace."""
        return self._state.workspace.state().feedback.of(trace_ids, user=self._caller.user)


def _close(told: Any) -> None:
    """Stop work that nobody waits for any more; its thread may be inside the iterator just now."""
    while True:
        try:
            told.close()
        except ValueError:
            time.sleep(_TRY_AGAIN_S)
        else:
            return
