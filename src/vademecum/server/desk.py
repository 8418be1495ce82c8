"""Who sits at the page, over the same functions as the routes: searched in their name, what is kept of them.

Use: `PageDesk(state, caller)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.concurrency import run_in_threadpool

from vademecum.server import asking, kept
from vademecum.server.caller import Caller
from vademecum.server.requests import SearchRequest
from vademecum.server.state import State
from vademecum.values import Hit, Trace
from vademecum.values.conversation import Feedback, Role, TraceRecord
from vademecum.view import View


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

    async def search(self, query: str, *, where: Sequence[str], by_document: bool) -> tuple[list[Hit], Trace]:
        """Return passages, best first, and how they were found."""
        asked = SearchRequest(query=query, where=list(where), by_document=by_document)
        self._state.gate.check()
        async with self._state.gate:
            return await run_in_threadpool(asking.search_told, self._state, self._caller, asked)

    def record(self, trace_id: str) -> TraceRecord:
        """Return what happened during a call of theirs; an owner sees everybody's."""
        return kept.record_of(self._state, self._caller, trace_id)

    def opinions(self, trace_ids: Sequence[str]) -> Mapping[str, Feedback]:
        """Return what they said of answers, by trace."""
        return self._state.workspace.state().feedback.of(trace_ids, user=self._caller.user)
