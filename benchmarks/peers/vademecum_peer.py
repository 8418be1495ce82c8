"""Vademecum itself, measured by the same code; its answers are extracted, no chat model is asked.

Use: python vademecum_peer.py --data DIR --weights DIR --chat FILE --out vademecum.json
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared import Embedder, main

import vademecum


class Vademecum:
    """A workspace in a temporary folder, without the reranker, as the peers have none."""

    packages = ("vademecum", "onnxruntime")

    def __init__(self, embedder: Embedder) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._workspace = vademecum.open(self._folder.name)
        self._searcher = vademecum.open(self._folder.name, config={"retrieve.rerank": False})

    def ingest(self, rows: Sequence[dict[str, Any]]) -> int:
        path = Path(self._folder.name) / "rows.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        return self._workspace.ingest(path, id_field="_id", title_field="title", text_field="text").chunks

    def search(self, query: str, top_k: int) -> list[tuple[str, str]]:
        return [(hit.document, hit.text) for hit in self._searcher.search(query, top_k=top_k)]

    def answer(self, question: str) -> str:
        return self._workspace.ask(question).text


if __name__ == "__main__":
    main(Vademecum)
