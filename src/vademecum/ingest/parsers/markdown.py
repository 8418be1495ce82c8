"""Markdown: the stored text is the file itself; blocks come from the line maps of markdown-it-py.

Owns front matter and heading paths. Inline markup stays in the text.

Use: `parse_markdown(source)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vademecum.ingest.parsers.plain import file_text, parse_plain
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Block, BlockKind, Document
from vademecum.values.location import Location

_MAX_STRUCTURED_CHARS = 4_000_000
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`]+|(?<!\w)_+|_+(?!\w)")
_KINDS: dict[str, BlockKind] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "html_block": "paragraph",
    "fence": "code",
    "code_block": "code",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
}


def parse_markdown(source: Source) -> Document:
    """Return a Markdown file as it is, with its headings, lists, tables and code marked.

    Beyond 4 million characters (10 s of work) it is read as plain text, without headings.
    """
    text = file_text(source)
    if len(text) > _MAX_STRUCTURED_CHARS:
        return parse_plain(source)
    front = _FRONT_MATTER.match(text)
    body = "\n" * text.count("\n", 0, front.end()) + text[front.end() :] if front else text
    blocks = list(_blocks(body, text))
    title = _FRONT_TITLE.search(front.group(1)) if front else None
    headings = [block for block in blocks if block.kind == "heading"]
    if front:
        end = len(text[: front.end()].rstrip())
        blocks.insert(0, Block(kind="code", start=0, end=end, location=Location(line=1)))
    first = heading_text(text[headings[0].start : headings[0].end]) if headings else source.stem
    return Document(
        source=source.name,
        title=(title.group(1) if title else first)[:300] or source.stem,
        text=text,
        blocks=tuple(blocks),
        media_type=source.format.media_type,
    )


def heading_text(line: str) -> str:
    """Return a heading without its marks: "## The *Duck*" gives "The Duck"."""
    line = line.split("\n")[0].strip().strip("#").strip()
    return _MARKUP.sub(r"\1", line).strip()


def _blocks(body: str, text: str) -> Iterator[Block]:
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    path: list[tuple[int, str]] = []
    covered = 0
    for token in parser.parse(body):
        if token.type not in _KINDS or token.map is None or token.map[0] < covered:
            continue
        first, covered = token.map
        kind = _KINDS[token.type]
        start = starts[first]
        end = _text_end(text, start, starts[min(covered, len(starts) - 1)])
        if end <= start:
            continue
        level = int(token.tag[1]) if kind == "heading" else 0
        while level and path and path[-1][0] >= level:
            path.pop()
        yield Block(
            kind=kind,
            start=start,
            end=end,
            location=Location(heading=tuple(title for _, title in path), line=first + 1),
            level=level,
            header_end=_header_end(token, starts, end) if kind == "table" else 0,
        )
        if level:
            path.append((level, heading_text(text[start:end])[:300]))


def _text_end(text: str, start: int, end: int) -> int:
    end = min(end, len(text))
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _header_end(token: Token, starts: list[int], end: int) -> int:
    """Return the end of a table's header row and of the dashes below it."""
    assert token.map is not None
    return min(starts[token.map[0] + 2] - 1, end)
