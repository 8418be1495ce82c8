"""Search on disk for collections too large for memory: Lance's ANN and full-text indexes.

Results are approximate for dense search; without built indexes Lance scans and they are exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vademecum.stores.content import Content
from vademecum.stores.protocols import Leg, Mask, Rows, Scores
from vademecum.stores.schema import CHUNKS, vectors_table
from vademecum.stores.store import Store, sql_list

_FILTER_MARGIN = 10  # with a filter this many times the depth is looked at
_FEW = 10_000  # rows that are looked at one by one
_REFINE = 10  # candidates rescored with full vectors, times the depth
_QUERY_SYNTAX = re.compile(r'[+\-&|!(){}\[\]^"~*?:\\/]')


class LanceIndex(Content):
    """Chunk places in memory, vectors and postings on disk."""

    def __init__(self, store: Store) -> None:
        """Open the store's snapshot."""
        super().__init__(store)
        self._chunks = store.table(CHUNKS)
        self._vectors = store.table(vectors_table(store.snapshot.space)) if store.snapshot.space else None

    def search_dense(self, vector: Scores, *, depth: int, allowed: Mask | None = None) -> Leg:
        """Return the `depth` chunks most similar to a unit vector, float32 [dim]."""
        if self._vectors is None:
            return self._leg({}, depth, lambda rows: np.full(len(rows), -1, dtype=np.float32))
        return self._widened(
            depth,
            self._allowed(allowed),
            propose=lambda limit: self._nearest(vector, limit),
            at=lambda rows: self._cosines(vector, rows),
            least=-1.0,
        )

    def search_lexical(self, terms: Sequence[str], *, depth: int, allowed: Mask | None = None) -> Leg:
        """Return the `depth` chunks that match analysed terms best; a repeated term counts again."""
        return self._widened(
            depth,
            self._allowed(allowed),
            propose=lambda limit: self._match(terms, limit=limit),
            at=lambda rows: self._bm25(terms, rows),
            least=0.0,
        )

    def term_weights(self, terms: Sequence[str]) -> dict[str, float]:
        """Return 1 for each term: Lance keeps its idf to itself."""
        return dict.fromkeys(terms, 1.0)

    def _widened(
        self,
        depth: int,
        allowed: Mask | None,
        *,
        propose: Callable[[int], dict[int, float]],
        at: Callable[[Rows], Scores],
        least: float,
    ) -> Leg:
        """Return the best rows that are allowed, those that score above `least`.

        More and more is looked at until there are enough of them; where few are allowed at all, each is.
        """
        limit = depth if allowed is None else depth * _FILTER_MARGIN
        few = allowed is not None and int(allowed.sum()) <= max(limit, _FEW)
        if allowed is not None and few:
            rows = np.flatnonzero(allowed)
            scores = at(rows)
            kept = scores > least
            return self._leg(dict(zip(rows[kept].tolist(), scores[kept].tolist(), strict=True)), depth, at)
        while True:
            scored = propose(limit)
            found = {row: score for row, score in scored.items() if allowed is None or allowed[row]}
            if allowed is None or len(found) >= depth or len(scored) < limit:
                return self._leg(found, depth, at)
            limit *= _FILTER_MARGIN

    def _nearest(self, vector: Scores, limit: int) -> dict[int, float]:
        """Return the cosines of the rows nearest to a vector."""
        assert self._vectors is not None
        query: Any = self._vectors.search(vector)
        query = query.distance_type("cosine").refine_factor(_REFINE)
        found = query.select(["key", "_distance"]).limit(limit).to_arrow()
        by_key = dict(
            zip(found["key"].to_pylist(), (1 - found["_distance"].to_numpy()).tolist(), strict=True)
        )
        rows = self._rows_with("key", list(by_key))
        keys = self.chunks["key"].take(pa.array(rows)).to_pylist()
        return {row: by_key[key] for row, key in zip(rows.tolist(), keys, strict=True)}

    def _match(self, terms: Sequence[str], *, limit: int, where: str | None = None) -> dict[int, float]:
        """Return the full-text scores of matching rows."""
        if self._chunks is None or not terms:
            return {}
        words = " ".join(_QUERY_SYNTAX.sub(" ", term) for term in terms)
        query = self._chunks.search(words, query_type="fts").select(["id", "_score"]).limit(limit)
        found = (query.where(where, prefilter=True) if where else query).to_arrow()
        by_id = dict(zip(found["id"].to_pylist(), found["_score"].to_pylist(), strict=True))
        rows = self._rows_with("id", list(by_id))
        ids = self.chunks["id"].take(pa.array(rows)).to_pylist()
        return {row: by_id[chunk_id] for row, chunk_id in zip(rows.tolist(), ids, strict=True)}

    def _bm25(self, terms: Sequence[str], rows: Rows) -> Scores:
        ids = self.chunks["id"].take(pa.array(rows)).to_pylist()
        found = self._match(terms, limit=max(len(ids), 1), where=f"id IN ({sql_list(ids)})") if ids else {}
        return np.asarray([found.get(row, 0.0) for row in rows.tolist()], dtype=np.float32)

    def _cosines(self, vector: Scores, rows: Rows) -> Scores:
        assert self._vectors is not None
        keys = self.chunks["key"].take(pa.array(rows)).to_pylist()
        found = self._vectors.search().where(f"key IN ({sql_list(set(keys))})").to_arrow() if keys else None
        if found is None:
            return np.empty(0, dtype=np.float32)
        matrix = found["vector"].combine_chunks().flatten().to_numpy().reshape(found.num_rows, -1)
        by_key = dict(zip(found["key"].to_pylist(), (matrix @ vector).tolist(), strict=True))
        return np.asarray([by_key.get(key, -1.0) for key in keys], dtype=np.float32)

    def _rows_with(self, column: str, values: list[str]) -> Rows:
        held = pc.is_in(self.chunks[column], value_set=pa.array(values, type=pa.string()))
        return np.flatnonzero(held.to_numpy(zero_copy_only=False))

    def _leg(self, scored: dict[int, float], depth: int, at: Callable[[Rows], Scores]) -> Leg:
        rows = np.asarray(sorted(scored), dtype=np.int64)
        scores = np.asarray([scored[row] for row in rows.tolist()], dtype=np.float32)
        order = np.argsort(-scores, kind="stable")[:depth]
        return Leg(rows=rows[order], scores=scores[order], at=at)
