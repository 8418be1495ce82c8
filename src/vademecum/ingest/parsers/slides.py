"""Slides (PPTX, ODP): titles, text, lists, tables and speaker notes, each with its slide number.

Read here from the files' own XML because kreuzberg gives the slide of only some blocks and does not read ODP.
Charts, SmartArt and pictures are left out.

Use: `parse_pptx(source)`, `parse_odp(source)`.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from vademecum.errors import ParseError
from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.extract import sensible_title, told_metadata
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Document
from vademecum.values.location import Location

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CORE = "{http://purl.org/dc/elements/1.1/}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_SHOW = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_BULLETS = frozenset({f"{_A}buChar", f"{_A}buAutoNum", f"{_A}buBlip"})


def parse_pptx(source: Source) -> Document:
    """Return a PowerPoint presentation slide by slide."""
    builder = source.builder()
    with _open(source) as archive:
        core = _part(archive, "docProps/core.xml")
        for number, path in enumerate(_slide_paths(archive), 1):
            builder.place = Location(slide=number)
            builder.reset_headings()
            slide = _part(archive, path)
            tree = None if slide is None else slide.find(f".//{_P}spTree")
            if tree is not None:
                _add_shapes(builder, tree)
            _add_notes(builder, archive, path)
    metadata = (
        {name: core.findtext(f"{_CORE}{tag}") for name, tag in _CORE_FIELDS} if core is not None else {}
    )
    return builder.build(
        source=source.name,
        title=sensible_title(metadata),
        media_type=source.format.media_type,
        metadata=told_metadata(metadata),
    )


_CORE_FIELDS = (("title", "title"), ("authors", "creator"), ("subject", "subject"), ("language", "language"))


def _open(source: Source) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(source.data))
    except zipfile.BadZipFile as err:
        raise ParseError("damaged: its ZIP directory cannot be read") from err


def _part(archive: zipfile.ZipFile, path: str) -> Element | None:
    try:
        return ElementTree.fromstring(archive.read(path))
    except KeyError:
        return None
    except (ElementTree.ParseError, zipfile.BadZipFile, zlib.error, OSError, EOFError) as err:
        raise ParseError(f"damaged: {path} in it cannot be read") from err
    except RuntimeError as err:
        raise ParseError("encrypted") from err


def _relations(archive: zipfile.ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """Return id -> (type, path) of what a part points to."""
    folder, name = posixpath.split(path)
    tree = _part(archive, f"{folder}/_rels/{name}.rels")
    return {
        relation.get("Id", ""): (
            posixpath.basename(relation.get("Type", "")),
            posixpath.normpath(posixpath.join(folder, relation.get("Target", ""))).lstrip("/"),
        )
        for relation in (tree if tree is not None else ())
    }


def _slide_paths(archive: zipfile.ZipFile) -> list[str]:
    show = _part(archive, "ppt/presentation.xml")
    targets = _relations(archive, "ppt/presentation.xml")
    entries = show.iter(f"{_P}sldId") if show is not None else iter(())
    return [targets[entry.get(f"{_R}id", "")][1] for entry in entries if entry.get(f"{_R}id", "") in targets]


def _add_notes(builder: DocumentBuilder, archive: zipfile.ZipFile, path: str) -> None:
    for kind, target in _relations(archive, path).values():
        notes = _part(archive, target) if kind == "notesSlide" else None
        for shape in notes.iter(f"{_P}sp") if notes is not None else ():
            if _placeholder(shape) == "body":
                _add_text(builder, shape)


def _placeholder(shape: Element) -> str | None:
    mark = shape.find(f"./{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return None if mark is None else mark.get("type", "body" if mark.get("idx") else "obj")


def _add_shapes(builder: DocumentBuilder, tree: Element) -> None:
    """Add the shapes of a slide, its title first, groups opened."""
    shapes = [element for element in tree.iter() if element.tag in (f"{_P}sp", f"{_A}tbl")]
    shapes.sort(key=lambda shape: _placeholder(shape) not in ("title", "ctrTitle"))
    for shape in shapes:
        if shape.tag == f"{_A}tbl":
            builder.table(
                [[_paragraph_text(cell) for cell in row.iter(f"{_A}tc")] for row in shape.iter(f"{_A}tr")]
            )
        elif _placeholder(shape) in ("title", "ctrTitle"):
            builder.heading(_paragraph_text(shape), level=1)
        elif _placeholder(shape) not in ("sldNum", "dt", "ftr"):
            _add_text(builder, shape)


def _paragraph_text(element: Element) -> str:
    return " ".join(filter(None, (_runs(paragraph) for paragraph in element.iter(f"{_A}p"))))


def _runs(paragraph: Element) -> str:
    pieces = (
        "\n" if part.tag == f"{_A}br" else part.text or ""
        for part in paragraph.iter()
        if part.tag in (f"{_A}t", f"{_A}br")
    )
    return "".join(pieces).strip()


def _add_text(builder: DocumentBuilder, shape: Element) -> None:
    """Add a text shape: bulleted paragraphs, or the several of a body placeholder, as one list."""
    in_body = _placeholder(shape) in ("body", "obj")
    found = [(paragraph, _runs(paragraph)) for paragraph in shape.iter(f"{_A}p")]
    found = [(paragraph, text) for paragraph, text in found if text]
    bulleted = any(mark.tag in _BULLETS for paragraph, _ in found for mark in paragraph.iter())
    if bulleted or (in_body and len(found) > 1):
        builder.items(text for _, text in found)
    else:
        builder.paragraph("\n".join(text for _, text in found))


def parse_odp(source: Source) -> Document:
    """Return an OpenDocument presentation slide by slide."""
    builder = source.builder()
    with _open(source) as archive:
        content, meta = _part(archive, "content.xml"), _part(archive, "meta.xml")
    for number, page in enumerate(content.iter(f"{_DRAW}page") if content is not None else (), 1):
        builder.place = Location(slide=number)
        builder.reset_headings()
        frames = sorted(_frames(page), key=lambda frame: frame.get(f"{_SHOW}class") != "title")
        for frame in frames:
            _add_frame(builder, frame)
    title = meta.findtext(f".//{_CORE}title") if meta is not None else None
    author = meta.findtext(f".//{_CORE}creator") if meta is not None else None
    return builder.build(
        source=source.name,
        title=title or "",
        media_type=source.format.media_type,
        metadata={"authors": author or ""},
    )


def _frames(page: Element) -> Iterator[Element]:
    """Yield the outermost elements of a slide that hold text."""
    for child in page:
        if child.tag in (f"{_DRAW}g", f"{_SHOW}notes"):
            yield from _frames(child)
        elif child.get(f"{_SHOW}class") not in ("date-time", "footer", "page-number"):
            yield child


def _add_frame(builder: DocumentBuilder, frame: Element) -> None:
    tables = list(frame.iter(f"{_TABLE}table"))
    lines = [text for paragraph in frame.iter(f"{_TEXT}p") if (text := "".join(paragraph.itertext()).strip())]
    if frame.get(f"{_SHOW}class") == "title":
        builder.heading(" ".join(lines), level=1)
    elif tables:
        for table in tables:
            cells = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
            builder.table(
                [
                    [" ".join(cell.itertext()) for cell in row if cell.tag in cells]
                    for row in table.iter(f"{_TABLE}table-row")
                ]
            )
    elif next(frame.iter(f"{_TEXT}list"), None) is not None:
        builder.items(lines)
    else:
        builder.paragraph("\n".join(lines))
