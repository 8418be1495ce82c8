"""Random collections with known answers, stored the way ingest stores them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from vademecum.stores.protocols import Mask, Scores
from vademecum.stores.schema import CHUNKS, DOCUMENTS, SCHEMAS, vectors_schema
from vademecum.stores.store import Store
from vademecum.values import PUBLIC, Access, Viewer

_DIM = 8
_VOCABULARY = 40
_SPACE = "random@1"
_ACCESSES = (
    PUBLIC,
    Access(owner="ana", readers=()),
    Access(owner="ana", readers=("group:sales", "user:ben")),
    Access(readers=("group:law",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What a random store holds, in the order of chunk ids.

    Attributes:
        store: The store, opened at its snapshot.
        terms: The terms of each chunk.
        vectors: Unit vectors, float32 [chunks, 8].
        owners: Number of each chunk's document.
        years: Metadata "year" of each document.
        accesses: Who may read each document.
    """

    store: Store
    terms: list[list[str]]
    vectors: Scores
    owners: list[int]
    years: list[int]
    accesses: list[Access]

    def seen_by(self, viewer: Viewer) -> Mask:
        """Return which chunks somebody may read, bool [chunks]."""
        return np.asarray([viewer.may_read(self.accesses[owner]) for owner in self.owners])


def random_collection(folder: Path, *, chunks: int, seed: int) -> Collection:
    """Make a store with random chunks.

    Args:
        folder: An empty folder.
        chunks: How many chunks, at least 1; about three to a document.
        seed: Makes it repeatable.
    """
    random = np.random.default_rng(seed)
    owners = sorted(random.integers(0, max(1, chunks // 3), size=chunks).tolist())
    terms = [[f"w{word}" for word in random.integers(0, _VOCABULARY, random.integers(1, 30))] for _ in owners]
    vectors = random.normal(size=(chunks, _DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    years = random.integers(2000, 2010, size=owners[-1] + 1).tolist()
    accesses = [_ACCESSES[number] for number in random.integers(0, len(_ACCESSES), size=len(years))]
    store = Store.create(folder)
    store.recover()
    store.add(CHUNKS, _chunk_rows(owners, terms))
    store.add(DOCUMENTS, _document_rows(years, accesses))
    flat = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), _DIM)
    keys = pa.array([f"k{number}" for number in range(chunks)])
    store.add_vectors(_SPACE, pa.table([keys, flat], schema=vectors_schema(_DIM)))
    store.commit(space=_SPACE)
    return Collection(
        store=Store.open(folder),
        terms=terms,
        vectors=vectors,
        owners=owners,
        years=years,
        accesses=accesses,
    )


def _chunk_rows(owners: list[int], terms: list[list[str]]) -> pa.Table:
    numbers = list(range(len(owners)))
    columns = {
        "id": [f"c{number:06d}" for number in numbers],
        "document_id": [f"d{owner}" for owner in owners],
        "start": numbers,
        "end": [number + 1 for number in numbers],
        "text": [" ".join(words) for words in terms],
        "context": [""] * len(numbers),
        "location": [json.dumps({"page": number + 1}) for number in numbers],
        "key": [f"k{number}" for number in numbers],
        "terms": [" ".join(words) for words in terms],
    }
    return pa.table(columns, schema=SCHEMAS[CHUNKS])


def _document_rows(years: list[int], accesses: list[Access]) -> pa.Table:
    numbers = list(range(len(years)))
    columns = {
        "id": [f"d{number}" for number in numbers],
        "path": [f"/{number}.txt" for number in numbers],
        "source": [f"/{number}.txt" for number in numbers],
        "title": [f"Document {number}" for number in numbers],
        "media_type": ["text/plain"] * len(numbers),
        "metadata": [json.dumps({"year": year}) for year in years],
        "fingerprint": [str(number) for number in numbers],
        "text": [""] * len(numbers),
        "blocks": ["[]"] * len(numbers),
        "access": [access.to_text() for access in accesses],
    }
    return pa.table(columns, schema=SCHEMAS[DOCUMENTS])
