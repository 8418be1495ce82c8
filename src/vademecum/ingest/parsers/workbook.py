"""Workbooks (XLSX, XLSB, XLS, ODS) with true cell references.

Every sheet becomes tables; a table is a block of rows whose line `i` is row `first + i` of the sheet.
python-calamine is used here because it tells where the used range starts, which kreuzberg loses.

Use: `parse_workbook(source)`.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from vademecum.errors import ParseError
from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Document
from vademecum.values.location import Location

_MAX_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class _Region:
    """Rows of a sheet that belong together; `row` and `column` count from 0."""

    row: int
    column: int
    cells: list[list[str]]
    header: bool

    @property
    def reference(self) -> str:
        last = cell_name(self.row + len(self.cells) - 1, self.column + len(self.cells[0]) - 1)
        first = cell_name(self.row, self.column)
        return first if first == last else f"{first}:{last}"


def parse_workbook(source: Source) -> Document:
    """Return a workbook, one heading a sheet and one table a region of it.

    Raises:
        ParseError: It is encrypted, damaged or without any value.
    """
    builder = source.builder()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(source.data))
        visible = [meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        for name in visible:
            _add_sheet(builder, book.get_sheet_by_name(name), name)
    except PasswordError as err:
        raise ParseError("encrypted") from err
    except CalamineError as err:
        raise ParseError(f"not a readable workbook: {str(err).splitlines()[0][:120]}") from err
    return builder.build(
        source=source.name,
        title=source.stem,
        media_type=source.format.media_type,
        metadata={"sheets": visible},
    )


def _add_sheet(builder: DocumentBuilder, sheet: CalamineSheet, name: str) -> None:
    if sheet.total_height * sheet.total_width > _MAX_CELLS:
        raise ParseError(f"sheet {name} spans more than {_MAX_CELLS} cells")
    if sheet.start is None:
        return
    rows = [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    regions = list(_regions(rows, *sheet.start))
    builder.reset_headings()
    for number, region in enumerate(regions):
        if number == 0:
            builder.place = Location(sheet=name)
            builder.heading(name, level=1)
        builder.place = Location(sheet=name, cells=region.reference)
        if len(region.cells) == 1:
            builder.paragraph(" ".join(filter(None, region.cells[0])))
        else:
            builder.table(region.cells, header=region.header)


def _regions(rows: list[list[str]], top: int, left: int) -> Iterator[_Region]:
    """Cut rows where a blank row is followed by what looks like a new header; trim empty edges."""
    start = 0
    for number in range(len(rows) + 1):
        if number < len(rows):
            after_blank = number > 0 and not any(rows[number - 1])
            if not (after_blank and any(rows[number]) and _is_header(rows, number)):
                continue
        yield from _with_title_rows(rows[start:number], top + start, left)
        start = number


def _with_title_rows(rows: list[list[str]], top: int, left: int) -> Iterator[_Region]:
    """Yield leading one-cell rows on their own and the rest as one table."""
    while rows and not any(rows[-1]):
        rows = rows[:-1]
    while rows and (not any(rows[0]) or (sum(map(bool, rows[0])) == 1 and _is_wider(rows[1:]))):
        if any(rows[0]):
            yield _trimmed(rows[:1], top, left, header=False)
        rows, top = rows[1:], top + 1
    if rows:
        yield _trimmed(rows, top, left, header=_is_header(rows, 0))


def _is_wider(rows: Sequence[Sequence[str]]) -> bool:
    return any(sum(map(bool, row)) > 1 for row in rows[:3])


def _is_header(rows: Sequence[Sequence[str]], number: int) -> bool:
    """Say whether a row names columns: only words, with a filled row below."""
    cells = [cell for cell in rows[number] if cell]
    below = rows[number + 1] if number + 1 < len(rows) else []
    return bool(cells) and any(below) and not any(_is_number(cell) for cell in cells)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _trimmed(rows: list[list[str]], top: int, left: int, *, header: bool) -> _Region:
    filled = [column for row in rows for column, cell in enumerate(row) if cell]
    first, last = min(filled), max(filled)
    cells = [row[first : last + 1] for row in rows]
    return _Region(top, left + first, cells, header)


def cell_text(value: object) -> str:
    """Return a cell's value as a person would write it: whole floats without ".0", dates in ISO form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return " ".join(str(value).split())


def cell_name(row: int, column: int) -> str:
    """Return the A1 name of a cell; row and column count from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
