"""Exact search in memory: a matrix for vectors, postings with precomputed weights for BM25.

Built from one snapshot of the store and never changed; a new snapshot makes a new index.
"""

from __future__ import annotations

from collections.abc import Sequence

import numkong
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
        rough = _best(self._vectors.scan(vector), depth + _MARGIN, allowed)
        exact = self._vectors.cosines(vector, rough)
        order = np.lexsort((rough, -exact))[:depth]
        return Leg(
            rows=rough[order], scores=exact[order], at=lambda rows: self._vectors.cosines(vector, rows)
        )

    def search_lexical(self, terms: Sequence[str], *, depth: int, allowed: Mask | None = None) -> Leg:
        """Return the `depth` chunks that match analysed terms best; a repeated term counts again."""
        scores = self._postings.scores(terms)
        scored = scores > 0
        rows = _best(scores, depth, scored if allowed is None else scored & allowed)
        return Leg(rows=rows, scores=scores[rows], at=scores.__getitem__)

    def term_weights(self, terms: Sequence[str]) -> dict[str, float]:
        """Return the idf of each term; unknown terms are left out."""
        return self._postings.idf(terms)


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
        self._idf = idf = np.log1p((self._size - held_by + 0.5) / (held_by + 0.5))
        average = max(float(lengths.mean()), 1.0) if self._size else 1.0
        dampened = frequency + K1 * (1 - B + B * lengths[rows] / average)
        self._weights: Scores = (idf[columns] * (K1 + 1) * frequency / dampened).astype(np.float32)

    def idf(self, terms: Sequence[str]) -> dict[str, float]:
        """Return the inverse document frequency of each term that occurs."""
        return {term: float(self._idf[self._columns[term]]) for term in terms if term in self._columns}

    def scores(self, terms: Sequence[str]) -> Scores:
        """Return the BM25 score of every chunk, float32 [chunks]; 0 where no term matches."""
        total = np.zeros(self._size, dtype=np.float32)
        for term in terms:
            column = self._columns.get(term)
            if column is not None:
                span = slice(self._starts[column], self._starts[column + 1])
                total[self._rows[span]] += self._weights[span]  # rows are unique within a term
        return total


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
