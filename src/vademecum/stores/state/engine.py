"""Opens the database that a workspace keeps its state in: SQLite in a file, or PostgreSQL by its URL.

Owns the connection and the version of the tables.
Use: `engine = open_engine("", folder)`.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from vademecum.errors import ConfigError, MissingExtraError, ProviderError, WorkspaceError
from vademecum.stores.state.tables import VERSION, about, metadata

FILE_NAME = "state.db"
_BUSY_MS = 10_000


def open_engine(url: str, folder: Path) -> sa.Engine:
    """Return a database whose tables are there.

    Args:
        url: SQLAlchemy's URL of a PostgreSQL database, such as postgresql://ana@db/notes; empty for a file
            in `folder`. A password comes from PGPASSWORD or ~/.pgpass, never from the URL.
        folder: Where the file lies.

    Raises:
        ConfigError: The URL cannot be used.
        ProviderError: The database does not answer.
        WorkspaceError: The tables are of a newer version.
    """
    engine = _postgresql(url) if url else _sqlite(folder / FILE_NAME)
    try:
        _make_tables(engine)
    except OperationalError as error:
        raise ProviderError(
            f"the state store {engine.url.render_as_string()} does not answer: {error.orig}. See state.url."
        ) from error
    except DatabaseError as error:
        raise WorkspaceError(
            f"{engine.url.render_as_string()} is not a state store: {error.orig}. Move it away or restore it."
        ) from error
    return engine


def now() -> str:
    """Return the time, UTC in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def new_id() -> str:
    """Return 32 random hexadecimal digits, the form of a trace id in OpenTelemetry."""
    return secrets.token_hex(16)


def _sqlite(path: Path) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: Any, record: ConnectionPoolEntry) -> None:
        for pragma in ("journal_mode=WAL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _postgresql(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "postgresql":
            raise ConfigError(f"state.url = {url!r}: a postgresql:// URL is needed, or none for a file.")
        if parsed.password:
            shown = parsed.render_as_string()
            raise ConfigError(f"state.url = {shown!r} holds a password. Put it into PGPASSWORD or ~/.pgpass.")
        return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(f"state.url = {url!r} is not a URL: {error}.") from error
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "PostgreSQL needs a driver. Install it: pip install 'vademecum[postgres]'"
        ) from error


def _make_tables(engine: sa.Engine) -> None:
    """Make what is missing; several processes may do so at once."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(8600)")
        metadata.create_all(connection)
        found = connection.scalar(sa.select(about.c.value).where(about.c.key == "version"))
        if found is None:
            connection.execute(about.insert().values(key="version", value=str(VERSION)))
    if found is not None and int(found) > VERSION:
        raise WorkspaceError(
            f"the state store is of version {found}, this program reads {VERSION}. Update vademecum."
        )
