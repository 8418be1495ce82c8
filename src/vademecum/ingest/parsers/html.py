"""HTML into blocks: headings, paragraphs, lists, tables, code; what a browser would not show is dropped.

Event-based, so depth costs nothing. Also reads the HTML inside mails, EPUB chapters and feeds.

Use: `reader = HtmlReader(builder); reader.read(text)`.
"""

from __future__ import annotations

from html.parser import HTMLParser

from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.clean import one_line
from vademecum.ingest.parsers.decode import decode_text
from vademecum.ingest.parsers.html_table import HtmlTable
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Document

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "dl", "menu"})
_BREAKS = frozenset(
    {
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "address",
        "blockquote",
        "figure",
        "figcaption",
        "form",
        "fieldset",
        "details",
        "summary",
        "hr",
        "center",
        "dir",
        "body",
        "html",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "option",
        "label",
        "legend",
    }
)
_ITEMS = frozenset({"li", "dt", "dd"})
_HIDDEN = frozenset(
    {
        "script",
        "style",
        "template",
        "svg",
        "noscript",
        "iframe",
        "select",
        "textarea",
        "object",
        "math",
        "head",
    }
)
_META_NAMES = {
    "author": "authors",
    "description": "description",
    "keywords": "keywords",
    "date": "created_at",
}


class HtmlReader(HTMLParser):
    """Feeds the visible text of HTML into a builder; used once.

    Attributes:
        title: Content of the `title` element.
        metadata: What the `meta` elements and the `lang` attribute say.
    """

    def __init__(self, builder: DocumentBuilder, *, skip_navigation: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.metadata: dict[str, str] = {}
        self._builder = builder
        self._hidden = _HIDDEN | {"nav"} if skip_navigation else _HIDDEN
        self._skipping: list[str] = []
        self._text: list[str] = []
        self._tables: list[HtmlTable] = []
        self._items: list[str] = []
        self._list_depth = 0
        self._heading = 0
        self._code_depth = 0
        self._in_title = False

    def read(self, text: str) -> None:
        """Parse `text` to its end, adding its blocks to the builder."""
        self.feed(text)
        self.close()
        self._flush()
        while self._tables:
            self._end_table()
        self._end_list()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element (called by the parser)."""
        named = dict(attrs)
        if tag == "meta":
            self._note_meta(named)
        elif tag == "html" and named.get("lang"):
            self.metadata["language"] = str(named["lang"])
        if tag == "title" and not self.title:
            self._in_title = True
        elif tag in self._hidden:
            self._skipping.append(tag)
        elif self._skipping:
            return
        elif tag == "br":
            self._text.append("\n")
        elif tag in ("table", "tr", "td", "th"):
            self._start_table_part(tag, named)
        elif tag == "pre":
            self._flush()
            self._code_depth += 1
        elif tag in _LISTS:
            self._flush()
            self._list_depth += 1
        elif tag in _HEADINGS and not self._tables:
            self._flush()
            self._end_list()
            self._heading = _HEADINGS[tag]
        elif tag in _BREAKS or tag in _ITEMS or tag in _HEADINGS:
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        """Close an element (called by the parser)."""
        if tag == "title":
            self._in_title = False
        elif self._skipping:
            if tag in self._skipping or tag == "body":
                while self._skipping and self._skipping.pop() != tag:
                    continue
        elif tag == "table":
            self._flush()
            self._end_table()
        elif tag in ("td", "th", "tr"):
            self._flush()
        elif tag == "pre":
            self._flush()
            self._code_depth = max(0, self._code_depth - 1)
        elif tag in _LISTS:
            self._flush()
            self._list_depth = max(0, self._list_depth - 1)
            if not self._list_depth:
                self._end_list()
        elif tag in _HEADINGS:
            self._flush()
            self._heading = 0
        elif tag in _BREAKS or tag in _ITEMS:
            self._flush()

    def handle_data(self, data: str) -> None:
        """Take characters (called by the parser)."""
        if self._in_title:
            self.title = one_line(f"{self.title}{data}")
        elif not self._skipping:
            self._text.append(data if self._code_depth else data.replace("\n", " "))

    def _note_meta(self, attributes: dict[str, str | None]) -> None:
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        if name in _META_NAMES and attributes.get("content"):
            self.metadata.setdefault(_META_NAMES[name], str(attributes["content"]))

    def _start_table_part(self, tag: str, attributes: dict[str, str | None]) -> None:
        self._flush()
        if tag == "table":
            self._end_list()
            if self._tables:
                self._tables[-1].emit(self._builder)
                self._tables[-1].is_layout = True
            self._tables.append(HtmlTable())
        elif self._tables and tag == "tr":
            self._tables[-1].start_row()
        elif self._tables:
            self._tables[-1].start_cell(columns=attributes.get("colspan"))

    def _end_table(self) -> None:
        if self._tables:
            self._tables.pop().emit(self._builder)

    def _end_list(self) -> None:
        self._builder.items(self._items)
        self._items.clear()

    def _flush(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        if not text.strip():
            return
        if self._tables and not self._tables[-1].is_layout:
            self._tables[-1].add_text(text)
        elif self._code_depth:
            self._builder.code(text)
        elif self._heading:
            self._builder.heading(text, level=self._heading)
        elif self._list_depth:
            self._items.append(text)
        else:
            self._builder.paragraph("\n".join(one_line(line) for line in text.split("\n")))


def parse_html(source: Source) -> Document:
    """Return a web page as headings, paragraphs, lists, tables and code."""
    text = decode_text(source.data)
    builder = source.builder()
    reader = HtmlReader(builder)
    reader.read(text)
    if not builder.blocks:
        reader = HtmlReader(builder, skip_navigation=False)
        reader.read(text)
    return builder.build(
        source=source.name,
        title=reader.title or "",
        media_type=source.format.media_type,
        metadata=reader.metadata,
    )
