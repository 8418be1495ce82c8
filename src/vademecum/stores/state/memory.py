"""What people said of themselves, and how they want to be answered.

Use: `state.memory.add(user="ana", text="I work in Lyon.", turn_id="")`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from vademecum.errors import NotFoundError
from vademecum.stores.state.engine import new_id, now
from vademecum.stores.state.tables import facts, preferences
from vademecum.values.conversation import Fact


class MemoryStore:
    """Facts and preferences by user.

    Args:
        engine: The database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, *, user: str, text: str, turn_id: str = "") -> Fact:
        """Remember what a user said; what was said before in the same words is not kept twice."""
        made = Fact(id=new_id(), user=user, text=text, turn_id=turn_id, created_at=now())
        row = made.to_dict()
        with self._engine.begin() as connection:
            same = (facts.c.user == user) & (facts.c.text == text)
            connection.execute(facts.delete().where(same))
            connection.execute(facts.insert().values(turn=row.pop("turn_id"), **row))
        return made

    def list(self, *, user: str | None = None) -> Sequence[Fact]:
        """Return facts in the order they were said; of one user or of all."""
        query = sa.select(facts).order_by(facts.c.number)
        if user is not None:
            query = query.where(facts.c.user == user)
        with self._engine.connect() as connection:
            return [
                Fact(id=row.id, user=row.user, text=row.text, turn_id=row.turn, created_at=row.created_at)
                for row in connection.execute(query)
            ]

    def update(self, name: str, text: str, *, user: str) -> None:
        """Correct a fact.

        Raises:
            NotFoundError: The user has no such fact.
        """
        self._change(facts.update().values(text=text), name, user)

    def delete(self, name: str, *, user: str) -> None:
        """Forget a fact.

        Raises:
            NotFoundError: The user has no such fact.
        """
        self._change(facts.delete(), name, user)

    def preferences(self, user: str) -> Mapping[str, str]:
        """Return how a user wants to be answered, by name."""
        query = sa.select(preferences).where(preferences.c.user == user)
        with self._engine.connect() as connection:
            return {row.name: row.value for row in connection.execute(query)}

    def prefer(self, user: str, name: str, value: str) -> None:
        """Keep a preference; an empty value takes it back."""
        same = (preferences.c.user == user) & (preferences.c.name == name)
        with self._engine.begin() as connection:
            connection.execute(preferences.delete().where(same))
            if value:
                connection.execute(preferences.insert().values(user=user, name=name, value=value))

    def _change(self, statement: sa.Update | sa.Delete, name: str, user: str) -> None:
        wanted = (facts.c.id.startswith(name, autoescape=True)) & (facts.c.user == user)
        with self._engine.begin() as connection:
            found = connection.scalars(sa.select(facts.c.id).where(wanted).limit(2)).all()
            if len(found) != 1:
                raise NotFoundError(f"'{name}' is not the id of one fact. `vade memory list` shows them.")
            connection.execute(statement.where(facts.c.id == found[0]))
