"""Reading one file into documents: what it is, which parser takes it, and what is inside it.

Runs inside a worker process (`ingest/worker.py`); pure apart from reading the file. Knows every format's
parser and no format's details.

Use: `parsed = parse_file("report.pdf"); parsed.documents[0].text`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from vademecum.errors import ParseError
from vademecum.ingest.parsers.limits import ParseLimits, check_zip
from vademecum.ingest.parsers.sniff import PICTURES, sniff
from vademecum.ingest.parsers.source import Part, Source
from vademecum.values.document import Document
from vademecum.values.ingest import Failure

if TYPE_CHECKING:
    from vademecum.models.ocr import OcrReader

_PARSERS: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"pdf"}), "pdf", "parse_pdf"),
    (frozenset({"xlsx", "xlsb", "xls", "ods"}), "workbook", "parse_workbook"),
    (frozenset({"pptx"}), "slides", "parse_pptx"),
    (frozenset({"odp"}), "slides", "parse_odp"),
    (frozenset({"epub"}), "epub", "parse_epub"),
    (frozenset({"html"}), "html", "parse_html"),
    (frozenset({"xml"}), "xml", "parse_xml"),
    (frozenset({"markdown"}), "markdown", "parse_markdown"),
    (frozenset({"csv", "tsv"}), "plain", "parse_csv"),
    (frozenset({"docx"}), "docx", "parse_docx"),
    (frozenset({"odt", "rtf", "doc", "ppt", "org", "rst", "ipynb"}), "extract", "parse_office"),
    (PICTURES, "pictures", "parse_picture"),
)
_ZIPPED = frozenset({"zip", "docx", "xlsx", "xlsb", "pptx", "odt", "ods", "odp", "epub"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What one file gave.

    Attributes:
        documents: The file's own document first, then those of the files inside it.
        failures: Files inside it that could not be read.
    """

    documents: tuple[Document, ...] = ()
    failures: tuple[Failure, ...] = ()


def parse_file(
    path: str | Path,
    *,
    source: str | None = None,
    limits: ParseLimits | None = None,
    ocr: bool = True,
    alive: Callable[[], None] = lambda: None,
) -> Parsed:
    """Read one file.

    Args:
        path: Where it is.
        source: What the documents are to be called; the path when None.
        limits: What it may cost; the defaults when None.
        ocr: Read pictures and scanned pages.
        alive: Called after each slow step.

    Returns:
        At least one document, or at least one failure for a container without readable content.

    Raises:
        ParseError: The file as a whole cannot be read; the message is the reason alone.
        OSError: It cannot be opened.
    """
    limits = limits or ParseLimits()
    size_bytes = Path(path).stat().st_size
    if size_bytes > limits.max_bytes:
        raise ParseError(f"{size_bytes / 1e6:.0f} MB large; at most {limits.max_bytes / 1e6:.0f} MB are read")
    data = Path(path).read_bytes()
    name = source if source is not None else str(path)
    return parse_bytes(data, name=name, limits=limits, ocr=_load_ocr if ocr else None, alive=alive)


def parse_bytes(
    data: bytes,
    *,
    name: str,
    limits: ParseLimits,
    ocr: Callable[[], OcrReader] | None = None,
    alive: Callable[[], None] = lambda: None,
    depth: int = 0,
) -> Parsed:
    """Read a file that is in memory; see `parse_file`. `depth` counts the containers around it."""
    if not data:
        raise ParseError("empty")
    source = Source(data=data, name=name, format=sniff(data, name=name), limits=limits, ocr=ocr, alive=alive)
    if source.format.name in _ZIPPED:
        check_zip(data, limits=limits)
    documents: list[Document] = []
    failures: list[Failure] = []
    for found in _contents(source):
        if isinstance(found, Document):
            documents.append(found)
        elif isinstance(found, Failure):
            failures.append(found)
        else:
            inner = _parse_part(source, found, depth + 1)
            documents.extend(inner.documents)
            failures.extend(inner.failures)
    if not documents and not failures:
        raise ParseError("no files in it")
    titled = (document if document.title else replace(document, title=source.stem) for document in documents)
    return Parsed(documents=tuple(titled), failures=tuple(failures))


def _parse_part(source: Source, part: Part, depth: int) -> Parsed:
    """Read a file inside `source`; what is wrong with it is its own failure."""
    name = f"{source.name}/{part.name}"
    try:
        if depth > source.limits.max_depth:
            raise ParseError(f"nested deeper than {source.limits.max_depth} files")
        parsed = parse_bytes(
            part.data, name=name, limits=source.limits, ocr=source.ocr, alive=source.alive, depth=depth
        )
    except ParseError as err:
        return Parsed(failures=(Failure(path=name, reason=str(err)),))
    source.alive()
    return replace(parsed, documents=tuple(_placed(document, part.name) for document in parsed.documents))


def _placed(document: Document, part: str) -> Document:
    """Return a document whose blocks say in which part of the file they stand."""
    blocks = (
        replace(
            block,
            location=replace(
                block.location, part=f"{part}/{inner}" if (inner := block.location.part) else part
            ),
        )
        for block in document.blocks
    )
    return replace(document, blocks=tuple(blocks))


def _contents(source: Source) -> Iterator[Document | Part | Failure]:
    """Yield what a file consists of; each parser is imported when its format comes."""
    name = source.format.name
    if name in ("zip", "tar", "gzip"):
        from vademecum.ingest.parsers.archive import archive_parts

        yield from archive_parts(source)
    elif name in ("eml", "msg"):
        from vademecum.ingest.parsers.mail import parse_eml, parse_msg

        mail = parse_eml(source) if name == "eml" else parse_msg(source)
        yield mail.document
        yield from mail.parts
    else:
        yield _parser(name)(source)


def _parser(name: str) -> Callable[[Source], Document]:
    """Return the parser of a format that holds one document; what is in no list is text."""
    module, function = next(
        (place for formats, *place in _PARSERS if name in formats), ("plain", "parse_plain")
    )
    parser: Callable[[Source], Document] = getattr(
        importlib.import_module(f"vademecum.ingest.parsers.{module}"), function
    )
    return parser


@lru_cache(maxsize=1)
def _load_ocr() -> OcrReader:
    from vademecum.models.ocr import OcrReader

    return OcrReader()
