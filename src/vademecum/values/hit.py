"""A chunk that was found for a query, with its score and place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from vademecum.values.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One search result.

    Attributes:
        id: Id of the chunk.
        document: Path of the document, or its JSONL id.
        title: Title of the document.
        score: Relevance, higher is better; comparable within one search only.
        text: The chunk's text, verbatim.
        location: Place of the chunk in its source.
        document_id: Id of the stored document.
        start: First character of the chunk in the document's stored text.
        end: One past its last character.
        context: Title, heading path and table header that were searched beside the text.
        also_at: Other places that hold the same content.
    """

    id: str
    document: str
    title: str
    score: float
    text: str
    location: Location
    document_id: str
    start: int
    end: int
    context: str = ""
    also_at: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return the hit ready for JSON."""
        fields: dict[str, Any] = {
            "id": self.id,
            "document": self.document,
            "document_id": self.document_id,
            "title": self.title,
            "score": round(self.score, 6),
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "location": self.location.to_dict(),
        }
        if self.also_at:
            fields["also_at"] = list(self.also_at)
        return fields

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a hit from `to_dict` output; it has no context."""
        location = Location.from_dict(fields["location"])
        return cls(**{**fields, "location": location, "also_at": tuple(fields.get("also_at", ()))})
