"""The source of a quote as HTML: its page with the quote marked, the rows around cells, or the text.

What is shown comes from the stored text, which the quote is a part of; a page is drawn from the file only as
long as that holds what was read from it.
Use: `source_html(view, Place(document="...", start=10, end=40))`.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vademecum.original import Original, original_of
from vademecum.ui.draw_page import letters
from vademecum.ui.html import Child, Html, el, join
from vademecum.ui.page_picture import PagePicture, page_picture
from vademecum.ui.words import file_name
from vademecum.values import Block, Document, Location
from vademecum.view import View

_AROUND_CHARS = 700
_ROWS_AROUND = 4
_MOST_ROWS = 40
_CELL_SEPARATOR = " | "
_RANGE = re.compile(r"([A-Z]+)(\d+)(?::[A-Z]+\d+)?")
_DRAWN = ("application/pdf", "image/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Some characters of a stored text.

    Attributes:
        document: Id of the document.
        start: First character.
        end: One past the last.
        answer: The words among them that answer, in the stored text; None for all.
    """

    document: str
    start: int
    end: int
    answer: tuple[int, int] | None = None


def source_html(view: View, place: Place) -> Html:
    """Return a place in its source, or that it may not be seen."""
    document = view.documents([place.document]).get(place.document)
    if document is None:
        return el("p", "This document is gone, or you may not read it (any more).", class_="vm-note")
    start = max(0, min(place.start, len(document.text)))
    place = replace(place, start=start, end=max(start, min(place.end, len(document.text))))
    location = document.locate(place.start, place.end)
    data, note = _file(original_of(view, place.document), document)
    picture = _picture(data, document, place, location)
    block = _block_at(document, place.start)
    if picture is not None:
        shown = join(
            _drawn(picture, document, location, quoted=place.start < place.end),
            el("details", el("summary", "The text of this page"), _passage(document, place, location)),
        )
    elif block is not None and block.kind == "table":
        shown = _table(document, place, block)
    else:
        shown = _passage(document, place, location)
    return el(
        "div",
        el("p", location.label() or None, class_="vm-place"),
        el("p", note, class_="vm-note") if note else None,
        shown,
        class_="vm-source",
    )


def _file(original: Original | None, document: Document) -> tuple[bytes | None, str]:
    """Return the file of a document as long as it can be trusted, and what a reader has to know."""
    if original is None:
        return None, ""
    stored = "Shown is the stored text."
    try:
        data = original.read()
    except FileNotFoundError:
        return None, f"The file is not there any more. {stored}"
    except OSError as error:
        return None, f"The file cannot be read: {error.strerror or error}. {stored}"
    if data is None:
        return None, f"The file has changed since it was read. {stored}"
    if not original.whole:
        inside = document.media_type.startswith(_DRAWN)
        return None, f"It lies inside {file_name(original.path)}. {stored}" if inside else ""
    return data, ""


def _picture(data: bytes | None, document: Document, place: Place, location: Location) -> PagePicture | None:
    if data is None or location.page is None or not document.media_type.startswith(_DRAWN):
        return None
    first = next(block.start for block in document.blocks if block.location.page == location.page)
    before = letters(document.text[first : place.end])[0]
    wanted = letters(document.text[place.start : place.end])[0]
    answer = place.answer
    return page_picture(
        data,
        media_type=document.media_type,
        name=file_name(document.source),
        page=location.page,
        quote=document.text[place.start : place.end],
        answer=(answer[0] - place.start, answer[1] - place.start) if answer else None,
        nth=max(before.count(wanted) - 1, 0) if wanted else 0,
    )


def _drawn(picture: PagePicture, document: Document, location: Location, *, quoted: bool) -> Html:
    """Return a page with the quote's lines marked; of a scan, the part that it was read from."""
    scanned = [location.box] if location.box and quoted else []
    boxes = [(box, "vm-box") for box in picture.quote or scanned]
    boxes += [(box, "vm-box vm-box-answer") for box in picture.answer]
    marks = [
        el(
            "mark",
            class_=name,
            style=f"left:{100 * left:.2f}%;top:{100 * top:.2f}%;"
            f"width:{100 * (right - left):.2f}%;height:{100 * (bottom - top):.2f}%",
        )
        for (left, top, right, bottom), name in boxes
    ]
    name = f"{location.label() or 'page'} of {file_name(document.source)}"
    data = base64.b64encode(picture.webp).decode("ascii")
    image = el(
        "img", src=f"data:image/webp;base64,{data}", alt=name, width=picture.width, height=picture.height
    )
    missed = "The quote was not found on the drawn page; its text is below."
    return join(
        el(
            "div",
            el("div", image, marks, class_="vm-page"),
            class_="vm-zoom",
            role="region",
            aria_label=f"Picture of {name}",
            tabindex=0,
        ),
        el("p", missed, class_="vm-note") if quoted and not boxes else None,
    )


