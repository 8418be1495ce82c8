"""The tables of the store and their columns."""

from __future__ import annotations

import re

import pyarrow as pa

PLACES = "places"
"""Where content was found: one row a file, read or failed."""

ROOTS = "roots"
"""Who may read what is found below a path; without a row, everyone."""

DUPLICATES = "duplicates"
"""Sources whose content is stored under another document."""

DOCUMENTS = "documents"
CHUNKS = "chunks"

SCHEMAS: dict[str, pa.Schema] = {
    PLACES: pa.schema(
        [
            ("path", pa.string()),
            ("root", pa.string()),
            ("options", pa.string()),
            ("size", pa.int64()),
            ("mtime_ns", pa.int64()),
            ("sha256", pa.string()),
            ("reason", pa.string()),
            ("access", pa.string()),
        ]
    ),
    ROOTS: pa.schema([("path", pa.string()), ("access", pa.string())]),
    DUPLICATES: pa.schema(
        [
            ("source", pa.string()),
            ("path", pa.string()),
            ("document_id", pa.string()),
        ]
    ),
    DOCUMENTS: pa.schema(
        [
            ("id", pa.string()),
            ("path", pa.string()),
            ("source", pa.string()),
            ("title", pa.string()),
            ("media_type", pa.string()),
            ("metadata", pa.string()),
            ("fingerprint", pa.string()),
            ("text", pa.large_string()),
            ("blocks", pa.large_string()),
            ("access", pa.string()),
        ]
    ),
    CHUNKS: pa.schema(
        [
            ("id", pa.string()),
            ("document_id", pa.string()),
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("text", pa.large_string()),
            ("context", pa.string()),
            ("location", pa.string()),
            ("key", pa.string()),
            ("terms", pa.large_string()),
        ]
    ),
}


VECTORS = "vectors_"
"""What the names of vector tables begin with."""


def vectors_table(space: str) -> str:
    """Return the name of the table that holds the vectors of an embedding space."""
    return VECTORS + re.sub(r"[^A-Za-z0-9]+", "_", space)


def vectors_schema(dim: int) -> pa.Schema:
    """Return the columns of a vector table: content key and float32 [dim]."""
    return pa.schema([("key", pa.string()), ("vector", pa.list_(pa.float32(), dim))])
