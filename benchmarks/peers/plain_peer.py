"""No framework: bm25s, an exact matrix and reciprocal rank fusion.

Use: python plain_peer.py --data DIR --weights DIR --chat FILE --out plain.json
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bm25s
import numpy as np
from shared import CHUNK_TOKENS, Embedder, full_text, main


class Plain:
    """Everything in a few arrays."""

    packages = ("bm25s", "numpy", "onnxruntime")

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
        self._lexical = bm25s.BM25()
        words_of = bm25s.tokenize(self._texts, stopwords="en", show_progress=False)
        self._lexical.index(words_of, show_progress=False)
        self._matrix = self._embedder.passages(self._texts)
        return len(self._texts)

    def search(self, query: str, top_k: int) -> list[tuple[str, str]]:
        words = bm25s.tokenize([query], stopwords="en", show_progress=False, return_ids=False)[0]
        fused: dict[int, float] = {}
        for leg in (self._lexical.get_scores(words), self._matrix @ self._embedder.query(query)):
            for rank, row in enumerate(np.argsort(-leg, kind="stable")[:100].tolist()):
                fused[row] = fused.get(row, 0.0) + 1 / (61 + rank)
        best = sorted(fused, key=lambda row: -fused[row])[:top_k]
        return [(self._owners[row], self._texts[row]) for row in best]


if __name__ == "__main__":
    main(Plain)
