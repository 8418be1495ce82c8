"""Loads the judged collections and question sets the benchmarks use.

Use: `judged = load_judged(Path("../shared/data"), "scifact")`.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JUDGED = ("scifact", "cranfield", "cisi", "medline", "cacm", "npl_vaswani")
SEED = 20261123


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A collection with queries and relevance judgements.

    Attributes:
        name: Folder name of the set.
        rows: JSONL file with `_id`, `title`, `text`.
        queries: Query text by id.
        relevant: Grade by document id, by query id.
    """

    name: str
    rows: Path
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a SQuAD file: accepted answers (none when unanswerable), passage, article."""

    id: str
    text: str
    answers: tuple[str, ...]
    passage: str
    article: str


def load_judged(data: Path, name: str) -> Judged:
    """Return a judged set; `squad1_du` becomes a known-item set of 500 questions."""
    folder = data / name
    if name == "squad1_du":
        return _known_items(folder)
    queries = {row["_id"]: row["text"] for row in read_jsonl(folder / "queries.jsonl")}
    relevant: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return Judged(name=name, rows=folder / "corpus.jsonl.gz", queries=queries, relevant=relevant)


def load_questions(path: Path) -> list[Question]:
    """Return the questions of a SQuAD file in file order."""
    content = path.read_bytes()
    articles = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)["data"]
    return [
        Question(
            id=item["id"],
            text=item["question"].strip(),
            answers=tuple(answer["text"] for answer in item["answers"]),
            passage=paragraph["context"],
            article=article["title"],
        )
        for article in articles
        for paragraph in article["paragraphs"]
        for item in paragraph["qas"]
    ]


def passage_ids(contexts: Path) -> dict[str, str]:
    """Return the id of each passage of a `contexts.jsonl.gz` by its text."""
    with gzip.open(contexts, "rt", encoding="utf-8") as stream:
        return {row["text"]: row["_id"] for row in map(json.loads, stream)}


def sample_questions(questions: list[Question], size: int) -> list[Question]:
    """Return a fixed random sample."""
    return random.Random(SEED).sample(questions, size)


def ndcg_at_10(ranked: list[str], grades: dict[str, int]) -> float:
    """Return nDCG@10 with linear gains, as trec_eval computes it."""
    gains = [grades.get(document, 0) / math.log2(rank + 2) for rank, document in enumerate(ranked[:10])]
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:10]
    ideal = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(best))
    return sum(gains) / ideal if ideal else 0.0


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _known_items(folder: Path) -> Judged:
    questions = sample_questions(load_questions(folder / "squad1.json.gz"), 500)
    contexts = folder / "contexts.jsonl.gz"
    ids = passage_ids(contexts)
    return Judged(
        name=folder.name,
        rows=contexts,
        queries={question.id: question.text for question in questions},
        relevant={question.id: {ids[question.passage]: 1} for question in questions},
    )
