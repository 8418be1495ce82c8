"""Where a piece of text stands in its source; owns the words a person reads for a place.

Use: `location.label()` gives "page 3", "sheet Prices, cells A2:C9" or "line 14".
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place inside one document; every field is optional because sources differ.

    Attributes:
        page: Page number, from 1 (PDF, pictures, paginated word processing).
        slide: Slide number, from 1.
        sheet: Sheet name of a workbook.
        cells: Cell range in A1 notation, such as "A2:C9".
        heading: Titles of the enclosing sections, outermost first.
        line: First line in the source file, from 1 (text, Markdown, code, rows).
        part: Name of an enclosed file, such as an attachment of a mail.
        box: Left, top, right, bottom on the page, each as a fraction of its size in [0, 1] (OCR).
    """

    page: int | None = None
    slide: int | None = None
    sheet: str | None = None
    cells: str | None = None
    heading: tuple[str, ...] = ()
    line: int | None = None
    part: str | None = None
    box: tuple[float, float, float, float] | None = None

    def label(self) -> str:
        """Return the place in words, outermost unit first; empty when nothing is known."""
        named = (
            ("", self.part),
            ("page ", self.page),
            ("slide ", self.slide),
            ("sheet ", self.sheet),
            ("cells ", self.cells),
            ("line ", self.line),
        )
        words = [f"{name}{value}" for name, value in named if value is not None]
        if not words and self.heading:
            words = [f'section "{self.heading[-1]}"']
        return ", ".join(words)

    def to_dict(self) -> dict[str, Any]:
        """Return only the known fields, ready for JSON."""
        return {key: value for key, value in asdict(self).items() if value not in (None, ())}

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Self:
        """Rebuild a location from `to_dict` output (JSON turns tuples into lists)."""
        known = dict(fields)
        known["heading"] = tuple(known.get("heading", ()))
        if known.get("box") is not None:
            known["box"] = tuple(known["box"])
        return cls(**known)
