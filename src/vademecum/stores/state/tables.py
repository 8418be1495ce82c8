"""The tables of the state store: who asked what, what was answered, and what people said of it.

Owns the columns; what is read and written belongs to the modules beside it. Times are UTC in ISO 8601, which
sorts as text; order within a table is its running number, because clocks may jump.
Source: SQLAlchemy 2 Core.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 1
"""Of the tables; a store of a newer version is refused."""

metadata = MetaData()

about = Table("about", metadata, Column("key", String(64), primary_key=True), Column("value", Text))

conversations = Table(
    "conversations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), unique=True, nullable=False),
    Column("user", String(64), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), unique=True, nullable=False),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("asked", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("answer", JSON(none_as_null=True)),
    Column("trace", String(32), nullable=False),
    Column("created_at", String(32), nullable=False),
    UniqueConstraint("conversation", "place"),
)

traces = Table(
    "traces",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), unique=True, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("user", String(64), nullable=False, index=True),
    Column("conversation", String(32), nullable=False),
    Column("asked", Text, nullable=False),
    Column("began_at", String(32), nullable=False, index=True),
    Column("ms", Float, nullable=False),
    Column("error", Text, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("answer", JSON(none_as_null=True)),
)

feedback = Table(
    "feedback",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("trace", ForeignKey("traces.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("user", String(64), nullable=False, index=True),
    Column("rating", Integer, nullable=False),
    Column("comment", Text, nullable=False),
    Column("correction", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    UniqueConstraint("trace", "user"),
)

facts = Table(
    "facts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), unique=True, nullable=False),
    Column("user", String(64), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("turn", String(32), nullable=False),
    Column("created_at", String(32), nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    Column("user", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("user", String(64), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("groups", JSON, nullable=False),
    Column("hash", String(64), unique=True, nullable=False),
    Column("begins", String(16), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("revoked", Boolean, nullable=False, default=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("user", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("target", Text, nullable=False),
)

Index("turns_in_order", turns.c.conversation, turns.c.place)
