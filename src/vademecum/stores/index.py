"""Choose how a snapshot is searched: exact in memory while it is small, on disk when it is large."""

from __future__ import annotations

from vademecum.stores.lance_index import LanceIndex
from vademecum.stores.memory_index import MemoryIndex
from vademecum.stores.protocols import Index
from vademecum.stores.schema import CHUNKS
from vademecum.stores.store import Store


def open_index(store: Store, *, memory_chunks: int) -> Index:
    """Return the index of the store's snapshot.

    Args:
        store: Opened at the snapshot to search.
        memory_chunks: Up to this many chunks are searched exactly, in memory.
    """
    if store.count(CHUNKS) <= memory_chunks:
        return MemoryIndex(store)
    return LanceIndex(store)
