"""Indexes on disk, built by themselves once a collection is too large for memory."""

from __future__ import annotations

import logging

from lancedb.index import FTS, BTree, IvfHnswSq

from vademecum.stores.schema import CHUNKS, vectors_table
from vademecum.stores.store import Store

logger = logging.getLogger(__name__)

_LEAST_VECTORS = 10_000  # below that a scan is as fast as any index


def build_indexes(store: Store, *, memory_chunks: int) -> None:
    """Build or extend the on-disk indexes a large collection needs; a small one needs none.

    Args:
        store: Opened for writing; the result becomes visible with the next commit.
        memory_chunks: Up to this many chunks are searched in memory.
    """
    if store.count(CHUNKS) <= memory_chunks:
        return
    chunks = store.table(CHUNKS)
    assert chunks is not None
    built = {index.columns[0] for index in chunks.list_indices()}
    if "terms" not in built:
        logger.info("building the full-text index of %d chunks", chunks.count_rows())
        words = FTS(
            base_tokenizer="whitespace",
            stem=False,
            remove_stop_words=False,
            lower_case=False,
            ascii_folding=False,
            with_position=False,
            max_token_length=None,
        )
        chunks.create_index("terms", config=words)
        chunks.create_index("id", config=BTree())
    vectors = store.table(vectors_table(store.snapshot.space)) if store.snapshot.space else None
    if vectors is None:
        return
    built = {index.columns[0] for index in vectors.list_indices()}
    if "key" not in built:
        vectors.create_index("key", config=BTree())
    if "vector" not in built and vectors.count_rows() >= _LEAST_VECTORS:
        logger.info("building the vector index of %d vectors", vectors.count_rows())
        vectors.create_index("vector", config=IvfHnswSq(distance_type="cosine"))
