"""Rows and files that the tests of datasets share."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from vademecum.values import QuestionExample, Span

Write = Callable[[str, Sequence[dict[str, Any]]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return what writes rows: JSONL, or one list where the name ends in .json."""

    def write_rows(name: str, rows: Sequence[dict[str, Any]]) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(map(json.dumps, rows)) if ".jsonl" in name else json.dumps(rows)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write_rows


@pytest.fixture
def write_squad(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes SQuAD's JSON: a paragraph for each article with its questions."""

    def write_articles(name: str, articles: dict[str, tuple[str, list[dict[str, Any]]]]) -> Path:
        data = [
            {"title": title, "paragraphs": [{"context": context, "qas": items}]}
            for title, (context, items) in articles.items()
        ]
        (tmp_path / name).write_text(json.dumps({"version": "v2.0", "data": data}))
        return tmp_path / name

    return write_articles


@pytest.fixture
def questions() -> list[QuestionExample]:
    """Twenty questions of ten groups."""
    found = []
    for row in range(20):
        context = (
            f"The fee of garden number {row} is {row + 3} pounds a year, says the ledger of {row * 7} pages."
        )
        answer = f"{row + 3} pounds"
        spans = (Span(text=answer, start=context.index(answer)),)
        found.append(
            QuestionExample(
                id=f"q{row:02}",
                group=f"g{row // 2}",
                question=f"What is fee {row}?",
                context=context,
                answers=spans,
            )
        )
    return found
