"""EPUB books: the chapters in the order of the spine.

Use: `parse_epub(source)`.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from vademecum.errors import ParseError
from vademecum.ingest.parsers.decode import decode_text
from vademecum.ingest.parsers.html import HtmlReader
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Document

_CORE = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_FIELDS = {"creator": "authors", "language": "language", "date": "created_at", "publisher": "publisher"}


def parse_epub(source: Source) -> Document:
    """Return a book as one document.

    Raises:
        ParseError: A part of it that must be there is missing or damaged.
    """
    builder = source.builder()
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            package_path = _package_path(archive)
            package = ElementTree.fromstring(archive.read(package_path))
            for path in _chapters(package, posixpath.dirname(package_path)):
                HtmlReader(builder).read(decode_text(archive.read(path)))
                source.alive()
    except (KeyError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError, OSError, EOFError) as err:
        raise ParseError("damaged: not a readable EPUB file") from err
    except RuntimeError as err:
        raise ParseError("encrypted") from err
    told = {name: ", ".join(_texts(package, tag)) for tag, name in _FIELDS.items()}
    return builder.build(
        source=source.name,
        title=next(iter(_texts(package, "title")), ""),
        media_type=source.format.media_type,
        metadata=told,
    )


def _package_path(archive: zipfile.ZipFile) -> str:
    container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
    root = next((element for element in container.iter() if element.tag.endswith("rootfile")), None)
    if root is None:
        raise ParseError("damaged: not a readable EPUB file")
    return root.get("full-path", "")


def _chapters(package: Element, folder: str) -> list[str]:
    paths = {item.get("id"): unquote(item.get("href", "")) for item in package.iter(f"{_OPF}item")}
    spine = (reference.get("idref") for reference in package.iter(f"{_OPF}itemref"))
    return [posixpath.normpath(posixpath.join(folder, paths[name])) for name in spine if name in paths]


def _texts(package: Element, tag: str) -> list[str]:
    return [element.text for element in package.iter(f"{_CORE}{tag}") if element.text]
