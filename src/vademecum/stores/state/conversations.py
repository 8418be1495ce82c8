"""Conversations and their turns, kept in the order they were spoken.

Use: `state.conversations.add(user="ana", title="Refunds")`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from vademecum.errors import NotFoundError
from vademecum.stores.state.engine import new_id, now
from vademecum.stores.state.tables import conversations, turns
from vademecum.values import Answer
from vademecum.values.conversation import Conversation, Turn


class ConversationStore:
    """What people asked and were answered.

    Args:
        engine: The database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, *, user: str, title: str) -> Conversation:
        """Begin a conversation."""
        at = now()
        made = Conversation(id=new_id(), user=user, title=title, created_at=at, updated_at=at)
        with self._engine.begin() as connection:
            connection.execute(conversations.insert().values(**made.to_dict()))
        return made

    def get(self, name: str, *, user: str) -> Conversation:
        """Return a user's conversation.

        Raises:
            NotFoundError: The user has no such conversation.
        """
        wanted = (conversations.c.id == name) & (conversations.c.user == user)
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(conversations).where(wanted)).one_or_none()
        if row is None:
            raise NotFoundError(
                f"there is no conversation '{name}'. List them, or leave it out to begin one."
            )
        return _conversation(row)

    def list(self, *, user: str, limit: int = 100, offset: int = 0) -> Sequence[Conversation]:
        """Return a user's conversations, the latest first."""
        query = (
            sa.select(conversations)
            .where(conversations.c.user == user)
            .order_by(conversations.c.updated_at.desc(), conversations.c.number.desc())
        )
        with self._engine.connect() as connection:
            return [_conversation(row) for row in connection.execute(query.limit(limit).offset(offset))]

    def delete(self, name: str, *, user: str) -> None:
        """Forget a user's conversation with its turns.

        Raises:
            NotFoundError: The user has no such conversation.
        """
        self.get(name, user=user)
        with self._engine.begin() as connection:
            connection.execute(conversations.delete().where(conversations.c.id == name))

    def begin_turn(self, conversation: str, *, asked: str, trace_id: str) -> Turn:
        """Write down a question before it is worked on, so that a kill does not lose it."""
        with self._engine.begin() as connection:
            at = now()
            connection.execute(
                conversations.update().where(conversations.c.id == conversation).values(updated_at=at)
            )  # also makes a second turn of this conversation wait for this one
            last = sa.select(sa.func.max(turns.c.place)).where(turns.c.conversation == conversation)
            turn = Turn(
                id=new_id(),
                conversation=conversation,
                place=(connection.scalar(last) or 0) + 1,
                asked=asked,
                standing=asked,
                answer=None,
                trace_id=trace_id,
                created_at=at,
            )
            row = turn.to_dict()
            connection.execute(turns.insert().values(trace=row.pop("trace_id"), **row))
        return turn

    def end_turn(self, turn: Turn) -> None:
        """Write down what a turn's question was understood as, and its answer."""
        answer = turn.answer.to_dict() if turn.answer else None
        with self._engine.begin() as connection:
            connection.execute(
                turns.update().where(turns.c.id == turn.id).values(standing=turn.standing, answer=answer)
            )

    def turns(self, conversation: str, *, last: int | None = None) -> Sequence[Turn]:
        """Return the turns of a conversation in their order.

        Args:
            conversation: Its id.
            last: Only so many at the end; None for all.
        """
        query = sa.select(turns).where(turns.c.conversation == conversation)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(turns.c.place.desc()).limit(last)).all()
        return [_turn(row) for row in reversed(rows)]


def _conversation(row: Any) -> Conversation:
    return Conversation(
        id=row.id, user=row.user, title=row.title, created_at=row.created_at, updated_at=row.updated_at
    )


def _turn(row: Any) -> Turn:
    return Turn(
        id=row.id,
        conversation=row.conversation,
        place=row.place,
        asked=row.asked,
        standing=row.standing,
        answer=Answer.from_dict(row.answer) if row.answer else None,
        trace_id=row.trace,
        created_at=row.created_at,
    )
