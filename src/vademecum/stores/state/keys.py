"""Keys to the server, kept as hashes, and the log of what was done with rights.

Use: `secret = state.keys.add("ana", role="reader")`, `state.keys.find(secret)`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Any, get_args

import sqlalchemy as sa

from vademecum.errors import InputError, NotFoundError
from vademecum.stores.state.engine import now
from vademecum.stores.state.tables import (
    audit,
    conversations,
    facts,
    feedback,
    keys,
    preferences,
    traces,
)
from vademecum.values.conversation import Key, Role

_SHOWN = 12
_FORGOTTEN = "(forgotten)"
_NAME = re.compile(r"\w(?:[\w.@+-]{0,62}\w)?")


class KeyStore:
    """Who may call the server.

    Args:
        engine: The database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, user: str, *, role: str, groups: Sequence[str] = ()) -> str:
        """Make a key and return its secret, which is shown this once.

        Raises:
            InputError: The name or the role cannot be.
        """
        if not _NAME.fullmatch(user):
            raise InputError(
                f"user = {user!r}: a name has 1 to 64 letters, digits and . @ + - _ between them."
            )
        if role not in get_args(Role):
            raise InputError(f"role = {role!r}: allowed is one of {', '.join(get_args(Role))}.")
        secret = f"vade-{secrets.token_urlsafe(32)}"
        with self._engine.begin() as connection:
            connection.execute(
                keys.insert().values(
                    user=user,
                    role=role,
                    groups=sorted(set(groups)),
                    hash=_hash(secret),
                    begins=secret[:_SHOWN],
                    created_at=now(),
                    revoked=False,
                )
            )
        return secret

    def find(self, secret: str) -> Key | None:
        """Return the key that a secret opens with; None when it opens nothing."""
        with self._engine.connect() as connection:
            row = connection.execute(
                sa.select(keys).where((keys.c.hash == _hash(secret)) & ~keys.c.revoked)
            ).one_or_none()
        return _key(row) if row else None

    def any(self) -> bool:
        """Say whether a key was ever made; one that is revoked does not open the server to all again."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(keys.c.number).limit(1)).first() is not None

    def list(self) -> Sequence[Key]:
        """Return all keys, oldest first."""
        with self._engine.connect() as connection:
            return [_key(row) for row in connection.execute(sa.select(keys).order_by(keys.c.number))]

    def delete(self, number: int) -> None:
        """Revoke a key.

        Raises:
            NotFoundError: There is no such key.
        """
        with self._engine.begin() as connection:
            found = connection.execute(keys.update().where(keys.c.number == number).values(revoked=True))
        if not found.rowcount:
            raise NotFoundError(f"there is no key {number}. `vade keys list` shows them.")


class AuditLog:
    """What was done with rights: never changed, only added to.

    Args:
        engine: The database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, action: str, target: str, *, user: str) -> None:
        """Write down an action."""
        with self._engine.begin() as connection:
            connection.execute(audit.insert().values(at=now(), user=user, action=action, target=target))

    def list(self, *, limit: int = 100) -> Sequence[dict[str, Any]]:
        """Return actions, the latest first."""
        query = sa.select(audit).order_by(audit.c.number.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]


def forget_user(engine: sa.Engine, user: str) -> dict[str, int]:
    """Remove everything of a person in one transaction and return how many rows of each kind that was.

    Their keys are removed too. The audit log keeps actions, under a name that tells nobody.
    """
    removed = {}
    with engine.begin() as connection:
        for table in (feedback, facts, preferences, conversations, traces, keys):
            removed[table.name] = connection.execute(table.delete().where(table.c.user == user)).rowcount
        connection.execute(audit.update().where(audit.c.user == user).values(user=_FORGOTTEN))
        connection.execute(audit.update().where(audit.c.target == user).values(target=_FORGOTTEN))
        named = audit.c.target.contains(f"user:{user}", autoescape=True)
        for row in connection.execute(sa.select(audit.c.number, audit.c.target).where(named)).all():
            target = re.sub(rf"user:{re.escape(user)}(?![\w.@+-])", f"user:{_FORGOTTEN}", row.target)
            connection.execute(audit.update().where(audit.c.number == row.number).values(target=target))
    return removed


def _hash(secret: str) -> str:
    """Secrets are random, so that a plain hash of them cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Any) -> Key:
    return Key(
        number=row.number,
        user=row.user,
        role=row.role,
        groups=tuple(row.groups),
        begins=row.begins,
        created_at=row.created_at,
        revoked=row.revoked,
    )