def _table(document: Document, place: Place, block: Block) -> Html:
    """Return the rows around a place as a table, its rows marked; those of a sheet with their names."""
    lines = list(_lines(document.text, block))
    cited = [number for number, (start, end) in enumerate(lines) if start < place.end and place.start <= end]
    first, last = (cited[0], cited[-1]) if cited else (0, 0)
    last = min(last, first + _MOST_ROWS)
    header = [0] if block.header_end > block.start else []
    shown = [
        *header,
        *range(max(len(header), first - _ROWS_AROUND), min(len(lines), last + _ROWS_AROUND + 1)),
    ]
    corner = _RANGE.fullmatch(block.location.cells or "")
    rows = [
        el(
            "tr",
            el("th", str(int(corner[2]) + number), scope="row") if corner else None,
            _cells(document.text, lines[number], place, cited=first <= number <= last),
            class_="vm-cited" if first <= number <= last else "vm-header" if number in header else None,
        )
        for number in shown
    ]
    width = max(document.text[slice(*lines[number])].count(_CELL_SEPARATOR) + 1 for number in shown)
    names = [el("th", _column(corner[1], step), scope="col") for step in range(width)] if corner else []
    return el(
        "div",
        el(
            "table",
            el("thead", el("tr", el("td"), names)) if corner else None,
            el("tbody", rows),
            class_="vm-sheet",
        ),
        class_="vm-wide",
        role="region",
        aria_label="Rows around the quote",
        tabindex=0,
    )


def _cells(text: str, line: tuple[int, int], place: Place, *, cited: bool) -> Html:
    """Return a row's cells; those of the quote are marked, and among them the one that answers."""
    cells = []
    at = line[0]
    for cell in text[line[0] : line[1]].split(_CELL_SEPARATOR):
        end = at + len(cell)
        quoted = cited and at < place.end and place.start < max(end, at + 1)
        answers = place.answer is not None and at < place.answer[1] and place.answer[0] < end
        mark = "vm-answer" if answers else None
        cells.append(el("td", el("mark", cell, class_=mark) if quoted and cell else cell))
        at = end + len(_CELL_SEPARATOR)
    return join(cells)


def _lines(text: str, block: Block) -> Sequence[tuple[int, int]]:
    lines, at = [], block.start
    for line in text[block.start : block.end].split("\n"):
        lines.append((at, at + len(line)))
        at += len(line) + 1
    return lines


def _column(first: str, step: int) -> str:
    """Return the name of a sheet's column so many to the right of another."""
    number = step
    for place, letter in enumerate(reversed(first)):
        number += (ord(letter) - 64) * 26**place
    name = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _passage(document: Document, place: Place, location: Location) -> Html:
    """Return the blocks around a place, on its page or slide where there is one, with the quote marked."""
    blocks = document.blocks or (Block(kind="paragraph", start=0, end=len(document.text)),)
    near = [
        block
        for block in blocks
        if block.start < place.end + _AROUND_CHARS
        and block.end > place.start - _AROUND_CHARS
        and (block.location.page, block.location.slide, block.location.sheet)
        == (location.page, location.slide, location.sheet)
    ]
    headed = bool(near) and near[0].kind == "heading"
    path = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join(location.heading)
    return el(
        "blockquote",
        el("p", path, class_="vm-path") if path and not headed else None,
        [_block(document.text, block, place) for block in near],
    )


def _block(text: str, block: Block, place: Place) -> Html:
    """Return a block, cut where it is long and far from the quote."""
    start = max(block.start, place.start - _AROUND_CHARS)
    end = min(block.end, place.end + _AROUND_CHARS)
    cut_before, cut_after = start > block.start, end < block.end
    names = {"heading": "vm-heading", "code": "vm-code", "table": "vm-code"}
    return el(
        "p",
        "… " if cut_before else None,
        marked(text, start, end, place),
        " …" if cut_after else None,
        class_=names.get(block.kind),
    )


def marked(text: str, start: int, end: int, place: Place) -> Html:
    """Return the characters `[start, end)` of a text with those of a place marked."""
    first, last = place.answer or (place.start, place.start)
    edges = sorted({start, end, *(min(max(at, start), end) for at in (place.start, place.end, first, last))})
    pieces: list[Child] = []
    for left, right in itertools.pairwise(edges):
        piece = text[left:right]
        if place.start <= left and right <= place.end:
            answers = first <= left and right <= last
            pieces.append(el("mark", piece, class_="vm-answer" if answers else None))
        else:
            pieces.append(piece)
    return join(pieces)


def _block_at(document: Document, start: int) -> Block | None:
    return next((block for block in document.blocks if block.start <= start < block.end), None)
