"""State of a workspace: conversations, traces, feedback, memory, keys, the audit log.

Use: `State.open("", folder).traces.list()`.
"""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from vademecum.stores.state.conversations import ConversationStore
from vademecum.stores.state.engine import open_engine
from vademecum.stores.state.keys import AuditLog, KeyStore, forget_user
from vademecum.stores.state.memory import MemoryStore
from vademecum.stores.state.traces import FeedbackStore, TraceStore
from vademecum.stores.state.withdraw import withdraw
from vademecum.values import Answer

__all__ = ["State"]


class State:
    """What a workspace keeps beside its documents, in one database; its parts may be used by several threads.

    Attributes:
        conversations: Conversations and their turns.
        traces: What happened during calls.
        feedback: What people think of answers.
        memory: What people said of themselves, and how they want to be answered.
        keys: Who may call the server.
        audit: What was done with rights.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.conversations = ConversationStore(engine)
        self.traces = TraceStore(engine)
        self.feedback = FeedbackStore(engine)
        self.memory = MemoryStore(engine)
        self.keys = KeyStore(engine)
        self.audit = AuditLog(engine)

    @classmethod
    def open(cls, url: str, folder: Path) -> Self:
        """Open the state store of a workspace; see `open_engine`."""
        return cls(open_engine(url, folder))

    def forget_user(self, user: str) -> dict[str, int]:
        """Remove everything of a person and return how many rows of each kind that was."""
        return forget_user(self._engine, user)

    def withdraw(self, document_ids: Set[str], *, instead: Answer) -> int:
        """Put another answer in the place of those that cite these documents; return how many that were."""
        return withdraw(self._engine, document_ids, instead=instead)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()
