"""txtai: Embeddings with hybrid=True and external vectors, content stored, sentences joined to chunks.

Use: python txtai_peer.py --data DIR --weights DIR --chat FILE --out txtai.json
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared import CHUNK_TOKENS, QUERY_PREFIX, Embedder, full_text, main
from txtai import Embeddings


class Txtai:
    """One Embeddings index with its default ANN and its default hybrid scoring."""

    packages = ("txtai",)

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def ingest(self, rows: Sequence[dict[str, Any]]) -> int:
        words = CHUNK_TOKENS * 3 // 4
        self._owners, self._texts = [], []
        for row in rows:
            parts = full_text(row).split()
            for at in range(0, max(len(parts), 1), words):
                self._owners.append(row["_id"])
                self._texts.append(" ".join(parts[at : at + words]))
        embedder = self._embedder
        self._index = Embeddings(
            method="external",
            transform=lambda texts: embedder.passages(list(texts)),
            hybrid=True,
            encodebatch=32,
            instructions={"query": QUERY_PREFIX},
        )
        self._index.index((number, text, None) for number, text in enumerate(self._texts))
        return len(self._texts)

    def search(self, query: str, top_k: int) -> list[tuple[str, str]]:
        found = self._index.search(query, top_k)
        return [(self._owners[number], self._texts[number]) for number, _ in found]


if __name__ == "__main__":
    main(Txtai)
