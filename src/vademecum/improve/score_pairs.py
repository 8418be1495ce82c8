"""Measures embedders and rerankers on pairs of query and passage, and on judged collections.

Use: `search_figures(embedder, rows)` gives nDCG@10 of each row's query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from vademecum.evaluate.data import Judged
from vademecum.evaluate.ranking import DEPTH, score_rankings
from vademecum.generate.protocols import ScorePairs
from vademecum.models.embed import Embedder
from vademecum.models.onnx import map_in_pool
from vademecum.train.datasets.pairs import passages_of
from vademecum.values import PairExample

METRIC = "ndcg@10"
_RERANKED = 20


def search_figures(embedder: Embedder, rows: Sequence[PairExample]) -> list[float]:
    """Return nDCG@10 of each row's query, searched for among all passages of the rows."""
    passages, queries, relevant = _collection(rows)
    rankings = _search(embedder, queries, passages)
    return _figures(rows, rankings, relevant)


def rerank_figures(score: ScorePairs, rows: Sequence[PairExample]) -> list[float]:
    """Return nDCG@10 of each row's query, its passages and negatives put into order by a cross-encoder."""
    _, _, relevant = _collection(rows)
    shown: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        shown[row.query] += [text for text in (row.positive, *row.negatives) if text not in shown[row.query]]
    rankings = {
        query: _ordered(score, query, dict(zip(texts, texts, strict=True))) for query, texts in shown.items()
    }
    return _figures(rows, rankings, relevant)


def judged_search(embedder: Embedder, judged: Judged) -> list[float]:
    """Return nDCG@10 of each judged query; documents are embedded as far as the model reads."""
    rankings = _search(embedder, judged.queries, _texts(judged))
    found = score_rankings(rankings, judged.relevant)[METRIC]
    return [found[name] for name in judged.queries]


def judged_rerank(embedder: Embedder, scores: Sequence[ScorePairs], judged: Judged) -> list[list[float]]:
    """Return nDCG@10 of each judged query for each cross-encoder, which reads the same nearest documents."""
    texts = _texts(judged)
    nearest = _search(embedder, judged.queries, texts)
    figures = []
    for score in scores:
        rankings = {
            name: _ordered(score, judged.queries[name], {key: texts[key] for key in keys[:_RERANKED]})
            for name, keys in nearest.items()
        }
        found = score_rankings(rankings, judged.relevant)[METRIC]
        figures.append([found[name] for name in judged.queries])
    return figures


def _collection(
    rows: Sequence[PairExample],
) -> tuple[dict[str, str], dict[str, str], dict[str, dict[str, int]]]:
    """Return passages by id, queries by id, and grades: a text is its own id."""
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        relevant[row.query][row.positive] = 1
    return {text: text for text in passages_of(rows)}, {query: query for query in relevant}, dict(relevant)


def _figures(
    rows: Sequence[PairExample], rankings: Mapping[str, list[str]], relevant: Mapping[str, dict[str, int]]
) -> list[float]:
    numbers: dict[str, str] = {}

    def number(text: str) -> str:
        return numbers.setdefault(text, str(len(numbers)))

    found = score_rankings(
        {number(query): [number(text) for text in ranking] for query, ranking in rankings.items()},
        {
            number(query): {number(text): grade for text, grade in grades.items()}
            for query, grades in relevant.items()
        },
    )[METRIC]
    return [found[number(row.query)] for row in rows]


def _search(
    embedder: Embedder, queries: Mapping[str, str], passages: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return the ids of the nearest passages of each query, nearest first."""
    names = list(passages)
    matrix = np.stack(map_in_pool(embedder.embed_passage, passages.values()))
    vectors = np.stack(map_in_pool(embedder.embed_query, queries.values()))
    order = np.argsort(-(vectors @ matrix.T), axis=1, kind="stable")[:, :DEPTH]
    return {query: [names[index] for index in ranking] for query, ranking in zip(queries, order, strict=True)}


def _ordered(score: ScorePairs, query: str, texts: Mapping[str, str]) -> list[str]:
    """Return the ids of texts, best first."""
    logits = score(query, list(texts.values()))
    return [key for _, key in sorted(zip(logits, texts, strict=True), key=lambda pair: -pair[0])]


def _texts(judged: Judged) -> dict[str, str]:
    return {
        row["_id"]: "\n".join(part for part in (row["title"], row["text"]) if part)
        for row in judged.documents()
    }
