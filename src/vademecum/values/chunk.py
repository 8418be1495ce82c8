"""A piece of a document small enough to embed, with its exact place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from vademecum.values.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The characters `[start, end)` of a document's text, and what to embed beside them.

    Attributes:
        document_id: Id of the document it was cut from.
        ordinal: Position among the document's chunks, from 0.
        start: First character, an offset into `Document.text`.
        end: One past the last character.
        text: Exactly `Document.text[start:end]`.
        context: Title, heading path and table header; embedded and searched, never quoted.
        location: Place of the chunk's first character.
        owner: Whose document it is; vectors are shared among the documents of one owner only, so that
            nobody can tell by a cached one what others have.
    """

    document_id: str
    ordinal: int
    start: int
    end: int
    text: str
    context: str = ""
    location: Location = field(default_factory=Location)
    owner: str = ""

    @property
    def id(self) -> str:
        """Document id and ordinal: stable as long as the document and the chunker are."""
        return f"{self.document_id}-{self.ordinal:05d}"

    @property
    def passage(self) -> str:
        """What the models read: the context and the text, one below the other."""
        return f"{self.context}\n{self.text}" if self.context else self.text

    @property
    def key(self) -> str:
        """Content key of `passage`, under which its vectors are cached."""
        content = f"{self.owner}\0{self.passage}" if self.owner else self.passage
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
