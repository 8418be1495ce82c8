"""Checks of the machine, the weights and a workspace; each says what it found.

Does not mend anything. Citations are checked by reading every chunk against its document.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vademecum.config import load_config
from vademecum.errors import VademecumError
from vademecum.models.catalog import load_catalog
from vademecum.models.pull import cache_folder, is_pulled, verify_model
from vademecum.stores.schema import CHUNKS, DOCUMENTS, vectors_table
from vademecum.stores.store import FOLDER_NAME, Store

_LEAST_FREE_BYTES = 500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at.

    Attributes:
        name: What it is.
        ok: Whether it is in order.
        found: What was seen, with what to do when it is not in order.
    """

    name: str
    ok: bool
    found: str

    def to_dict(self) -> dict[str, Any]:
        """Return the check ready for JSON."""
        return asdict(self)


def check_health(folder: Path | None) -> list[Check]:
    """Look at the machine and, when `folder` is a workspace, at what it holds."""
    looks: list[tuple[str, Callable[[], str]]] = [
        ("python", _python),
        ("weights", _weights),
        ("disk", lambda: _disk(folder or Path.cwd())),
        ("settings", lambda: f"{len(list(load_config(folder).values()))} keys are valid"),
    ]
    if folder is not None:
        store = folder / FOLDER_NAME
        looks += [
            ("store", lambda: _store(store)),
            ("quotes", lambda: _quotes(store)),
            ("vectors", lambda: _vectors(store)),
        ]
    return [_look(name, look) for name, look in looks]


def _look(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name=name, ok=True, found=look())
    except (VademecumError, OSError, RuntimeError, ValueError) as error:
        return Check(name=name, ok=False, found=str(error))


def _python() -> str:
    return f"{sys.version.split()[0]}, {os.cpu_count()} cores"


def _weights() -> str:
    pulled = [entry for entry in load_catalog().values() if is_pulled(entry)]
    for entry in pulled:
        verify_model(entry)
    names = ", ".join(entry.name for entry in pulled) or "none yet; `vade models pull` fetches them"
    return f"{names} in {cache_folder()}"


def _disk(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE_BYTES:
        raise OSError(f"only {free / 1e6:.0f} MB free at {folder}; free some space")
    return f"{free / 1e9:.1f} GB free"


def _store(folder: Path) -> str:
    store = Store.open(folder)
    held = f"{store.count(DOCUMENTS)} documents, {store.count(CHUNKS)} chunks"
    return f"generation {store.snapshot.generation}, {held}"


def _quotes(folder: Path) -> str:
    """Compare every chunk with the characters of its document it claims to be."""
    store = Store.open(folder)
    documents = store.scan(DOCUMENTS, ["id", "text"])
    texts = dict(zip(documents["id"].to_pylist(), documents["text"].to_pylist(), strict=True))
    columns = store.scan(CHUNKS, ["id", "document_id", "start", "end", "text"])
    for row in columns.to_pylist():
        if texts.get(row["document_id"], "")[row["start"] : row["end"]] != row["text"]:
            raise ValueError(f"chunk {row['id']} differs from its document; ingest its file again")
    return f"{columns.num_rows} chunks equal their documents"


def _vectors(folder: Path) -> str:
    store = Store.open(folder)
    keys = set(store.scan(CHUNKS, ["key"])["key"].to_pylist())
    space = store.snapshot.space
    stored = set(store.scan(vectors_table(space), ["key"])["key"].to_pylist()) if space else set()
    missing = len(keys - stored)
    if missing:
        raise ValueError(f"{missing} of {len(keys)} chunks have no vector yet; `vade ingest` continues")
    return f"{len(keys)} contents have their vector in {space or 'no space yet'}"
