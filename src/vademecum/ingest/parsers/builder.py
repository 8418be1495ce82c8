"""Builds a stored text block by block, so that every block's offsets are exact by construction.

Owns the heading path and the character limit. Knows no file format.

Use: `builder = DocumentBuilder(); builder.heading("Birds", level=1); builder.paragraph("Ducks.");
builder.build(...)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vademecum.errors import ParseError
from vademecum.ingest.parsers.clean import clean_block, clean_text, one_line
from vademecum.ingest.parsers.limits import ParseLimits
from vademecum.values.document import Block, BlockKind, Document
from vademecum.values.location import Location

CELL_SEPARATOR = " | "
_GAP = "\n\n"
_MAX_TITLE = 300
NOWHERE = Location()


class DocumentBuilder:
    """Collects blocks in reading order; used once, by one parser, for one document.

    Attributes:
        place: Location of what is added next; the heading path is filled in here.
    """

    def __init__(self, *, limits: ParseLimits | None = None) -> None:
        self.place = NOWHERE
        self._max_chars = (limits or ParseLimits()).max_chars
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._path: list[tuple[int, str]] = []

    @property
    def blocks(self) -> Sequence[Block]:
        """Blocks added so far."""
        return self._blocks

    @property
    def length(self) -> int:
        """Characters added so far."""
        return self._length

    def heading(self, text: str, *, level: int) -> None:
        """Add a title; what follows stands under it until one of the same or a higher rank comes."""
        text, level = one_line(text), min(max(level, 1), 6)
        if not text:
            return
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._add("heading", text, level=level)
        self._path.append((level, text[:_MAX_TITLE]))

    def reset_headings(self) -> None:
        """Forget the open titles, as at the start of a slide or a sheet."""
        self._path.clear()

    def paragraph(self, text: str) -> None:
        """Add running text; its line breaks stay, blank lines go."""
        self._add("paragraph", clean_block(text))

    def items(self, items: Iterable[str]) -> None:
        """Add a list, one item a line."""
        self._add("list", "\n".join(filter(None, map(one_line, items))))

    def code(self, text: str) -> None:
        """Add text whose white space matters; blank lines at its ends go."""
        lines = [line.rstrip() for line in clean_text(text).split("\n")]
        while lines and not lines[0]:
            lines.pop(0)
        self._add("code", "\n".join(lines).rstrip())

    def table(self, rows: Iterable[Sequence[str]], *, header: bool = True) -> None:
        """Add a table, one row a line, cells separated by " | ".

        Args:
            rows: Cell texts, row by row; rows without any text are dropped at the ends and left empty
            between.
            header: Whether the first row names the columns.
        """
        lines = [row_line(row) for row in rows]
        while lines and not lines[0]:
            lines.pop(0)
        while lines and not lines[-1]:
            lines.pop()
        header_chars = len(lines[0]) if header and len(lines) > 1 else 0
        self._add("table", "\n".join(lines), header_chars=header_chars)

    def _add(self, kind: BlockKind, text: str, *, level: int = 0, header_chars: int = 0) -> None:
        if not text or text.isspace():
            return
        if self._pieces:
            self._pieces.append(_GAP)
            self._length += len(_GAP)
        start, end = self._length, self._length + len(text)
        if end > self._max_chars:
            raise ParseError(f"more than {self._max_chars} characters of text")
        self._pieces.append(text)
        self._length = end
        self._blocks.append(
            Block(
                kind=kind,
                start=start,
                end=end,
                location=replace(self.place, heading=tuple(title for _, title in self._path)),
                level=level,
                header_end=start + header_chars if kind == "table" else 0,
            )
        )

    def build(
        self, *, source: str, title: str = "", media_type: str, metadata: Mapping[str, Any] | None = None
    ) -> Document:
        """Return the document; an empty `title` is replaced by the first heading.

        Raises:
            ParseError: Nothing was added.
        """
        if not self._blocks:
            raise ParseError("no text in it")
        text = "".join(self._pieces)
        if not title:
            first = next((block for block in self._blocks if block.kind == "heading"), None)
            title = text[first.start : first.end][:_MAX_TITLE] if first else ""
        return Document(
            source=source,
            title=one_line(title)[:_MAX_TITLE],
            text=text,
            blocks=tuple(self._blocks),
            media_type=media_type,
            metadata=plain_metadata(metadata or {}),
        )


def row_line(row: Sequence[str]) -> str:
    """Return one table row as a line, or nothing when no cell has text."""
    cells = [one_line(cell) for cell in row]
    return CELL_SEPARATOR.join(cells).strip() if any(cells) else ""


def plain_metadata(metadata: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """Return what can be stored as JSON scalars: lists joined with commas, empty and other values dropped."""
    plain: dict[str, str | int | float | bool] = {}
    for key, value in metadata.items():
        if isinstance(value, (list, tuple)):
            value = ", ".join(str(item) for item in value if item)
        if isinstance(value, str):
            value = one_line(value)[:2000]
        if isinstance(value, (str, int, float, bool)) and value != "":
            plain[key] = value
    return plain
