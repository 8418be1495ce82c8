"""Haystack: DocumentSplitter, InMemoryDocumentStore, BM25 and embedding retrievers, DocumentJoiner (RRF).

Use: python haystack_peer.py --data DIR --weights DIR --chat FILE --out haystack.json
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from shared import CHUNK_TOKENS, Embedder, full_text, main


class Haystack:
    """The documented hybrid pipeline over the in-memory store."""

    packages = ("haystack-ai",)

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._splitter = DocumentSplitter(split_by="word", split_length=CHUNK_TOKENS * 3 // 4)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def ingest(self, rows: Sequence[dict[str, Any]]) -> int:
        documents = [
            Document(content=full_text(row), meta={"id": row["_id"]})
            for row in rows
            if full_text(row).strip()
        ]
        warm_up = getattr(self._splitter, "warm_up", None)
        if warm_up is not None:
            warm_up()
        chunks = self._splitter.run(documents=documents)["documents"]
        vectors = self._embedder.passages([chunk.content for chunk in chunks])
        embedded = [
            Document(content=chunk.content, meta={**chunk.meta, "part": number}, embedding=vector.tolist())
            for number, (chunk, vector) in enumerate(zip(chunks, vectors, strict=True))
        ]
        store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
        store.write_documents(embedded)
        self._lexical = InMemoryBM25Retriever(store, top_k=50)
        self._dense = InMemoryEmbeddingRetriever(store, top_k=50)
        return len(embedded)

    def search(self, query: str, top_k: int) -> list[tuple[str, str]]:
        lexical = self._lexical.run(query=query)["documents"]
        dense = self._dense.run(query_embedding=self._embedder.query(query).tolist())["documents"]
        found = self._joiner.run(documents=[lexical, dense], top_k=top_k)["documents"]
        return [(document.meta["id"], document.content) for document in found]


if __name__ == "__main__":
    main(Haystack)
