"""Write documents and their chunks into the store, each content once.

Owns the rows of places, documents, chunks and duplicates; when a change becomes visible is the
caller's choice (`commit`).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import pyarrow as pa

from vademecum.errors import ParseError
from vademecum.ingest.chunk import CountTokens, chunk_document
from vademecum.ingest.sync import Place
from vademecum.stores.schema import CHUNKS, DOCUMENTS, DUPLICATES, PLACES, ROOTS, SCHEMAS
from vademecum.stores.store import Store
from vademecum.values import Chunk, Document

Analyse = Callable[[str], Sequence[str]]
"""Turns text into the terms lexical search compares."""


class IndexWriter:
    """Collects rows and appends them to the store's tables.

    Args:
        store: Opened, recovered and locked for writing.
        count_tokens: Token counter of the embedding model.
        analyse: Makes the terms of lexical search.
        max_tokens: Limit for a chunk.
    """

    def __init__(self, store: Store, *, count_tokens: CountTokens, analyse: Analyse, max_tokens: int) -> None:
        self._store = store
        self._count_tokens = count_tokens
        self._analyse = analyse
        self._max_tokens = max_tokens
        self._owned: dict[str, dict[str, str]] = defaultdict(dict)  # path -> document id -> fingerprint
        self._stored: dict[str, str] = {}  # fingerprint -> document id
        self._held: dict[str, str] = {}  # document id -> path
        for row in store.scan(DOCUMENTS, ["id", "path", "fingerprint"]).to_pylist():
            self._note(row["id"], row["path"], row["fingerprint"])
        self._rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in SCHEMAS}
        self._gone: dict[tuple[str, str], set[str]] = defaultdict(set)  # table, column -> values

    @property
    def pending_rows(self) -> int:
        """Rows collected since the last `flush`."""
        return sum(len(rows) for rows in self._rows.values())

    def places(self) -> dict[str, Place]:
        """Return every known file by path."""
        rows = self._store.scan(PLACES, SCHEMAS[PLACES].names).to_pylist()
        return {row["path"]: Place(**row) for row in rows}

    def roots(self) -> dict[str, str]:
        """Return who may read new files below a path, by path."""
        return {row["path"]: row["access"] for row in self._store.scan(ROOTS, ["path", "access"]).to_pylist()}

    def add_root(self, path: str, access: str) -> None:
        """Note who may read new files below a path."""
        self._gone[ROOTS, "path"].add(path)
        self._rows[ROOTS].append((path, access))

    def ids_of(self, path: str) -> set[str]:
        """Return the ids of the documents that came from a file."""
        return set(self._owned.get(path, ()))

    def add(self, document: Document, *, path: str, titled: bool) -> list[Chunk] | None:
        """Store a document, or note it as another source of content that is already there.

        Content counts as there only where the very same people may read it.

        Args:
            document: What was read.
            path: The file it came from.
            titled: Whether the title is part of the content (rows) or may be a file name.

        Returns:
            Its chunks; None when it is a duplicate.

        Raises:
            ParseError: Another file of the same owner holds this very document for other readers.
        """
        fingerprint = _fingerprint(document, titled=titled)
        document_id = document.id
        twin = self._stored.get(fingerprint)
        holder = self._held.get(document_id, path)
        if twin is None and holder != path:
            raise ParseError(
                f"'{document.source}' is also in {holder}, for other readers."
                " Give both files the same readers."
            )
        if twin is not None and (twin != document_id or holder != path):
            self._rows[DUPLICATES].append((document.source, path, twin))
            return None
        self._note(document_id, path, fingerprint)
        fields = document.to_dict()
        self._rows[DOCUMENTS].append(
            (
                document_id,
                path,
                document.source,
                document.title,
                document.media_type,
                json.dumps(fields["metadata"]),
                fingerprint,
                document.text,
                json.dumps(fields["blocks"]),
                fields["access"],
            )
        )
        return self.add_chunks(document)

    def add_chunks(self, document: Document) -> list[Chunk]:
        """Cut a stored document and append its chunks."""
        chunks = chunk_document(document, count_tokens=self._count_tokens, max_tokens=self._max_tokens)
        self._rows[CHUNKS] += [
            (
                chunk.id,
                chunk.document_id,
                chunk.start,
                chunk.end,
                chunk.text,
                chunk.context,
                json.dumps(chunk.location.to_dict()),
                chunk.key,
                " ".join(self._analyse(chunk.passage)),
            )
            for chunk in chunks
        ]
        return chunks

    def add_place(self, place: Place) -> None:
        """Note a file as read, or as failed with its reason."""
        self._gone[PLACES, "path"].add(place.path)
        self._rows[PLACES].append(tuple(getattr(place, name) for name in SCHEMAS[PLACES].names))

    def remove_documents(self, path: str, ids: Iterable[str]) -> None:
        """Delete documents of a file with their chunks; duplicates of them are forgotten."""
        self.flush()
        for document_id in ids:
            self._stored.pop(self._owned[path].pop(document_id), None)
            self._held.pop(document_id, None)
            self._gone[DOCUMENTS, "id"].add(document_id)
            self._gone[CHUNKS, "document_id"].add(document_id)
            self._gone[DUPLICATES, "document_id"].add(document_id)

    def remove_file(self, path: str) -> None:
        """Delete a file's place, its documents and its notes as a duplicate."""
        self.remove_documents(path, self.ids_of(path))
        self._gone[DUPLICATES, "path"].add(path)
        self._gone[PLACES, "path"].add(path)

    def waiting_on(self, paths: Iterable[str]) -> set[str]:
        """Return the files whose content is stored only under one of `paths`."""
        owners = {document_id for path in paths for document_id in self.ids_of(path)}
        rows = self._store.scan(DUPLICATES, ["path", "document_id"]).to_pylist()
        return {row["path"] for row in rows if row["document_id"] in owners}

    def flush(self) -> None:
        """Bring deletions and then rows into the tables; still invisible to readers."""
        for (name, column), values in self._gone.items():
            self._store.delete(name, column, sorted(values))
        self._gone.clear()
        for name, rows in self._rows.items():
            if rows:
                schema = SCHEMAS[name]
                columns = zip(*rows, strict=True)
                arrays = [
                    pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)
                ]
                self._store.add(name, pa.table(arrays, schema=schema))
                rows.clear()

    def _note(self, document_id: str, path: str, fingerprint: str) -> None:
        self._owned[path][document_id] = fingerprint
        self._stored[fingerprint] = document_id
        self._held[document_id] = path


def _fingerprint(document: Document, *, titled: bool) -> str:
    """Return a hash that near-exact copies for the same readers share: case and white space do not count."""
    content = f"{document.title}\n{document.text}" if titled else document.text
    words = document.access.to_text() + " ".join(content.casefold().split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]
