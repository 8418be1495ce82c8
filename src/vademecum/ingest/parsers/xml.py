"""XML of any kind: the text of its elements, grouped by the smallest records, under the names of what holds
them.

Feeds and data files become one paragraph a record, one line a field ("title: Ducks"). Entities beyond the
five of XML are not expanded further than the parser's own amplification guard allows.

Use: `parse_xml(source)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from vademecum.errors import ParseError
from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.clean import one_line
from vademecum.ingest.parsers.decode import decode_text
from vademecum.ingest.parsers.html import HtmlReader
from vademecum.ingest.parsers.plain import parse_plain
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Document
from vademecum.values.location import Location

_MAX_DEPTH = 1_000


@dataclass(slots=True)
class _Element:
    name: str
    line: int
    text: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


class _Reader:
    """Turns expat's events into blocks; a record is given out when it closes."""

    def __init__(self, builder: DocumentBuilder) -> None:
        self._builder = builder
        self._stack: list[_Element] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._refuse_entity

    def read(self, text: str) -> None:
        self._parser.Parse(text, True)

    def _refuse_entity(self, name: str, *_details: object) -> None:
        raise ParseError(f"defines the XML entity {name!r}, which is not allowed")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self._stack) > _MAX_DEPTH:
            raise ParseError(f"XML elements nested deeper than {_MAX_DEPTH}")
        self._stack.append(_Element(name.split(":")[-1], self._parser.CurrentLineNumber))

    def _characters(self, data: str) -> None:
        self._stack[-1].text.append(data)

    def _end(self, _name: str) -> None:
        element = self._stack.pop()
        text = _visible(" ".join(element.text))
        if element.fields or not self._stack:
            self._give_out(element, [*element.fields, *([text] if text else [])])
        elif text:
            self._stack[-1].fields.append(f"{element.name}: {text}")

    def _give_out(self, element: _Element, lines: list[str]) -> None:
        self._builder.place = Location(line=element.line)
        self._builder.paragraph("\n".join(lines))


def _visible(text: str) -> str:
    if "</" not in text and "<br" not in text:
        return one_line(text)
    inner = DocumentBuilder()
    HtmlReader(inner).read(text)
    return one_line(inner.build(source="", media_type="").text) if inner.blocks else ""


def parse_xml(source: Source) -> Document:
    """Return the text of an XML file, one paragraph a record.

    A file that is not well-formed is kept as plain text.

    Raises:
        ParseError: It defines entities, or is nested too deeply.
    """
    builder = source.builder()
    try:
        _Reader(builder).read(decode_text(source.data).lstrip("\ufeff \n"))
    except expat.ExpatError:
        return parse_plain(source)
    return builder.build(source=source.name, title=source.stem, media_type=source.format.media_type)
