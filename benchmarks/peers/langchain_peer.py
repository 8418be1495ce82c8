"""LangChain: RecursiveCharacterTextSplitter, InMemoryVectorStore, BM25Retriever, EnsembleRetriever.

Use: python langchain_peer.py --data DIR --weights DIR --chat FILE --out langchain.json
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter
from shared import CHUNK_TOKENS, Embedder, full_text, main


class _Embeddings(Embeddings):
    """The shared encoder behind LangChain's own interface."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._embedder.passages(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self._embedder.query(text).tolist()


class LangChain:
    """The documented ensemble over the default in-memory store."""

    packages = ("langchain-core", "langchain-classic", "langchain-community")

    def __init__(self, embedder: Embedder) -> None:
        self._embeddings = _Embeddings(embedder)
        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_TOKENS,
            chunk_overlap=0,
            length_function=embedder.count_tokens,
        )

    def ingest(self, rows: Sequence[dict[str, Any]]) -> int:
        documents = [
            Document(page_content=full_text(row), metadata={"id": row["_id"]})
            for row in rows
            if full_text(row).strip()
        ]
        chunks = self._splitter.split_documents(documents)
        store = InMemoryVectorStore(self._embeddings)
        store.add_documents(chunks)
        lexical = BM25Retriever.from_documents(chunks, k=50)
        dense = store.as_retriever(search_kwargs={"k": 50})
        self._retriever = EnsembleRetriever(retrievers=[lexical, dense], weights=[0.5, 0.5])
        return len(chunks)

    def search(self, query: str, top_k: int) -> list[tuple[str, str]]:
        found = self._retriever.invoke(query)[:top_k]
        return [(document.metadata["id"], document.page_content) for document in found]


if __name__ == "__main__":
    main(LangChain)
