"""The rows of one HTML table while it is read, and how they become blocks.

Tables that only lay out a page become paragraphs.
"""

from __future__ import annotations

from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.clean import one_line

_MAX_SPAN = 50


class HtmlTable:
    """Collects cells; `emit` may be called more than once and adds what came since.

    Attributes:
        is_layout: Whether the table holds other tables, so that its own text stands as paragraphs.
    """

    def __init__(self) -> None:
        self.is_layout = False
        self._rows: list[list[str]] = []
        self._open = 0

    def start_row(self) -> None:
        """Begin the next row."""
        self._rows.append([])

    def start_cell(self, *, columns: str | None) -> None:
        """Begin the next cell; the columns it spans besides the first stay empty."""
        if not self._rows:
            self._rows.append([])
        span = int(columns) if columns and columns.strip().isdecimal() else 1
        self._rows[-1].append("")
        self._rows[-1].extend([""] * (min(span, _MAX_SPAN) - 1))
        self._open = len(self._rows[-1]) - max(min(span, _MAX_SPAN), 1)

    def add_text(self, text: str) -> None:
        """Add text to the open cell; text outside of cells makes a row of its own."""
        if not self._rows or not self._rows[-1]:
            self._rows.append([text])
            self._rows.append([])
        else:
            self._rows[-1][self._open] = f"{self._rows[-1][self._open]} {text}".strip()

    def emit(self, builder: DocumentBuilder) -> None:
        """Add the collected rows to `builder`, without columns that have no text."""
        rows = [[one_line(cell) for cell in row] for row in self._rows]
        self._rows.clear()
        rows = [row for row in rows if any(row)]
        width = max(map(len, rows), default=0)
        kept = [column for column in range(width) if any(column < len(row) and row[column] for row in rows)]
        rows = [[row[column] if column < len(row) else "" for column in kept] for row in rows]
        if len(kept) > 1 and len(rows) > 1:
            builder.table(rows)
            return
        for row in rows:
            builder.paragraph("\n".join(filter(None, row)))
