"""What was read from a source: the stored text, its blocks, and their places.

Owns `Document` and `Block`; cutting them into chunks belongs to `ingest/chunk.py`.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from vademecum.values.access import PUBLIC, Access
from vademecum.values.location import Location

_LINELESS = {"application/x-ndjson", "application/xml", "text/csv", "text/tab-separated-values"}
"""Types whose stored text has lines of its own: a line of the source is not a line of the text."""

BlockKind = Literal["heading", "paragraph", "list", "table", "code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One structural unit of a document: the characters `[start, end)` of its text.

    Attributes:
        kind: What the unit is.
        start: First character, an offset into `Document.text`.
        end: One past the last character.
        location: Where the unit stands in the source; `heading` holds the enclosing titles.
        level: Depth of a heading, 1 to 6; 0 for every other kind.
        header_end: For a table, one past its header row; equals `start` when it has none.
    """

    kind: BlockKind
    start: int
    end: int
    location: Location = field(default_factory=Location)
    level: int = 0
    header_end: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the block ready for JSON; what is at its default is left out."""
        fields: dict[str, Any] = {"kind": self.kind, "start": self.start, "end": self.end}
        fields.update({"location": location} if (location := self.location.to_dict()) else {})
        fields.update({"level": self.level} if self.level else {})
        fields.update({"header_end": self.header_end} if self.header_end else {})
        return fields

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a block from `to_dict` output."""
        return cls(**{**fields, "location": Location.from_dict(fields.get("location", {}))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text with its structure, as read from one source.

    Attributes:
        source: What a person knows it by: the path, or the id of a JSONL or CSV row.
        title: Title from its metadata, its first heading or its file name.
        text: The stored text; every offset in the program points into it.
        blocks: Structural units in order, without overlap.
        media_type: MIME type of the source.
        metadata: What the source says of itself (author, dates, columns), strings and numbers.
        access: Who may read it.
    """

    source: str
    title: str = ""
    text: str = ""
    blocks: tuple[Block, ...] = ()
    media_type: str = "text/plain"
    metadata: Mapping[str, Any] = field(default_factory=dict)
    access: Access = PUBLIC

    @property
    def id(self) -> str:
        """Content-derived id: 32 hexadecimal digits of SHA-256 over source, title, text and any owner."""
        owner = [self.access.owner] if self.access.owner else []
        parts = json.dumps([self.source, self.title, self.text, *owner])
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def with_source(self, source: str) -> Self:
        """Return the same content under another source."""
        return replace(self, source=source)

    def to_dict(self) -> dict[str, Any]:
        """Return the document ready for JSON; `from_dict` gives an equal one back."""
        return {
            "source": self.source,
            "title": self.title,
            "text": self.text,
            "blocks": [block.to_dict() for block in self.blocks],
            "media_type": self.media_type,
            "metadata": dict(self.metadata),
            "access": self.access.to_text(),
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a document from `to_dict` output."""
        blocks = tuple(map(Block.from_dict, fields["blocks"]))
        return cls(**{**fields, "blocks": blocks, "access": Access.from_text(fields["access"])})

    def locate(self, start: int, end: int) -> Location:
        """Return the place of the characters `[start, end)` in the source.

        The block that holds `start` tells the place; inside a table the cells, and where the
        source has lines the line, are narrowed to the characters asked for.
        """
        index = bisect.bisect_right(self.blocks, start, key=lambda block: block.start) - 1
        if index < 0:
            return Location()
        block = self.blocks[index]
        place = block.location
        skipped = self.text.count("\n", block.start, start)
        if place.cells is not None:
            last = skipped + self.text.count("\n", start, max(start, min(end, block.end)))
            place = replace(place, cells=_rows_of(place.cells, skipped, last))
        if place.line is not None and (block.kind == "table" or self.media_type not in _LINELESS):
            place = replace(place, line=place.line + skipped)
        return place


def _rows_of(cells: str, first: int, last: int) -> str:
    """Return the part of an A1 range from its row `first` to its row `last`, both from 0."""
    match = re.fullmatch(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?", cells)
    if match is None:
        return cells
    left, top, right, bottom = match[1], int(match[2]), match[3] or match[1], int(match[4] or match[2])
    first_row, last_row = min(top + first, bottom), min(top + last, bottom)
    return f"{left}{first_row}:{right}{last_row}"
