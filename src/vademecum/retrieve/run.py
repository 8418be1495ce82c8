"""The retrieval stage: question -> dense and lexical legs -> fused -> reranked -> hits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vademecum.config import RetrieveConfig
from vademecum.retrieve.fuse import fuse
from vademecum.retrieve.passages import rows_told, told_passages
from vademecum.retrieve.rerank import ScorePairs, figures, rerank
from vademecum.retrieve.understand.abbreviations import other_forms
from vademecum.retrieve.understand.spelling import correct
from vademecum.stores.protocols import Index, Leg, Mask, Rows, Scores
from vademecum.values import Filter, Hit, TraceRecorder

ABBREVIATED_IN = 20
"""Best passages by words in which short and long forms are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrieveTools:
    """What the stage receives from above.

    Attributes:
        embed_query: Turns a question into a unit vector of the index's space; None when the
            index has no vectors, or the model that made them is not to be had.
        analyse: Turns a question into terms.
        score_pairs: The cross-encoder: one logit a passage.
        is_word: Says whether a word is one that everybody knows, which is not put right; says so of every
            word when not given.
        embedder: Name of the model behind `embed_query`, for the trace.
    """

    embed_query: Callable[[str], Scores] | None
    analyse: Callable[[str], Sequence[str]]
    score_pairs: ScorePairs
    embedder: str = ""
    is_word: Callable[[str], bool] = lambda word: True


def put_right(
    query: str, *, index: Index, tools: RetrieveTools, config: RetrieveConfig, recorder: TraceRecorder
) -> str:
    """Return a query with its misspelt words put right by the words of the index, unless that is off."""
    corrected = correct(query, weights=index.term_weights, is_word=tools.is_word) if config.spelling else None
    if corrected is None or not corrected.instead:
        return query
    with recorder.step("spelling", instead=dict(corrected.instead)):
        return corrected.text


def retrieve(
    query: str,
    *,
    index: Index,
    tools: RetrieveTools,
    config: RetrieveConfig,
    top_k: int,
    recorder: TraceRecorder,
    filters: Sequence[Filter] = (),
    by_document: bool = False,
) -> list[Hit]:
    """Return the passages that answer a query best, best first.

    Args:
        query: A question or key words, checked by the caller.
        index: What is searched.
        tools: Models and analysis from the floors below.
        config: Which steps run, and how deep.
        top_k: At most this many hits.
        recorder: Collects the steps with their times.
        filters: Conditions a hit's document has to pass.
        by_document: Keep only the best passage of each document.

    Returns:
        Hits by descending score, ties by chunk id; empty when nothing matches.
    """
    allowed = None
    if filters:
        with recorder.step("filter") as found:
            allowed = index.mask(filters)
            found["chunks"] = int(allowed.sum())
    lexical = _lexical(query, index, tools, config, recorder, allowed)
    if config.abbreviations and lexical is not None:
        with recorder.step("abbreviations") as found:
            found["added"] = forms = other_forms(query, _texts(index, lexical.rows[:ABBREVIATED_IN]))
        if forms:
            query = " ".join([query, *(f"({form})" for form in forms.values())])
            lexical = _lexical(query, index, tools, config, recorder, allowed)
    dense = _dense(query, index, tools, config, recorder, allowed)
    with recorder.step("fuse") as found:
        fused = rows, scores = fuse(dense, lexical, dense_weight=config.dense_weight)
        found["hits"] = len(rows)
    logits = np.empty(0, dtype=np.float32)
    if config.rerank and len(rows) > 1:
        with recorder.step("rerank") as found:
            rows, scores, logits = rerank(
                query, rows, scores, index=index, score_pairs=tools.score_pairs, config=config
            )
            found.update(figures(logits))
    if by_document:
        with recorder.step("collapse") as found:
            rows, scores = _best_of_each(index.documents(rows), rows, scores)
            found["documents"] = len(rows)
    with recorder.step("hits") as found:
        hits = index.hits(rows[:top_k], scores[:top_k].tolist())
        found["passages"] = told_passages(
            _named(index, hits, rows, rows_told(fused[0], rows)),
            dense=dense,
            lexical=lexical,
            fused=fused,
            logits=logits,
            final=(rows, scores),
            top_k=top_k,
        )
    return hits


def _named(index: Index, hits: Sequence[Hit], rows: Rows, wanted: Sequence[int]) -> dict[int, Hit]:
    """Return hits by row, looking up only those that were not kept."""
    known = dict(zip(rows[: len(hits)].tolist(), hits, strict=True))
    absent = [row for row in wanted if row not in known]
    known |= dict(
        zip(absent, index.hits(np.asarray(absent, dtype=np.int64), [0.0] * len(absent)), strict=True)
    )
    return {row: known[row] for row in wanted}


def _lexical(
    query: str,
    index: Index,
    tools: RetrieveTools,
    config: RetrieveConfig,
    recorder: TraceRecorder,
    allowed: Mask | None,
) -> Leg | None:
    """Search by words, unless it is switched off."""
    if not config.lexical:
        return None
    with recorder.step("lexical") as found:
        leg = index.search_lexical(tools.analyse(query), depth=config.depth, allowed=allowed)
        found["hits"] = len(leg.rows)
    return leg


def _texts(index: Index, rows: Rows) -> Iterator[str]:
    return (text for _, text in index.passages(rows))


def _dense(
    query: str,
    index: Index,
    tools: RetrieveTools,
    config: RetrieveConfig,
    recorder: TraceRecorder,
    allowed: Mask | None,
) -> Leg | None:
    """Search by meaning, unless it is switched off or cannot be done."""
    if not config.dense or tools.embed_query is None:
        return None
    with recorder.step("embed", model=tools.embedder):
        vector = tools.embed_query(query)
    with recorder.step("dense") as found:
        leg = index.search_dense(vector, depth=config.depth, allowed=allowed)
        found["hits"] = len(leg.rows)
    return leg


def _best_of_each(documents: Rows, rows: Rows, scores: Scores) -> tuple[Rows, Scores]:
    """Keep the first row of each document, in order."""
    first = np.sort(np.unique(documents, return_index=True)[1])
    return rows[first], scores[first]
