"""Traces of calls, and what people think of the answers.

Use: `state.traces.add(record)`, `state.feedback.add(Feedback(trace_id=record.id, rating=1))`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from vademecum.errors import InputError, NotFoundError
from vademecum.stores.state.engine import now
from vademecum.stores.state.tables import feedback, traces
from vademecum.values import Answer, Trace
from vademecum.values.conversation import Feedback, TraceRecord

_REMOVED = 100
"""Traces removed in one go: others write to the same file meanwhile."""


class TraceStore:
    """What happened during calls.

    Args:
        engine: The database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, record: TraceRecord) -> None:
        """Keep what happened during a call."""
        with self._engine.begin() as connection:
            connection.execute(traces.insert().values(**record.to_dict()))

    def get(self, name: str, *, user: str | None = None) -> TraceRecord:
        """Return a trace by its id or how the id begins.

        Args:
            name: At least the first four characters of the id.
            user: Only a trace of this user; None for anybody's.

        Raises:
            NotFoundError: There is none, or several begin so.
        """
        wanted = traces.c.id.startswith(name, autoescape=True)
        if user is not None:
            wanted &= traces.c.user == user
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(traces).where(wanted).limit(2)).all() if name[3:] else []
        if len(rows) != 1:
            kept = "several traces begin" if rows else "no trace begins"
            raise NotFoundError(f"{kept} with '{name}'. `vade traces list` shows their ids.")
        return _record(rows[0])

    def list(self, *, user: str | None = None, limit: int = 100, offset: int = 0) -> Sequence[TraceRecord]:
        """Return traces, the latest first; of one user or of anybody."""
        query = sa.select(traces).order_by(traces.c.number.desc()).limit(limit).offset(offset)
        if user is not None:
            query = query.where(traces.c.user == user)
        with self._engine.connect() as connection:
            return [_record(row) for row in connection.execute(query)]

    def delete(self, names: Sequence[str]) -> int:
        """Remove traces by their ids or how these begin, with what was thought of them; return how many.

        Raises:
            NotFoundError: There is no such trace; nothing is removed then.
        """
        ids = [self.get(name).trace.id for name in names]
        with self._engine.begin() as connection:
            return connection.execute(traces.delete().where(traces.c.id.in_(ids))).rowcount

    def delete_older(self, days: float) -> int:
        """Remove all traces that began longer ago, rated ones too; return how many."""
        total = 0
        while removed := self._remove(traces.c.began_at < _days_ago(days)):
            total += removed
        return total

    def prune(self, *, days: float = 0, most: int = 0) -> int:
        """Remove a few of the traces beyond the bounds; return how many, 0 when all is within them.

        Args:
            days: Those that began longer ago and that nobody rated; 0 for none.
            most: Those that are not among so many latest ones; 0 for none.
        """
        removed = 0
        if most:
            latest = sa.select(sa.func.max(traces.c.number)).scalar_subquery()
            removed = self._remove(traces.c.number <= latest - most)
        if days and not removed:
            unrated = ~sa.exists().where(feedback.c.trace == traces.c.id)
            removed = self._remove((traces.c.began_at < _days_ago(days)) & unrated)
        return removed

    def _remove(self, which: sa.ColumnElement[bool]) -> int:
        """Remove a few traces. They are looked for before, as looking does not keep others from writing."""
        with self._engine.connect() as connection:
            numbers = connection.scalars(sa.select(traces.c.number).where(which).limit(_REMOVED)).all()
        if numbers:
            with self._engine.begin() as connection:
                connection.execute(traces.delete().where(traces.c.number.in_(numbers)))
        return len(numbers)


class FeedbackStore:
    """What people think of answers; one word of a person on an answer, the last one counts.

    Args:
        engine: The database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, given: Feedback) -> Feedback:
        """Keep what somebody thinks of an answer, in place of what they said of it before.

        Raises:
            NotFoundError: There is no such trace.
            InputError: The rating is none.
        """
        if given.rating not in (-1, 0, 1):
            raise InputError(f"rating = {given.rating}: 1 is good, -1 bad, 0 neither.")
        at = now()
        row = given.to_dict() | {"created_at": at}
        row["trace"] = row.pop("trace_id")
        with self._engine.begin() as connection:
            if connection.scalar(sa.select(traces.c.id).where(traces.c.id == given.trace_id)) is None:
                raise InputError(
                    f"no trace has the id '{given.trace_id}'. An answer tells the id of its own."
                )
            same = (feedback.c.trace == given.trace_id) & (feedback.c.user == given.user)
            connection.execute(feedback.delete().where(same))
            connection.execute(feedback.insert().values(**row))
        return _feedback_of(row)

    def list(
        self, *, trace_id: str = "", user: str | None = None, limit: int = 100, offset: int = 0
    ) -> Sequence[Feedback]:
        """Return feedback, the latest first; on one answer or on all, of one user or of anybody."""
        query = sa.select(feedback).order_by(feedback.c.number.desc()).limit(limit).offset(offset)
        if trace_id:
            query = query.where(feedback.c.trace == trace_id)
        if user is not None:
            query = query.where(feedback.c.user == user)
        with self._engine.connect() as connection:
            return [_feedback_of(row._mapping) for row in connection.execute(query)]

    def counts(self) -> dict[int, int]:
        """Return how many answers have each rating."""
        query = sa.select(feedback.c.rating, sa.func.count().label("answers")).group_by(feedback.c.rating)
        with self._engine.connect() as connection:
            return {row.rating: row.answers for row in connection.execute(query)}

    def of(self, trace_ids: Sequence[str], *, user: str) -> dict[str, Feedback]:
        """Return what a user thinks of some answers, by trace."""
        wanted = feedback.c.trace.in_(trace_ids) & (feedback.c.user == user)
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(feedback).where(wanted)).all()
        return {row.trace: _feedback_of(row._mapping) for row in rows}


def _days_ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")


def _record(row: Any) -> TraceRecord:
    return TraceRecord(
        kind=row.kind,
        user=row.user,
        conversation=row.conversation,
        asked=row.asked,
        trace=Trace.from_dict(row._mapping),
        answer=Answer.from_dict(row.answer) if row.answer else None,
        error=row.error,
    )


def _feedback_of(row: Any) -> Feedback:
    return Feedback(
        trace_id=row["trace"],
        user=row["user"],
        rating=row["rating"],
        comment=row["comment"],
        correction=row["correction"],
        created_at=row["created_at"],
    )
