"""What people and the program said to each other, what is remembered of it, and what people think of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from vademecum.values.answer import Answer
from vademecum.values.trace import Trace

Role = Literal["owner", "editor", "reader"]
"""What a key allows: everything; files in and questions; questions only."""
ANYONE = ""
"""The user of a workspace without keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Turns that belong together.

    Attributes:
        id: Its id.
        user: Whose it is.
        title: How it began.
        created_at: UTC, ISO 8601.
        updated_at: When its last turn began.
    """

    id: str
    user: str
    title: str
    created_at: str
    updated_at: str

    def to_dict(self) -> dict[str, Any]:
        """Return the conversation ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question in a conversation and what was answered.

    Attributes:
        id: Its id.
        conversation: Id of the conversation.
        place: Its number in the conversation, from 1.
        asked: The question as it was asked.
        standing: The question as it was understood, which needs no conversation around it.
        answer: The reply; None where the work ended before it did, by a kill or a client that went.
        trace_id: What happened.
        created_at: UTC, ISO 8601.
    """

    id: str
    conversation: str
    place: int
    asked: str
    standing: str
    answer: Answer | None
    trace_id: str
    created_at: str

    def to_dict(self) -> dict[str, Any]:
        """Return the turn ready for JSON."""
        return {
            "id": self.id,
            "conversation": self.conversation,
            "place": self.place,
            "asked": self.asked,
            "standing": self.standing,
            "answer": self.answer.to_dict() if self.answer else None,
            "trace_id": self.trace_id,
            "created_at": self.created_at,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRecord:
    """What happened during one call, as it is kept.

    Attributes:
        kind: "ask", "search", "chat" or "embed".
        user: Who asked.
        conversation: Id of the conversation; empty outside of one.
        asked: The question.
        trace: What was done, and when.
        answer: The reply; None where there is none.
        error: What went wrong; empty when nothing did.
        error_type: Its code, or the class of an error that is none of ours; for those who watch, not kept.
    """

    kind: str
    user: str
    conversation: str
    asked: str
    trace: Trace
    answer: Answer | None = None
    error: str = ""
    error_type: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the record ready for JSON."""
        return {
            "kind": self.kind,
            "user": self.user,
            "conversation": self.conversation,
            "asked": self.asked,
            **self.trace.to_dict(),
            "answer": self.answer.to_dict() if self.answer else None,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What somebody thinks of an answer.

    Attributes:
        trace_id: Trace of the answer.
        user: Who says it.
        rating: 1 good, -1 bad, 0 neither.
        comment: In words.
        correction: What the answer should have been.
        created_at: UTC, ISO 8601.
    """

    trace_id: str
    user: str = ANYONE
    rating: int = 0
    comment: str = ""
    correction: str = ""
    created_at: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the feedback ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What somebody said of themselves, word for word.

    Attributes:
        id: Its id.
        user: Who said it.
        text: What was said.
        turn_id: The turn it was said in; empty when it was written down directly.
        created_at: UTC, ISO 8601.
    """

    id: str
    user: str
    text: str
    turn_id: str = ""
    created_at: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the fact ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Who may call the server as whom; the secret itself is not kept.

    Attributes:
        number: Its number.
        user: Who calls with it.
        role: What they may do.
        groups: What the user belongs to.
        begins: First characters of the secret, to tell keys apart.
        created_at: UTC, ISO 8601.
        revoked: Whether it opens nothing any more.
    """

    number: int
    user: str
    role: Role
    groups: tuple[str, ...] = ()
    begins: str = ""
    created_at: str = ""
    revoked: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the key ready for JSON."""
        return asdict(self)
