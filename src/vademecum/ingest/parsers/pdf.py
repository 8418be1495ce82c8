"""PDF: the text layer page by page, with paragraphs and headings; pages without text are read by OCR.

The text is PDFium's, complete and in its order; kreuzberg's layout analysis only says which lines belong
together and which are titles, because taken alone it drops some lines. Tables stay lines of text. Embedded
files are left out.

Use: `parse_pdf(source)`.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kreuzberg

from vademecum.errors import ParseError
from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.clean import clean_block
from vademecum.ingest.parsers.extract import extract, sensible_title, told_metadata
from vademecum.ingest.parsers.pictures import add_scanned
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Document
from vademecum.values.location import Location

_DPI = 150
_SPARSE_CHARS = 25
_MAX_HEADING_CHARS = 120
_HEADING_SHARE = 0.25
_MAX_REPEATS = 2
_NOT_WORD = re.compile(r"[\W_]+")
_MARKER = re.compile(r"\s*(?:[•◦▪‣●○■□*·\u2013\u2014\uf0b7-]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+")


@dataclass(frozen=True, slots=True)
class _Unit:
    """What the layout analysis says of some lines of a page."""

    kind: str
    key: str
    level: int = 0


def parse_pdf(source: Source) -> Document:
    """Return a PDF as one document.

    Raises:
        ParseError: It is encrypted or damaged, or no page has text that can be read.
    """
    result = extract(source, layout=True)
    pages = result.pages or []
    units = _units_by_page((result.document or {"nodes": ()})["nodes"])
    builder = source.builder()
    with tempfile.TemporaryDirectory() as folder:
        scans = _Scans(source, Path(folder) / "scan.pdf")
        for page in pages:
            number = page["page_number"]
            text = clean_block(page["content"])
            if sum(map(str.isalnum, text)) >= _SPARSE_CHARS or not scans.add(builder, number):
                builder.place = Location(page=number)
                _add_page(builder, text, units.get(number, ()))
    if not builder.blocks and scans.refused:
        raise ParseError("scanned pages without text, and OCR is switched off")
    return builder.build(
        source=source.name,
        title=sensible_title(result.metadata),
        media_type=source.format.media_type,
        metadata={**told_metadata(result.metadata), "page_count": len(pages)},
    )


class _Scans:
    """Reads pages by OCR, up to the limit; writes the file once to `path`, which the renderer wants."""

    def __init__(self, source: Source, path: Path) -> None:
        self.refused = False
        self._source = source
        self._path = path
        self._left = source.limits.max_ocr_pages

    def add(self, builder: DocumentBuilder, page: int) -> bool:
        """Add what OCR reads on a page; False when that is nothing."""
        if self._source.ocr is None or self._left <= 0:
            self.refused = self._source.ocr is None
            return False
        picture = self._render(page)
        before = len(builder.blocks)
        if picture is not None:
            self._left -= 1
            add_scanned(builder, self._source.ocr(), picture, page=page)
            self._source.alive()
        return len(builder.blocks) > before

    def _render(self, page: int) -> bytes | None:
        if not self._path.exists():
            self._path.write_bytes(self._source.data)
        try:
            return bytes(kreuzberg.render_pdf_page(str(self._path), page - 1, dpi=_DPI))
        except (kreuzberg.KreuzbergError, RuntimeError):
            return None


def _units_by_page(nodes: Sequence[Mapping[str, Any]]) -> dict[int, list[_Unit]]:
    """Return the layout units of each page.

    Headings count as text where they are implausibly much of it, and where they run through the pages.
    """
    told = [node for node in nodes if node.get("page") and _key(node["content"].get("text") or "")]
    titles = [node["content"]["text"] for node in told if node["content"]["node_type"] == "heading"]
    trusted = sum(map(len, titles)) <= _HEADING_SHARE * sum(len(node["content"]["text"]) for node in told)
    times = Counter(map(_key, titles))
    units: dict[int, list[_Unit]] = {}
    for node in told:
        content = node["content"]
        key, kind, level = _key(content["text"]), "paragraph", 0
        if content["node_type"] == "list_item":
            kind = "item"
        elif trusted and 0 < times[key] <= _MAX_REPEATS and _is_title(content["text"]):
            kind, level = "heading", content.get("level") or 1
        units.setdefault(node["page"], []).append(_Unit(kind, key, level))
    return units


def _is_title(text: str) -> bool:
    """Say whether a heading of the layout analysis reads like one: short, mostly letters, no sentence."""
    letters = sum(map(str.isalpha, text))
    is_phrase = not text.rstrip().endswith((".", ",", ";")) and "$" not in text
    return (
        is_phrase and 3 <= letters >= len(text) / 2 and len(text) <= _MAX_HEADING_CHARS and _starts_high(text)
    )


def _starts_high(text: str) -> bool:
    return text[:1].isalnum() and not text[:1].islower()


def _key(text: str) -> str:
    """Return letters and digits only, so that the two readings of a page compare."""
    return _NOT_WORD.sub("", text.replace("\x02", "").replace("\ufffe", "")).casefold()


def _add_page(builder: DocumentBuilder, text: str, units: Sequence[_Unit]) -> None:
    """Add a page's lines, cut where the unit they belong to changes.

    A heading whose next line begins in lower case is the start of a sentence and goes with it.
    """
    lines = text.split("\n")
    runs = list(_runs(lines, _owners(lines, units)))
    items: list[str] = []
    begun: list[str] = []
    for (unit, run), (_, following) in zip(runs, [*runs[1:], (None, [""])], strict=True):
        kind = unit.kind if unit is not None else "paragraph"
        if kind == "item" and _MARKER.match(run[0]):
            items.append(" ".join(run))
            continue
        builder.items(items)
        items.clear()
        if kind == "heading" and following[0][:1].islower():
            begun = run
        elif unit is not None and kind == "heading":
            builder.heading(" ".join(run), level=unit.level)
        else:
            builder.paragraph("\n".join([*begun, *run]))
            begun = []
    builder.items(items)


def _runs(lines: Sequence[str], owners: Sequence[_Unit | None]) -> Iterator[tuple[_Unit | None, list[str]]]:
    run: list[str] = []
    for number, line in enumerate(lines):
        if run and owners[number] is not owners[number - 1]:
            yield owners[number - 1], run
            run = []
        run.append(line)
    if run:
        yield owners[-1], run


def _owners(lines: Sequence[str], units: Sequence[_Unit]) -> list[_Unit | None]:
    """Return for each line the unit whose characters it carries, or None."""
    keys = [(_key(line), _key(_MARKER.sub("", line, count=1))) for line in lines]
    owners: list[_Unit | None] = [None] * len(lines)
    cursor = 0
    for unit in units:
        order = [*range(cursor, len(lines)), *range(cursor)]
        start = next((at for at in order if owners[at] is None and _carries(unit.key, keys[at])), None)
        if start is None:
            continue
        rest, cursor = unit.key, start
        while cursor < len(lines) and owners[cursor] is None and (used := _carries(rest, keys[cursor])):
            owners[cursor], rest, cursor = unit, rest[used:], cursor + 1
    return owners


def _carries(key: str, line: tuple[str, str]) -> int:
    """Return how many characters of `key` a line covers, with or without its list marker."""
    return next((len(form) for form in line if form and key.startswith(form)), 0)
