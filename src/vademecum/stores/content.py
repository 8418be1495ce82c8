"""The chunks of one snapshot, and of which documents they are; shared by every index."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vademecum.stores.protocols import Mask, Rows
from vademecum.stores.schema import CHUNKS, DOCUMENTS, DUPLICATES
from vademecum.stores.store import Store
from vademecum.values import Access, Filter, Hit, Location, Viewer

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_KEPT = 64
"""Masks and views that are kept for the next search."""
_COLUMNS = ["id", "document_id", "start", "end", "text", "context", "location", "key"]


class Content:
    """Chunk columns in memory, rows by ascending chunk id.

    Attributes:
        chunks: Columns of the chunks table, one Arrow array each.
    """

    def __init__(self, store: Store, columns: Sequence[str] = ()) -> None:
        """Read the chunks of `store`'s snapshot, with further `columns` when asked for."""
        chunks = store.scan(CHUNKS, [*_COLUMNS, *columns])
        chunks = chunks.take(pc.sort_indices(chunks["id"]))
        self.chunks = {name: _joined(chunks[name]) for name in chunks.column_names}
        found = store.scan(DOCUMENTS, ["id", "source", "title", "media_type", "metadata", "access"])
        self._documents = {name: _joined(found[name]) for name in found.column_names}
        positions = pc.index_in(self.chunks["document_id"], value_set=self._documents["id"])
        self._document_rows: Rows = positions.to_numpy(zero_copy_only=False).astype(np.int64)
        self._twins: dict[str, list[str]] = {}
        for row in store.scan(DUPLICATES, ["source", "document_id"]).to_pylist():
            self._twins.setdefault(row["document_id"], []).append(row["source"])
        self._masks: dict[tuple[Filter, ...], Mask] = {}
        self._views: dict[Viewer, Self] = {}
        self._seen: Mask | None = None

    def seen_by(self, viewer: Viewer) -> Self:
        """Return the index as somebody sees it; see `Index.seen_by`."""
        if viewer.everything:
            return self
        view = self._views.get(viewer)
        if view is None:
            accesses = self._documents["access"].dictionary_encode()
            allowed = [viewer.may_read(Access.from_text(text)) for text in accesses.dictionary.to_pylist()]
            codes = accesses.indices.to_numpy(zero_copy_only=False)[self._document_rows]
            view = self._within(np.asarray(allowed, dtype=np.bool_)[codes])
            _put(self._views, viewer, view)
        return view

    def _within(self, seen: Mask) -> Self:
        """Return a copy that holds no more than these rows; big columns are shared."""
        made = copy.copy(self)
        made._seen, made._masks, made._views = seen, {}, {}
        return made

    def _allowed(self, allowed: Mask | None) -> Mask | None:
        """Return which rows a search may propose; None for all."""
        if self._seen is None or allowed is None:
            return self._seen if allowed is None else allowed
        both: Mask = self._seen & allowed
        return both

    def hits(self, rows: Rows, scores: Sequence[float]) -> list[Hit]:
        """Return rows as hits, in the order given."""
        return [self._hit(int(row), float(score)) for row, score in zip(rows, scores, strict=True)]

    def documents(self, rows: Rows) -> Rows:
        """Return a number for the document of each row, equal for rows of one document."""
        return self._document_rows[rows]

    def passages(self, rows: Rows) -> list[tuple[str, str]]:
        """Return context and text of each row."""
        context, text = self.chunks["context"], self.chunks["text"]
        return [(context[int(row)].as_py(), text[int(row)].as_py()) for row in rows]

    def mask(self, filters: Sequence[Filter]) -> Mask:
        """Return which chunks there are to be seen of documents that pass every filter, bool [chunks]."""
        wanted = tuple(filters)
        found = self._masks.get(wanted)
        if found is None:
            kept = [all(one.keeps(fields) for one in wanted) for fields in self._fields]
            found = np.asarray(kept, dtype=np.bool_)[self._document_rows]
            found = found if self._seen is None else found & self._seen
            _put(self._masks, wanted, found)
        return found

    @cached_property
    def _fields(self) -> list[dict[str, object]]:
        """What a filter sees of each document."""
        columns = [
            self._documents[name].to_pylist() for name in ("source", "title", "media_type", "metadata")
        ]
        return [
            {**json.loads(metadata), "document": source, "title": title, "media_type": media_type}
            for source, title, media_type, metadata in zip(*columns, strict=True)
        ]

    def _hit(self, row: int, score: float) -> Hit:
        chunk = {name: self.chunks[name][row].as_py() for name in _COLUMNS}
        place = int(self._document_rows[row])
        return Hit(
            id=chunk["id"],
            document=self._documents["source"][place].as_py(),
            title=self._documents["title"][place].as_py(),
            score=score,
            text=chunk["text"],
            location=Location.from_dict(json.loads(chunk["location"])),
            document_id=chunk["document_id"],
            start=chunk["start"],
            end=chunk["end"],
            context=chunk["context"],
            also_at=tuple(self._twins.get(chunk["document_id"], ())),
        )


def _put(kept: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Keep a value for the next search, so many at most."""
    if len(kept) >= _KEPT:
        kept.clear()
    kept[key] = value


def _joined(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array, for fast access to single rows."""
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined
