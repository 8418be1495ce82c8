"""Rows of tables as a person and a reader read them: each value with the name of its column.

Owns the way between a row's cells and that text. Use: `Row(header="Item | Price", text="Lamp | 12").facts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BAR = " | "
"""Stands between two cells of a row."""
_WHOLE_CELL = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table that has a header.

    Attributes:
        header: The header row.
        text: The row itself.
    """

    header: str
    text: str

    @property
    def reading(self) -> str:
        """The row as a sentence; the row itself where it has another number of cells than the header."""
        pairs = self._pairs()
        if not pairs:
            return self.text
        (kind, name), *rest = [(column, self.text[start:end]) for column, start, end in pairs]
        facts = ", ".join(f"{column} is {cell}" for column, cell in rest if cell)
        return f"{kind} {name}: {facts}." if facts else self.text

    @property
    def facts(self) -> str:
        """The row as a reader reads it best: every value after the name of its column."""
        return "".join(text for text, _ in self._facts()) or self.text

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where the value that a span of `facts` lies in stands in `text`; None where it lies in none.

        A short value is returned whole; of a long one, what the span holds of it.
        """
        if not self._pairs():
            return start, end
        at, best = 0, None
        most = 0
        for text, first in self._facts():
            shared = min(end, at + len(text)) - max(start, at)
            if first is not None and shared > most:
                most = shared
                whole = len(text) <= _WHOLE_CELL
                left = 0 if whole else max(start - at, 0)
                right = len(text) if whole else min(end - at, len(text))
                best = first + left, first + right
            at += len(text)
        return best

    def _facts(self) -> Iterator[tuple[str, int | None]]:
        """Yield the pieces of `facts`, values with their place in `text`."""
        between = ""
        for column, start, end in self._pairs():
            if start < end:
                yield f"{between}{column}: ", None
                yield self.text[start:end], start
                between = ", "

    def _pairs(self) -> list[tuple[str, int, int]]:
        """Return each cell's column and place; nothing where header and row differ in length."""
        names, places = list(_cells(self.header)), list(_cells(self.text))
        if len(names) != len(places):
            return []
        return [(self.header[left:right], *place) for (left, right), place in zip(names, places, strict=True)]


def _cells(row: str) -> Iterator[tuple[int, int]]:
    """Yield where the cells of a row stand, in Markdown with its outer bars or without."""
    first = len(row) - len(row.lstrip("| "))
    last = len(row.rstrip("| "))
    at = first
    for cell in row[first:last].split("|"):
        left = at + len(cell) - len(cell.lstrip())
        yield left, max(left, at + len(cell.rstrip()))
        at += len(cell) + 1
