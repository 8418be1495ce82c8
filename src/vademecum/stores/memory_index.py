"""Exact search in memory: a matrix for vectors, postings with precomputed weights for BM25.

Built from one snapshot of the store and never changed; a new snapshot makes a new index.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, Self

import numkong
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vademecum.stores.content import Content
from vademecum.stores.protocols import Leg, Mask, Rows, Scores
from vademecum.stores.schema import vectors_table
from vademecum.stores.store import Store

K1 = 1.2
"""BM25's saturation of repeated terms."""

B = 0.7
"""BM25's normalisation by length."""


_MARGIN = 64
"""Candidates of the half-precision scan beyond the depth, so that rounding hides no hit."""


class MemoryIndex(Content):
    """Everything in memory; answers are exact."""

    def __init__(self, store: Store) -> None:
        """Read the store's snapshot."""
        super().__init__(store, columns=["terms"])
        self._postings = Postings(self.chunks.pop("terms"))
        self._vectors = _Vectors(store, self.chunks["key"])

    def search_dense(self, vector: Scores, *, depth: int, allowed: Mask | None = None) -> Leg:
        """Return the `depth` chunks most similar to a unit vector, float32 [dim]."""
        rough = _best(self._vectors.scan(vector), depth + _MARGIN, self._allowed(allowed))
        exact = self._vectors.cosines(vector, rough)
        order = np.lexsort((rough, -exact))[:depth]
        return Leg(
            rows=rough[order], scores=exact[order], at=lambda rows: self._vectors.cosines(vector, rows)
        )

    def search_lexical(self, terms: Sequence[str], *, depth: int, allowed: Mask | None = None) -> Leg:
        """Return the `depth` chunks that match analysed terms best; a repeated term counts again."""
        scores = self._postings.scores(terms)
        scored = scores > 0  # never one that is not to be seen
        rows = _best(scores, depth, scored if allowed is None else scored & allowed)
        return Leg(rows=rows, scores=scores[rows], at=scores.__getitem__)

    def term_weights(self, terms: Sequence[str]) -> dict[str, float]:
        """Return the idf of each term; unknown terms are left out."""
        return self._postings.idf(terms)

    def _within(self, seen: Mask) -> Self:
        made = super()._within(seen)
        made._postings = self._postings.within(seen)
        return made


class Postings:
    """BM25 with the weight of every posting computed ahead.

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009);
    the idf is the non-negative one, log(1 + (N - n + 0.5) / (n + 0.5)).

    Args:
        terms: Analysed terms of every chunk, joined by blanks.
    """

    def __init__(self, terms: pa.Array) -> None:
        self._size = len(terms)
        split = pc.split_pattern(terms, " ")
        words = pc.dictionary_encode(split.flatten())
        lengths = np.diff(split.offsets.to_numpy()).astype(np.int64)
        codes = words.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        owners = np.repeat(np.arange(self._size, dtype=np.int64), lengths)
        cells, frequency = np.unique(codes * max(self._size, 1) + owners, return_counts=True)
        columns, rows = np.divmod(cells, max(self._size, 1))
        vocabulary = words.dictionary.to_pylist()
        held_by = np.bincount(columns, minlength=len(vocabulary))
        self._columns = {word: column for column, word in enumerate(vocabulary)}
        self._starts = np.concatenate([[0], np.cumsum(held_by)])
        self._rows = rows.astype(np.int32)
        self._frequency = frequency.astype(np.int32)
        self._lengths = lengths
        self._idf = _idf(self._size, held_by)
        self._average = _average(lengths)
        self._weights = _weights(self._idf[columns], frequency, lengths[rows], self._average)
        self._seen: Mask | None = None

    def within(self, seen: Mask) -> Self:
        """Return the postings of some chunks alone, weighed as if there were no others.

        The postings themselves are shared, and weighed when a term is asked for.
        """
        made = copy.copy(self)
        made._seen = seen
        made._size = int(seen.sum())
        made._average = _average(self._lengths[seen])
        return made

    def idf(self, terms: Sequence[str]) -> dict[str, float]:
        """Return the inverse document frequency of each term that occurs."""
        weighed = ((term, *self._posted(term)) for term in terms)
        return {term: idf for term, rows, idf, _ in weighed if rows.size}

    def scores(self, terms: Sequence[str]) -> Scores:
        """Return the BM25 score of every chunk, float32 [chunks]; 0 where no term matches."""
        total = np.zeros(len(self._lengths), dtype=np.float32)
        for term in terms:
            rows, _, weights = self._posted(term)
            total[rows] += weights  # rows are unique within a term
        return total

    def _posted(self, term: str) -> tuple[NDArray[np.int32], float, Scores]:
        """Return the rows that hold a term, its idf, and its weight in each."""
        column = self._columns.get(term)
        if column is None:
            return np.empty(0, dtype=np.int32), 0.0, np.empty(0, dtype=np.float32)
        span = slice(self._starts[column], self._starts[column + 1])
        rows: NDArray[np.int32] = self._rows[span]
        if self._seen is None:
            return rows, float(self._idf[column]), self._weights[span]
        kept = self._seen[rows]
        rows = rows[kept]
        idf = _idf(self._size, np.asarray(rows.size))
        frequency = self._frequency[span][kept]
        return rows, float(idf), _weights(idf, frequency, self._lengths[rows], self._average)


