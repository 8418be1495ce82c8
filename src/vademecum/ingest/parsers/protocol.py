"""What passes between the pool and its worker processes: one JSON object a line, in both directions.

Owns the shapes and nothing else, so that both sides can import it cheaply.

Use: `ParseResult.from_dict(json.loads(line), source="a.pdf")`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from vademecum.values.document import Document
from vademecum.values.ingest import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseRequest:
    """One file to read.

    Attributes:
        path: Where it is.
        source: What its documents are to be called.
    """

    path: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """What one file gave.

    Attributes:
        source: What the file is called.
        documents: The file's own document first, then those of the files inside it.
        failures: Files inside it that could not be read.
        reason: Why the file as a whole could not be read; empty when it was.
        code: Kind of that reason: "parse", "timeout", "crash", "memory" or "internal"; empty when it was
        read.
    """

    source: str
    documents: tuple[Document, ...] = ()
    failures: tuple[Failure, ...] = ()
    reason: str = ""
    code: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the result ready for JSON."""
        if self.reason:
            return {"error": {"kind": self.code, "reason": self.reason}}
        return {
            "documents": [document.to_dict() for document in self.documents],
            "failures": [[failure.path, failure.reason] for failure in self.failures],
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any], *, source: str) -> Self:
        """Rebuild the result of `source` from `to_dict` output."""
        if "error" in fields:
            return cls(source=source, reason=fields["error"]["reason"], code=fields["error"]["kind"])
        return cls(
            source=source,
            documents=tuple(map(Document.from_dict, fields["documents"])),
            failures=tuple(Failure(path=path, reason=reason) for path, reason in fields["failures"]),
        )
