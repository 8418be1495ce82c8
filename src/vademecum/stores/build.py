"""Indexes on disk, built by themselves once a collection is too large for memory."""

from __future__ import annotations

import logging

from lancedb.index import FTS, BTree, IvfHnswSq
from lancedb.table import Table

from vademecum.stores.schema import CHUNKS, vectors_table
from vademecum.stores.store import Store

logger = logging.getLogger(__name__)

_LEAST_VECTORS = 10_000  # below that a scan is as fast as any index
_EXTEND_ROWS = 10_000  # rows an index does not cover yet are scanned; from here on it is extended


def build_indexes(store: Store, *, memory_chunks: int) -> None:
    """Build or extend the on-disk indexes a large collection needs, and commit; a small one needs none.

    Args:
        store: Opened for writing, with nothing uncommitted.
        memory_chunks: Up to this many chunks are searched in memory.
    """
    if store.count(CHUNKS) <= memory_chunks:
        return
    chunks = store.table(CHUNKS)
    assert chunks is not None
    words = FTS(
        base_tokenizer="whitespace",
        stem=False,
        remove_stop_words=False,
        lower_case=False,
        ascii_folding=False,
        with_position=False,
        max_token_length=None,
    )
    changed = _cover(chunks, "terms", words) | _cover(chunks, "id", BTree())
    vectors = store.table(vectors_table(store.snapshot.space)) if store.snapshot.space else None
    if vectors is not None:
        changed |= _cover(vectors, "key", BTree())
        if vectors.count_rows() >= _LEAST_VECTORS:
            changed |= _cover(vectors, "vector", IvfHnswSq(distance_type="cosine"))
    if changed:
        store.commit()


def _cover(table: Table, column: str, config: FTS | BTree | IvfHnswSq) -> bool:
    """Build a column's index, or extend it when many rows came since; return whether it changed."""
    names = [index.name for index in table.list_indices() if index.columns == [column]]
    if not names:
        logger.info("indexing %s of %d rows", column, table.count_rows())
        table.create_index(column, config=config)
        return True
    stats = table.index_stats(names[0])
    if stats is None or stats.num_unindexed_rows < _EXTEND_ROWS:
        return False
    table.optimize()
    return True
