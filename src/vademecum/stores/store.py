"""The durable store: Lance tables under one snapshot.

Owns reading and committing; what the rows mean belongs to the stages.
Use: `store = Store.open(folder)`; a writer calls `store.add(...)` and `store.delete(...)`, then
`store.commit()`, and everything since the last commit becomes visible at once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self

import lancedb
import pyarrow as pa

from vademecum.errors import LimitError
from vademecum.stores.schema import SCHEMAS, vectors_schema, vectors_table
from vademecum.stores.snapshot import Snapshot, read_snapshot, write_snapshot

logger = logging.getLogger(__name__)

FOLDER_NAME = ".vade"
_TABLES_FOLDER = "tables"
_DELETE_BATCH = 1_000
_COMPACT_EVERY = 64
_KEEP_VERSIONS_S = 3_600
_FOREVER_S = 100 * 365 * 86_400


class Store:
    """A workspace's tables at one snapshot.

    Attributes:
        folder: The store's folder, `.vade` inside the workspace.
        snapshot: The state that reads see; a writer also sees its own uncommitted rows.
    """

    def __init__(self, folder: Path, snapshot: Snapshot) -> None:
        self.folder = folder
        self.snapshot = snapshot
        self._database = lancedb.connect(str(folder / _TABLES_FOLDER))
        self._tables: dict[str, lancedb.table.Table] = {}
        self._dropped: set[str] = set()

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make an empty store; an existing one is left as it is.

        Raises:
            WorkspaceError: The folder holds a store of a newer version.
        """
        if not (folder / "CURRENT").exists():
            folder.mkdir(parents=True, exist_ok=True)
            write_snapshot(folder, Snapshot())
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a store for reading at its current snapshot.

        Raises:
            WorkspaceError: There is no store, or it is of a newer version.
        """
        return cls(folder, read_snapshot(folder))

    def recover(self) -> None:
        """Drop what an interrupted writer left: bring every table back to the snapshot.

        Call with the writer lock held, before the first write.
        """
        self.snapshot = read_snapshot(self.folder)
        self._tables.clear()
        restored = False
        for name in self._database.list_tables(limit=1_000).tables:
            if name not in self.snapshot.tables:
                self._database.drop_table(name)
                continue
            table = self._database.open_table(name)
            if table.version != self.snapshot.tables[name]:
                table.restore(self.snapshot.tables[name])
                restored = True
            restored |= _completed(table, name)
            self._tables[name] = table
        if restored:
            self._publish(self._tables)

    def scan(self, name: str, columns: Sequence[str], *, where: str | None = None) -> pa.Table:
        """Return the rows of a table, optionally those that a Lance SQL condition keeps."""
        table = self._open(name)
        if table is None:
            schema = SCHEMAS.get(name, vectors_schema(1))
            return pa.schema([schema.field(column) for column in columns]).empty_table()
        stored = [column for column in columns if column in table.schema.names]
        if where is None and len(stored) == len(table.schema):
            rows = table.to_arrow()
        else:
            query = table.search().select(stored)
            rows = (query.where(where) if where is not None else query).to_arrow()
        for column in columns:
            if column not in stored:  # of a store that an older version wrote
                rows = rows.append_column(column, pa.array([""] * rows.num_rows, pa.string()))
        return rows.select(list(columns))

    def table(self, name: str) -> lancedb.table.Table | None:
        """Return the Lance table itself at the snapshot, for index searches; None when absent."""
        return self._open(name)

    def count(self, name: str) -> int:
        """Return how many rows a table has."""
        table = self._open(name)
        return table.count_rows() if table is not None else 0

    def add(self, name: str, rows: pa.Table) -> None:
        """Append rows; invisible to others until `commit`."""
        if not rows.num_rows:
            return
        with _writing(self.folder):
            table = self._tables.get(name)
            if table is None:
                table = self._tables[name] = self._database.create_table(
                    name, schema=rows.schema, mode="overwrite"
                )
                self._dropped.discard(name)
            table.add(rows)

    def add_vectors(self, space: str, rows: pa.Table) -> None:
        """Append vectors of one embedding space (columns `key` and `vector`)."""
        self.add(vectors_table(space), rows)

    def delete(self, name: str, column: str, values: Iterable[str]) -> None:
        """Delete the rows whose `column` is one of `values`; invisible until `commit`."""
        table = self._tables.get(name)
        wanted = list(values)
        if table is None:
            return
        with _writing(self.folder):
            for first in range(0, len(wanted), _DELETE_BATCH):
                table.delete(f"{column} IN ({sql_list(wanted[first : first + _DELETE_BATCH])})")

    def drop(self, name: str) -> None:
        """Forget a table from the next commit on; its files go with the next `recover`."""
        self._tables.pop(name, None)
        self._dropped.add(name)

    def commit(self, *, space: str | None = None, chunker: str | None = None) -> None:
        """Make everything written since the last commit the current state, atomically.

        Args:
            space: Embedding space dense search uses from now on; unchanged when None.
            chunker: What cut the chunks; unchanged when None.

        Raises:
            LimitError: The disk is full; the last committed state stays.
        """
        self._publish(self._tables, space=space, chunker=chunker)
        if self.snapshot.generation % _COMPACT_EVERY == 0:
            self.compact()

    def commit_vectors(self, space: str) -> None:
        """Make only the new vectors of a space visible; other uncommitted rows stay invisible."""
        name = vectors_table(space)
        if name in self._tables:
            self._publish({name: self._tables[name]})

    def compact(self, *, keep_s: float = _KEEP_VERSIONS_S) -> None:
        """Join the small files that commits leave, and drop versions no reader needs any more.

        Old versions go only after the joined ones are current: a kill in between loses nothing.

        Args:
            keep_s: Age in seconds up to which versions are kept for whoever still reads them.
        """
        for kept_s in (_FOREVER_S, keep_s):
            with _writing(self.folder):
                for table in self._tables.values():
                    table.optimize(cleanup_older_than=timedelta(seconds=kept_s))
            self._publish(self._tables)

    def _publish(
        self,
        tables: Mapping[str, lancedb.table.Table],
        *,
        space: str | None = None,
        chunker: str | None = None,
    ) -> None:
        versions = {**self.snapshot.tables, **{name: table.version for name, table in tables.items()}}
        snapshot = Snapshot(
            generation=self.snapshot.generation + 1,
            tables={name: version for name, version in versions.items() if name not in self._dropped},
            space=self.snapshot.space if space is None else space,
            chunker=self.snapshot.chunker if chunker is None else chunker,
        )
        with _writing(self.folder):
            write_snapshot(self.folder, snapshot)
        self.snapshot = snapshot

    def _open(self, name: str) -> lancedb.table.Table | None:
        if name not in self._tables:
            version = self.snapshot.tables.get(name)
            if version is None:
                return None
            table = self._database.open_table(name)
            table.checkout(version)
            self._tables[name] = table
        return self._tables[name]


def _completed(table: lancedb.table.Table, name: str) -> bool:
    """Add the columns, all of text, that an older version did not know; return whether there were any."""
    new = [column for column in SCHEMAS.get(name, table.schema).names if column not in table.schema.names]
    if new:
        table.add_columns(dict.fromkeys(new, "''"))
    return bool(new)


def sql_list(values: Iterable[str]) -> str:
    """Return values as the inside of an SQL IN list."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn a full disk or a lack of permission into an error that says what to do.

    Lance reports both as a RuntimeError with its own words.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "LanceError(IO)" not in str(error):
            raise
        reason = "no space left on the disk" if "No space left" in str(error) else str(error)
        raise LimitError(
            f"{folder} cannot be written: {reason}. Free some space or mend its permissions and run the same "
            f"command again; what was committed before is intact."
        ) from error
