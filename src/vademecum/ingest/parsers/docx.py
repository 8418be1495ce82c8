"""Word files, with the three characters that kreuzberg's reader loses.

It drops every escaped `&`, `<` and `>` of a DOCX body ("R&D" becomes "RD"), so they travel through it
as characters that no text may hold, and `clean_text` turns those back.

Use: `parse_docx(source)`.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import replace

from vademecum.ingest.parsers.clean import SHIELDS
from vademecum.ingest.parsers.extract import parse_office
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Document

_ESCAPED = re.compile(rb"&(?:(amp|#38|#x26)|(lt|#60|#x3[cC])|(gt|#62|#x3[eE]));")
_TEXTS = re.compile(r"(?:word/[^/]+|docProps/[^/]+)\.xml")
_SHIELDED = {number: shield.encode() for number, shield in enumerate(SHIELDS, 1)}


def parse_docx(source: Source) -> Document:
    """Return a Word file as blocks; see `parse_office`."""
    return parse_office(replace(source, data=_shielded(source.data)))


def _shielded(data: bytes) -> bytes:
    """Return the archive with escaped characters of its texts replaced, or as it is when it has none."""
    stream = io.BytesIO()
    changed = False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
            for member in old.infolist():
                content = old.read(member)
                if _TEXTS.fullmatch(member.filename):
                    content, count = _ESCAPED.subn(lambda match: _SHIELDED[match.lastindex or 0], content)
                    changed = changed or count > 0
                new.writestr(member.filename, content)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return data  # the reader names what is wrong with it
    return stream.getvalue() if changed else data
