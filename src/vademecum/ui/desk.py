"""What the page needs of a server: who looks at it, and what they may do.

Owned here so that the page knows no server; `server/desk.py` is the one that exists.
Use: `build_page(lambda scope: desk)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vademecum.values import Hit, Trace
from vademecum.values.conversation import Feedback, Role, TraceRecord
from vademecum.view import View


class Desk(Protocol):
    """One person at the page."""

    @property
    def view(self) -> View:
        """The workspace as they see it."""
        ...

    @property
    def role(self) -> Role:
        """What they may do."""
        ...

    @property
    def keyed(self) -> bool:
        """Whether they came by a key, and so can log out."""
        ...

    async def search(self, query: str, *, where: Sequence[str], by_document: bool) -> tuple[list[Hit], Trace]:
        """Return passages, best first, and how they were found."""
        ...

    def record(self, trace_id: str) -> TraceRecord:
        """Return what happened during a call of theirs; an owner sees everybody's."""
        ...

    def opinions(self, trace_ids: Sequence[str]) -> Mapping[str, Feedback]:
        """Return what they said of answers, by trace."""
        ...
