"""What a parser is given and what a container yields; shared by all parsers, no logic of any format.

Use: `Source(data=data, name="a.pdf", format=sniff(data, name="a.pdf"))`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.limits import ParseLimits
from vademecum.ingest.parsers.sniff import Format

if TYPE_CHECKING:
    from vademecum.models.ocr import OcrReader


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file to parse, already in memory.

    Attributes:
        data: Its bytes, not empty.
        name: What a person knows it by; the path, or path and part of an enclosed file.
        format: What it is.
        limits: What it may cost.
        ocr: Gives the reader of pictures, loading it on the first call; None when pictures are not to be
        read.
        alive: Called after each slow step, so that the one who waits can tell slow from stuck.
    """

    data: bytes
    name: str
    format: Format
    limits: ParseLimits = field(default_factory=ParseLimits)
    ocr: Callable[[], OcrReader] | None = None
    alive: Callable[[], None] = _nothing

    @property
    def stem(self) -> str:
        """The file name without folders and ending: the title of last resort."""
        return PurePath(self.name).stem or self.name

    def builder(self) -> DocumentBuilder:
        """Return an empty builder under this source's limits."""
        return DocumentBuilder(limits=self.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file inside another file: the member of an archive, the attachment of a mail."""

    name: str
    data: bytes