def _idf(size: int, held_by: NDArray[np.int64]) -> NDArray[np.float64]:
    idf: NDArray[np.float64] = np.log1p((size - held_by + 0.5) / (held_by + 0.5))
    return idf


def _average(lengths: NDArray[np.int64]) -> float:
    return max(float(lengths.mean()), 1.0) if lengths.size else 1.0


def _weights(
    idf: NDArray[np.float64], frequency: NDArray[Any], lengths: NDArray[np.int64], average: float
) -> Scores:
    dampened = frequency + K1 * (1 - B + B * lengths / average)
    weights: Scores = (idf * (K1 + 1) * frequency / dampened).astype(np.float32)
    return weights


class _Vectors:
    """The vectors of all chunks: half precision to scan, full precision to score."""

    def __init__(self, store: Store, keys: pa.Array) -> None:
        name = vectors_table(store.snapshot.space)
        stored = store.scan(name, ["key", "vector"]) if name in store.snapshot.tables else None
        self._missing = np.ones(len(keys), dtype=np.bool_)
        if stored is None or not stored.num_rows:
            return
        dim = stored.schema.field("vector").type.list_size
        self._full: Scores = stored["vector"].combine_chunks().flatten().to_numpy().reshape(-1, dim)
        found = pc.index_in(keys, value_set=stored["key"].combine_chunks())
        self._missing = found.is_null().to_numpy(zero_copy_only=False)
        self._positions = found.fill_null(0).to_numpy(zero_copy_only=False)
        self._half = self._full.astype(np.float16)[self._positions]  # [chunks, dim]

    def scan(self, vector: Scores) -> Scores:
        """Return the cosine of every chunk to about 3 digits, -inf where there is no vector yet."""
        if self._missing.all():
            return np.full(self._missing.size, -np.inf, dtype=np.float32)
        half = vector.astype(np.float16)[np.newaxis]
        scores: Scores = np.asarray(numkong.cdist(half, self._half, metric="dot"))[0].astype(np.float32)
        if self._missing.any():
            scores[self._missing] = -np.inf
        return scores

    def cosines(self, vector: Scores, rows: Rows) -> Scores:
        """Return the exact cosines of rows, float32 [rows], -inf where there is no vector yet."""
        if not rows.size or self._missing.all():
            return np.full(rows.size, -np.inf, dtype=np.float32)
        scores: Scores = np.asarray(self._full[self._positions[rows]] @ vector, dtype=np.float32)
        scores[self._missing[rows]] = -np.inf
        return scores


def _best(scores: Scores, depth: int, allowed: Mask | None) -> Rows:
    """Return the rows of the `depth` highest finite scores, ties by row."""
    rows = np.flatnonzero(np.isfinite(scores) if allowed is None else allowed & np.isfinite(scores))
    known = scores[rows]
    if depth < rows.size:
        kept = known >= np.partition(known, -depth)[-depth]
        rows, known = rows[kept], known[kept]
    return rows[np.argsort(-known, kind="stable")][:depth]
