"""The suite every index passes: its answers against a plain computation over all chunks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from vademecum.stores.protocols import Index, Mask, Rows, Scores
from vademecum.stores.store import Store
from vademecum.testing.collections import Collection, random_collection
from vademecum.values import OWNER, Filter, Viewer

_QUERIES = 20
_DEPTH = 10
_VIEWERS = (
    Viewer(),
    Viewer(user="ana"),
    Viewer(user="ben"),
    Viewer(user="cleo", groups=("sales", "law")),
)


def check_index(
    open_index: Callable[[Store], Index], folder: Path, *, chunks: int = 300, seed: int = 1
) -> None:
    """Raise AssertionError when an index breaks the contract of `stores.protocols.Index`.

    Args:
        open_index: Makes the index from a store.
        folder: An empty folder to build collections in.
        chunks: Size of the random collection.
        seed: Makes it repeatable.
    """
    collection = random_collection(folder / "filled", chunks=chunks, seed=seed)
    index = open_index(collection.store)
    random = np.random.default_rng(seed + 1)
    assert index.mask(()).sum() == chunks
    _check_filters(index, collection)
    for viewer in (OWNER, *_VIEWERS):
        view, seen = index.seen_by(viewer), collection.seen_by(viewer)
        assert (view.mask(()) == seen).all()
        for _ in range(_QUERIES):
            query: Scores = random.normal(size=(collection.vectors.shape[1],)).astype(np.float32)
            query /= np.linalg.norm(query)
            terms = [f"w{word}" for word in random.integers(0, 50, size=4)]
            _check_search(view, collection, query, terms, allowed=None, expected=seen)
            late = view.mask([Filter(field="year", op=">=", value="2005")])
            assert not (late & ~seen).any()
            _check_search(view, collection, query, terms, allowed=late, expected=late)
    _check_hits(index, collection)
    _check_empty(open_index, folder / "empty")


def _check_search(
    index: Index,
    collection: Collection,
    query: Scores,
    terms: list[str],
    *,
    allowed: Mask | None,
    expected: Mask,
) -> None:
    """Both legs propose the best of the expected rows and no others."""
    dense = index.search_dense(query, depth=_DEPTH, allowed=allowed)
    _check_leg(dense.rows, dense.scores, collection.vectors @ query, expected)
    lexical = index.search_lexical(terms, depth=_DEPTH, allowed=allowed)
    matching = _matches(collection, terms) & expected
    assert set(lexical.rows.tolist()) <= set(np.flatnonzero(matching).tolist())
    assert len(lexical.rows) == min(_DEPTH, int(matching.sum()))
    assert (np.diff(lexical.scores) <= 0).all()
    np.testing.assert_allclose(lexical.at(lexical.rows), lexical.scores, rtol=1e-4)
    np.testing.assert_allclose(dense.at(lexical.rows), (collection.vectors @ query)[lexical.rows], atol=2e-3)


def reference_bm25(chunks: Sequence[list[str]], terms: list[str], *, k1: float, b: float) -> list[float]:
    """Return BM25 of every chunk, given by its terms, computed the long way round."""
    size = len(chunks)
    average = sum(map(len, chunks)) / size
    held_by = Counter(word for words in chunks for word in set(words))
    scores = []
    for words in chunks:
        counts = Counter(words)
        total = 0.0
        for term in terms:
            idf = math.log(1 + (size - held_by[term] + 0.5) / (held_by[term] + 0.5))
            dampened = counts[term] + k1 * (1 - b + b * len(words) / average)
            total += idf * counts[term] * (k1 + 1) / dampened
        scores.append(total)
    return scores


def _matches(collection: Collection, terms: list[str]) -> Mask:
    return np.asarray([bool(set(words) & set(terms)) for words in collection.terms])


def _check_leg(rows: Rows, scores: Scores, expected: Scores, allowed: Mask) -> None:
    """The best rows of an exact leg are those of the plain computation."""
    known = np.where(allowed, expected, -np.inf)
    best = np.sort(known)[::-1][: min(_DEPTH, int(allowed.sum()))]
    np.testing.assert_allclose(scores, best, atol=2e-3)
    np.testing.assert_allclose(known[rows], best, atol=2e-3)


def _check_filters(index: Index, collection: Collection) -> None:
    years = np.asarray(collection.years)[collection.owners]
    assert (index.mask([Filter(field="year", op="=", value="2003")]) == (years == 2003)).all()
    both = [Filter(field="year", op=">", value="2003"), Filter(field="document", op="~", value="*1.txt")]
    expected = [year > 2003 and owner % 10 == 1 for year, owner in zip(years, collection.owners, strict=True)]
    assert index.mask(both).tolist() == expected


def _check_hits(index: Index, collection: Collection) -> None:
    rows = np.asarray([3, 0, 7])
    hits = index.hits(rows, [0.5, 0.4, 0.3])
    assert [hit.id for hit in hits] == ["c000003", "c000000", "c000007"]
    assert [hit.score for hit in hits] == [0.5, 0.4, 0.3]
    assert [hit.location.page for hit in hits] == [4, 1, 8]
    assert [hit.document for hit in hits] == [f"/{collection.owners[row]}.txt" for row in rows]
    assert [text for _, text in index.passages(rows)] == [hit.text for hit in hits]
    owners = index.documents(np.arange(index.mask(()).size))
    assert [owners[0] == owner for owner in owners] == [
        collection.owners[0] == owner for owner in collection.owners
    ]


def _check_empty(open_index: Callable[[Store], Index], folder: Path) -> None:
    index = open_index(Store.create(folder))
    assert index.mask(()).size == 0
    assert not index.search_dense(np.ones(4, dtype=np.float32), depth=5).rows.size
    assert not index.search_lexical(["w1"], depth=5).rows.size
    assert index.hits(np.empty(0, dtype=np.int64), []) == []
