"""Takes everything that belongs to somebody out of the store, for good.

Owns what is deleted of documents; their files, and what is kept of talks, belong to the caller.
Use: `ids = forget_owner(store, "ana")` with the writer lock held.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from vademecum.stores.schema import CHUNKS, DOCUMENTS, DUPLICATES, PLACES, ROOTS, SCHEMAS, VECTORS
from vademecum.stores.store import Store
from vademecum.values import Access

FORGOTTEN = "its owner was forgotten; ingest it again to say who may read it"
"""Why a file that is still there is not read any more."""
_NOTHING_S = 0.001  # versions that old are dropped, with what they still hold
_NOBODY = Access(readers=()).to_text()


def forget_owner(store: Store, user: str) -> set[str]:
    """Remove a user's documents and return their ids.

    A file of theirs that still lies where it was read is noted as not to be read. What comes new to their
    folders only the workspace's owner may read.

    Args:
        store: Opened, recovered and locked for writing.
        user: Whose documents go.
    """
    documents = _of(store, DOCUMENTS, ["id"], user)
    ids = {row["id"] for row in documents}
    places = _of(store, PLACES, SCHEMAS[PLACES].names, user)
    paths = {place["path"] for place in places}
    chunks = store.scan(CHUNKS, ["document_id", "key"]).to_pylist()
    keys = {chunk["key"] for chunk in chunks if chunk["document_id"] in ids}
    roots = _of(store, ROOTS, ["path"], user)
    store.delete(DOCUMENTS, "id", ids)
    store.delete(CHUNKS, "document_id", ids)
    store.delete(DUPLICATES, "path", paths)
    store.delete(PLACES, "path", paths)
    store.delete(ROOTS, "path", [root["path"] for root in roots])
    for name in store.snapshot.tables:
        if name.startswith(VECTORS):
            store.delete(name, "key", keys)
    left = [place for place in places if Path(place["path"]).exists()]
    _add(store, PLACES, [{**place, "access": _NOBODY, "reason": FORGOTTEN} for place in left])
    _add(store, ROOTS, [{**root, "access": _NOBODY} for root in roots])
    store.commit()
    store.compact(keep_s=_NOTHING_S)
    return ids


def _of(store: Store, table: str, columns: list[str], user: str) -> list[dict[str, str]]:
    """Return the rows of a table that belong to a user."""
    rows = store.scan(table, list(dict.fromkeys([*columns, "access"]))).to_pylist()
    return [row for row in rows if Access.from_text(row["access"]).owner == user]


def _add(store: Store, table: str, rows: list[dict[str, str]]) -> None:
    store.add(table, pa.Table.from_pylist(rows, schema=SCHEMAS[table]))
