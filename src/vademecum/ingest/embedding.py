"""Give every chunk its vector, in the background, each content once per embedding space."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vademecum.stores.schema import CHUNKS, vectors_schema, vectors_table
from vademecum.stores.store import Store

Encode = Callable[[str], NDArray[np.float32]]
"""Turns one passage into a unit vector, float32 [dim]."""

_MAX_WAITING = 20_000  # passages held in memory; beyond that reading waits for the models


class EmbeddingQueue:
    """Encodes passages on an executor and appends the vectors to the store.

    Args:
        store: Opened, recovered and locked for writing.
        encode: The embedding model.
        executor: Where it runs.
        space: The embedding space the vectors belong to.
        dim: Length of a vector.
    """

    def __init__(self, store: Store, encode: Encode, *, executor: Executor, space: str, dim: int) -> None:
        self._store = store
        self._encode = encode
        self._executor = executor
        self._space = space
        self._schema = vectors_schema(dim)
        self._known = set(store.scan(vectors_table(space), ["key"])["key"].to_pylist())
        self._waiting: deque[tuple[str, Future[NDArray[np.float32]]]] = deque()
        self.embedded = 0

    @property
    def waiting(self) -> int:
        """Passages that have no vector yet."""
        return len(self._waiting)

    def put(self, key: str, passage: str) -> None:
        """Queue a passage unless its vector is there or on its way."""
        if key in self._known:
            return
        self._known.add(key)
        while len(self._waiting) >= _MAX_WAITING:
            self.flush(wait_for=_MAX_WAITING // 10)
        self._waiting.append((key, self._executor.submit(self._encode, passage)))

    def put_missing(self) -> None:
        """Queue every stored chunk that has no vector in this space."""
        keys = self._store.scan(CHUNKS, ["key"])["key"].to_pylist()
        if any(key not in self._known for key in keys):
            for batch in self._store.scan(CHUNKS, ["key", "context", "text"]).to_batches(max_chunksize=1_000):
                for row in batch.to_pylist():
                    if row["key"] not in self._known:
                        self.put(
                            row["key"], f"{row['context']}\n{row['text']}" if row["context"] else row["text"]
                        )

    def flush(self, *, wait_for: int = 0) -> int:
        """Append finished vectors to the store, invisible until a commit.

        Args:
            wait_for: Wait until at least this many are finished.

        Returns:
            How many were appended.
        """
        done: list[tuple[str, NDArray[np.float32]]] = []
        while self._waiting and (len(done) < wait_for or self._waiting[0][1].done()):
            key, future = self._waiting.popleft()
            done.append((key, future.result()))
        if done:
            self._store.add_vectors(self._space, self._table(done))
            self.embedded += len(done)
        return len(done)

    def cancel(self) -> None:
        """Drop what has not been started."""
        for _, future in self._waiting:
            future.cancel()
        self._waiting.clear()

    def drop_orphans(self, keys: Iterable[str]) -> None:
        """Delete cached vectors of content that is gone, once they are the larger part."""
        alive = set(keys)
        orphans = self._known - alive
        if len(orphans) > max(len(alive), 1_000):
            self._store.delete(vectors_table(self._space), "key", sorted(orphans))
            self._known -= orphans

    def _table(self, rows: list[tuple[str, NDArray[np.float32]]]) -> pa.Table:
        keys, vectors = zip(*rows, strict=True)
        flat = pa.array(np.concatenate(vectors), type=pa.float32())
        dim = self._schema.field("vector").type.list_size
        return pa.table([pa.array(keys), pa.FixedSizeListArray.from_arrays(flat, dim)], schema=self._schema)
