"""Both indexes pass the shipped suite, and the exact one equals BM25 computed by hand."""

from pathlib import Path

import numpy as np
import pytest

from vademecum.stores.build import build_indexes
from vademecum.stores.lance_index import LanceIndex
from vademecum.stores.memory_index import K1, B, MemoryIndex
from vademecum.stores.store import Store
from vademecum.testing import check_index, random_collection
from vademecum.testing.index_suite import reference_bm25
from vademecum.values import Viewer


def _on_disk(store: Store) -> LanceIndex:
    """The on-disk index with its full-text index built, as ingest leaves it."""
    writer = Store.open(store.folder)
    writer.recover()
    build_indexes(writer, memory_chunks=0)
    return LanceIndex(Store.open(store.folder))


@pytest.mark.parametrize("open_index", [MemoryIndex, _on_disk], ids=["memory", "lance"])
@pytest.mark.parametrize("seed", [1, 2])
def test_index_passes_the_suite(open_index, seed, tmp_path: Path) -> None:
    check_index(open_index, tmp_path, seed=seed)


def test_memory_index_scores_are_bm25(tmp_path: Path) -> None:
    collection = random_collection(tmp_path / "store", chunks=200, seed=3)
    index = MemoryIndex(collection.store)
    terms = ["w1", "w7", "w7", "unknown"]
    leg = index.search_lexical(terms, depth=200)
    expected = np.asarray(reference_bm25(collection.terms, terms, k1=K1, b=B))
    np.testing.assert_allclose(leg.at(np.arange(200)), expected, rtol=1e-5)
    assert leg.rows.tolist() == sorted(
        np.flatnonzero(expected), key=lambda row: (-leg.at(np.array([row]))[0], row)
    )


def test_words_weigh_as_if_there_were_nothing_one_may_not_read(tmp_path: Path) -> None:
    collection = random_collection(tmp_path / "store", chunks=200, seed=4)
    viewer = Viewer(user="ben")
    seen = np.flatnonzero(collection.seen_by(viewer))
    terms = ["w1", "w7", "w7", "unknown"]
    view = MemoryIndex(collection.store).seen_by(viewer)
    expected = reference_bm25([collection.terms[row] for row in seen], terms, k1=K1, b=B)
    assert 20 < seen.size < 180
    np.testing.assert_allclose(view.search_lexical(terms, depth=200).at(seen), expected, rtol=1e-5)
    held = {term for row in seen for term in collection.terms[row]}
    assert set(view.term_weights([*held, "unknown"])) == held
