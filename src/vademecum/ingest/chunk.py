"""Cut documents into chunks along their structure.

Blocks under one heading are joined up to the token limit; a longer block is cut between
sentences, a table between rows. Headings and table headers travel as context, so that
`chunk.text == document.text[chunk.start:chunk.end]` always holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from vademecum.text.sentences import split_sentences
from vademecum.values import Block, Chunk, Document

CHUNKER = "chunk.structure.v1"
"""Name and version, stored with the chunks; a change of behaviour changes it."""

CountTokens = Callable[[Sequence[str]], list[int]]

_SPECIAL_TOKENS = 2
_CONTEXT_SHARE = 4  # the context may take a quarter of a chunk's tokens
_PIECE_CHARS = 1_000  # a "sentence" longer than this is cut at white space


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters that stays whole, and its length in tokens."""

    start: int
    end: int
    tokens: int


@dataclass(frozen=True, slots=True)
class _Context:
    """What stands before a section's chunks: its headings and, for a table, its header row."""

    headings: str
    header: str
    tokens: int

    def before(self, start: int, section_start: int) -> str:
        """Return the context of the chunk at `start`; the first one holds the header itself."""
        lines = [self.headings] if start == section_start else [self.headings, self.header]
        return "\n".join(line for line in lines if line)


def chunk_document(document: Document, *, count_tokens: CountTokens, max_tokens: int = 256) -> list[Chunk]:
    """Cut a document into chunks.

    Args:
        document: What to cut.
        count_tokens: Counts the embedding model's tokens of each of several texts.
        max_tokens: Limit for a chunk with its context and the model's special tokens.

    Returns:
        Chunks in reading order, without overlap; empty for a document without text.
    """
    document_id = document.id
    chunks: list[Chunk] = []
    for section in _sections(document):
        context = _fitted_context(document, section, count_tokens, max_tokens - _SPECIAL_TOKENS)
        room = max_tokens - _SPECIAL_TOKENS - context.tokens
        for start, end in _joined(_pieces(document.text, section, room, count_tokens), room):
            chunks.append(
                Chunk(
                    document_id=document_id,
                    ordinal=len(chunks),
                    start=start,
                    end=end,
                    text=document.text[start:end],
                    context=context.before(start, section[0].start),
                    location=document.locate(start, end),
                    owner=document.access.owner,
                )
            )
    return chunks


def _joined(pieces: Iterable[_Piece], room: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of neighbouring pieces joined up to `room` tokens."""
    start = end = used = 0
    for piece in pieces:
        if used and used + piece.tokens > room:
            yield start, end
            used = 0
        if not used:
            start = piece.start
        end, used = piece.end, used + max(piece.tokens, 1)
    if used:
        yield start, end


def _sections(document: Document) -> Iterator[list[Block]]:
    """Yield runs of blocks that share headings, sheet, slide and part; a table stands alone."""
    run: list[Block] = []
    heading: Block | None = None
    for block in document.blocks:
        if block.kind == "heading":
            if run:
                yield run
            elif heading is not None and block.level <= heading.level:
                yield [heading]  # a heading with nothing below it is still something to find
            run, heading = [], block
            continue
        if run and (block.kind == "table" or run[-1].kind == "table" or _unit(block) != _unit(run[-1])):
            yield run
            run = []
        run.append(block)
        heading = None
    if run:
        yield run
    elif heading is not None:
        yield [heading]


def _unit(block: Block) -> tuple[object, ...]:
    place = block.location
    return place.heading, place.sheet, place.slide, place.part


def _fitted_context(
    document: Document, section: Sequence[Block], count_tokens: CountTokens, limit: int
) -> _Context:
    """Return the section's context, cut to its share of the tokens."""
    first = section[0]
    titles = dict.fromkeys(title for title in (document.title, *first.location.heading) if title)
    headings = " > ".join(titles)
    header = document.text[first.start : first.header_end].strip() if first.kind == "table" else ""
    share = limit // _CONTEXT_SHARE
    used = sum(count_tokens([headings, header]))
    while used > share:
        keep = share / used * 0.9
        headings, header = headings[: int(len(headings) * keep)], header[: int(len(header) * keep)]
        used = sum(count_tokens([headings, header]))
    return _Context(headings, header, used)


def _pieces(text: str, section: Sequence[Block], room: int, count_tokens: CountTokens) -> Iterator[_Piece]:
    """Yield the section's text in pieces of at most `room` tokens."""
    spans = [span for block in section for span in _spans(text, block)]
    counts = count_tokens([text[start:end] for start, end in spans])
    for (start, end), tokens in zip(spans, counts, strict=True):
        if tokens <= room:
            yield _Piece(start, end, tokens)
        else:
            yield from _refined(text, start, end, room, count_tokens)


def _refined(text: str, start: int, end: int, room: int, count_tokens: CountTokens) -> Iterator[_Piece]:
    """Yield a span whole when it fits, else in halves until each does."""
    (tokens,) = count_tokens([text[start:end]])
    if tokens <= room or end - start < 2:
        yield _Piece(start, end, tokens)
        return
    for left, right in _short(text, start, end, max_chars=(end - start + 1) // 2):
        yield from _refined(text, left, right, room, count_tokens)


def _spans(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Yield the spans a block may be cut between: rows, lines of code, or sentences."""
    if block.kind in ("table", "code"):
        start = block.start
        while start < block.end:
            newline = text.find("\n", start, block.end)
            end = block.end if newline < 0 else newline + 1
            yield from _short(text, start, end)
            start = end
        return
    for start, end in split_sentences(text[block.start : block.end]):
        yield from _short(text, block.start + start, block.start + end)


def _short(text: str, start: int, end: int, *, max_chars: int = _PIECE_CHARS) -> Iterator[tuple[int, int]]:
    """Yield `[start, end)` in runs of at most `max_chars` characters, without blank ends."""
    while start < end:
        stop = min(end, start + max_chars)
        if stop < end:
            space = text.rfind(" ", start + 1, stop)
            stop = space + 1 if space > start else stop
        piece = text[start:stop]
        left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
        if right > left:
            yield start + left, start + right
        start = stop
