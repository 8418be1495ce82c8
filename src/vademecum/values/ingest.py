"""What an ingest did: counts, failures with reasons, and progress on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that could not be read.

    Attributes:
        path: The file, with the line where it is one row of it.
        reason: Why, in words.
    """

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an ingest is.

    Attributes:
        files_done: Files read or failed so far.
        files_total: Files to read.
        chunks_done: Chunks that have their vector.
        chunks_total: Chunks known so far.
        current: The file just finished.
    """

    files_done: int = 0
    files_total: int = 0
    chunks_done: int = 0
    chunks_total: int = 0
    current: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSummary:
    """What changed in the workspace.

    Attributes:
        read: Files read because they were new or had changed.
        unchanged: Files whose content was known.
        removed: Files that are gone, with what they held.
        failed: What could not be read, with reasons; includes files that failed before and have
            not changed since.
        duplicates: Documents whose content was already stored under another source.
        documents: Documents added.
        chunks: Chunks added.
        embedded: Vectors computed; the others came from the cache.
        seconds: Wall-clock time.
    """

    read: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[Failure, ...] = ()
    duplicates: int = 0
    documents: int = 0
    chunks: int = 0
    embedded: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the summary ready for JSON."""
        counts = ("read", "unchanged", "removed", "duplicates", "documents", "chunks", "embedded")
        return {
            **{name: getattr(self, name) for name in counts},
            "failed": [{"path": failure.path, "reason": failure.reason} for failure in self.failed],
            "seconds": round(self.seconds, 3),
        }
