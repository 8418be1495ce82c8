"""LlamaIndex: SentenceSplitter, VectorStoreIndex, BM25Retriever, QueryFusionRetriever (reciprocal rank).

Use: python llamaindex_peer.py --data DIR --weights DIR --chat FILE --out llamaindex.json
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core import Document, Settings, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.retrievers.bm25 import BM25Retriever
from pydantic import PrivateAttr
from shared import CHUNK_TOKENS, Embedder, full_text, main


class _Embedding(BaseEmbedding):
    """The shared encoder behind LlamaIndex's own interface."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(embed_batch_size=32)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embedder.query(query).tolist()

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._embedder.passages([text])[0].tolist()

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embedder.passages(texts).tolist()


class LlamaIndex:
    """The documented hybrid retriever over the default in-memory store."""

    packages = ("llama-index-core", "llama-index-retrievers-bm25")

    def __init__(self, embedder: Embedder) -> None:
        self._embedding = _Embedding(embedder)
        Settings.llm = MockLLM()  # fusion asks for one, and with a single query never calls it
        self._splitter = SentenceSplitter(
            chunk_size=CHUNK_TOKENS, chunk_overlap=0, tokenizer=lambda text: [0] * embedder.count_tokens(text)
        )

    def ingest(self, rows: Sequence[dict[str, Any]]) -> int:
        documents = [Document(text=full_text(row), metadata={"id": row["_id"]}) for row in rows]
        for document in documents:
            document.excluded_embed_metadata_keys = ["id"]
        nodes = self._splitter.get_nodes_from_documents(documents)
        index = VectorStoreIndex(nodes, embed_model=self._embedding)
        self._retrievers = [
            index.as_retriever(similarity_top_k=50),
            BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=50),
        ]
        return len(nodes)

    def search(self, query: str, top_k: int) -> list[tuple[str, str]]:
        fusion = QueryFusionRetriever(
            self._retrievers, similarity_top_k=top_k, num_queries=1, mode="reciprocal_rerank", use_async=False
        )
        return [(found.metadata["id"], found.get_content()) for found in fusion.retrieve(query)]


if __name__ == "__main__":
    main(LlamaIndex)
