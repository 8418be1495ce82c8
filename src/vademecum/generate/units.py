"""Cuts the retrieved chunks into what can be quoted: sentences, rows of tables, questions with replies.

Every unit knows its exact place in the stored text. Use: `find_units(hits, documents)[0].text`.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vademecum.generate.rows import BAR, Row
from vademecum.generate.spans import FoundSpan
from vademecum.text.sentences import split_sentences
from vademecum.values import Document, Hit

HITS_READ = 5
"""Chunks whose sentences are considered; for 96% of 350 SQuAD questions one of them holds the answer."""
LOGIT_WEIGHT = 1.0
"""What the cross-encoder's logit counts beside a span's score. Of 0, .5, .75, 1, 1.5 and the logit alone it
shows most answers over SQuAD articles the reader never saw, COVID-QA, QED, TAT-QA and FinanceBench together,
and on none of them fewer than the cross-encoder alone."""
COVERAGE_WEIGHT = 1.0
"""What holding all words of the question counts."""
RANK_WEIGHT = 0.5
"""What one rank of the chunk takes off."""
NO_SPAN = -8.0
"""Stands for the score of a span where the reader found none."""
_LIST_CHARS = 600
_ITEM = re.compile(r"[-*•▪◦\u2013·]\s|\(?\w{1,3}[.)]\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A sentence, a table row, or a question with its reply: the least that can be quoted.

    Attributes:
        hit: The chunk that holds it.
        rank: Position of the chunk among the hits, from 0.
        start: First character in the document's stored text.
        end: One past the last character.
        text: The characters themselves.
        header: Header row of its table, where it is a row of one.
        coverage: Share of the question's words that occur in it, in [0, 1].
        logit: What the cross-encoder says of it; minus infinity when it was not asked.
        span: The words in it that answer best, where the reader found any.
    """

    hit: Hit
    rank: int
    start: int
    end: int
    text: str
    header: str = ""
    coverage: float = 0.0
    logit: float = float("-inf")
    span: FoundSpan | None = None

    @property
    def rating(self) -> float:
        """How well it answers: span, cross-encoder and shared words, less for later chunks."""
        score = self.span.score if self.span else NO_SPAN
        told = LOGIT_WEIGHT * self.logit + COVERAGE_WEIGHT * self.coverage
        return score + told - RANK_WEIGHT * self.rank

    def holds(self, span: FoundSpan) -> bool:
        """Say whether a span begins in it."""
        return self.hit.document_id == span.hit.document_id and self.start <= span.start < self.end

    @property
    def row(self) -> Row | None:
        """The row of a table with a header that it is; None for prose."""
        return Row(header=self.header, text=self.text) if self.header else None

    @property
    def reading(self) -> str:
        """The text as a person reads it: a row's cells with the names of their columns."""
        return self.row.reading if self.row else self.text

    @property
    def titles(self) -> str:
        """Title and headings that it stands below, one a line."""
        lines = (self.hit.context or self.hit.title).split("\n")
        return "\n".join(line for line in lines if line and line != self.header)

    @property
    def passage(self) -> str:
        """What the cross-encoder reads: title and headings above the text."""
        return f"{self.titles}\n{self.reading}" if self.titles else self.reading


def find_units(hits: Sequence[Hit], documents: Mapping[str, Document] | None = None) -> tuple[Unit, ...]:
    """Return the units of the best chunks in their order, none twice.

    Args:
        hits: Retrieved chunks, best first.
        documents: Stored documents by id, which know where a table has a header row.
    """
    return tuple(_distinct(_units(hits[:HITS_READ], documents or {})))


def _units(hits: Sequence[Hit], documents: Mapping[str, Document]) -> Iterator[Unit]:
    """Yield the units of each hit in order; a header row is none."""
    for rank, hit in enumerate(hits):
        document = documents.get(hit.document_id)
        header = _header(hit, document) if BAR in hit.text else ""
        for start, end in _joined(hit.text, _lines(hit, document)):
            text = hit.text[start:end]
            if text != header:
                yield Unit(
                    hit=hit,
                    rank=rank,
                    start=hit.start + start,
                    end=hit.start + end,
                    text=text,
                    header=header if BAR in text else "",
                )


def _header(hit: Hit, document: Document | None) -> str:
    """Return the header row of the table that a hit is cut from, or nothing."""
    blocks = document.blocks if document else ()
    index = bisect.bisect_right(blocks, hit.start, key=lambda block: block.start) - 1
    if document is None or index < 0 or blocks[index].kind != "table":
        return ""
    return document.text[blocks[index].start : blocks[index].header_end].strip().partition("\n")[0]


def _lines(hit: Hit, document: Document | None) -> list[tuple[int, int]]:
    """Return the parts of a hit in which every line stands for itself: lists and code."""
    blocks = document.blocks if document else ()
    first = max(bisect.bisect_right(blocks, hit.start, key=lambda block: block.start) - 1, 0)
    parts = []
    for block in itertools.takewhile(lambda block: block.start < hit.end, blocks[first:]):
        if block.kind in ("list", "code") and block.end > hit.start:
            parts.append((max(block.start - hit.start, 0), min(block.end, hit.end) - hit.start))
    return parts


def _spans(text: str, lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the sentences of a text, and within `lines` one span a line at least."""
    spans = []
    done = 0
    for start, end in [*lines, (len(text), len(text))]:
        spans += [(done + left, done + right) for left, right in split_sentences(text[done:start])]
        for line in re.finditer(r"[^\n]+", text[start:end]):
            at = start + line.start()
            spans += [(at + left, at + right) for left, right in split_sentences(line[0])]
        done = end
    return spans


def _joined(text: str, lines: Sequence[tuple[int, int]] = ()) -> Iterator[tuple[int, int]]:
    """Yield sentence spans; a question joins its reply, and a list the line that opens it."""
    spans = _spans(text, lines)
    index = 0
    while index < len(spans):
        start, end = spans[index]
        index += 1
        if index < len(spans) and text[end - 1] in "?:\uff1a\uff1f":
            opens_list = text[end - 1] in ":\uff1a"
            end = spans[index][1]
            index += 1
            while opens_list and index < len(spans) and _ITEM.match(text, spans[index][0]):
                if spans[index][1] - start > _LIST_CHARS:
                    break
                end = spans[index][1]
                index += 1
        yield start, end


def _distinct(units: Iterator[Unit]) -> Iterator[Unit]:
    """Yield units that hold a letter or digit and that no earlier unit repeats."""
    seen: set[str] = set()
    for unit in units:
        key = " ".join(unit.text.casefold().split())
        if key not in seen and any(character.isalnum() for character in key):
            seen.add(key)
            yield unit
