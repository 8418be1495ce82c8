"""Finds the sentences of the retrieved chunks that answer a question best.

Owns the choice; every unit knows its exact place in the stored text. The reader's spans and a cheap
comparison of words pick a few sentences, the cross-encoder reads those, each below its title and
headings; spans and cross-encoder together say which one answers.

Use: `find_evidence(question, hits, score_pairs=encoder.score, spans=spans).best.text`.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vademecum.generate.protocols import ScorePairs
from vademecum.generate.spans import NO_SPANS, FoundSpan, SpansFound
from vademecum.text.analyse import analyse
from vademecum.text.sentences import split_sentences
from vademecum.values import Document, Hit

HITS_READ = 5
"""Chunks whose sentences are considered; for 96% of 350 SQuAD questions one of them holds the answer."""
SENTENCES_SCORED = 6
"""Sentences the cross-encoder reads; 8 and all of them found no more answers on 350 SQuAD questions."""
RANK_PENALTY = 0.1
"""Share of the question's words that one rank of the chunk is worth."""
SPAN_UNITS = 3
"""Sentences that are scored because the best spans lie in them."""
LOGIT_WEIGHT = 0.25
"""What the cross-encoder's logit counts beside a span's score. On 160 SQuAD questions of unseen articles
the sentence chosen by both held the answer in .82, by spans alone in .80, by the cross-encoder in .76."""
RANK_WEIGHT = 0.5
"""What one rank of the chunk takes off."""
NO_SPAN = -8.0
"""Stands for the score of a span where the reader found none."""
CLOSE = 2.0
"""A second sentence joins the answer when its rating is at most this far below the best."""
EXPLAINS_WITH = 4
"""Most sentences that answer a question for reasons or ways."""
_EXPLAINS_CLOSE = 3.0
_ASKS_WHY = re.compile(
    r"^\W*(?:why|explain|describe"
    r"|how (?!many|much|long|old|far|tall|big|large|often|high|fast|deep|wide|heavy)"
    r"|what (?:happens|happened|are the (?:steps|reasons|effects|consequences|differences)))\b",
    re.IGNORECASE,
)
_LIST_CHARS = 600
_CELLS = " | "
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
        """How well it answers: the span's score and the cross-encoder's logit, less for later chunks."""
        score = self.span.score if self.span else NO_SPAN
        return score + LOGIT_WEIGHT * self.logit - RANK_WEIGHT * self.rank

    @property
    def reading(self) -> str:
        """The text as a person reads it: a row's cells with the names of their columns."""
        names, cells = _cells(self.header), _cells(self.text)
        if not self.header or len(names) != len(cells):
            return self.text
        (kind, name), *rest = zip(names, cells, strict=True)
        facts = ", ".join(f"{column} is {cell}" for column, cell in rest if cell)
        return f"{kind} {name}: {facts}." if facts else self.text

    @property
    def passage(self) -> str:
        """What the cross-encoder reads: title and headings above the text."""
        lines = (self.hit.context or self.hit.title).split("\n")
        return "\n".join([*(line for line in lines if line and line != self.header), self.reading])


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found for a question.

    Attributes:
        scored: Units the cross-encoder read, best first.
        units: Every unit of the hits, in their order.
        hits: The hits they come from.
        spans: What the reader found in the hits.
        explains: Whether the question asks for reasons or ways, which one sentence seldom tells.
    """

    scored: tuple[Unit, ...]
    units: tuple[Unit, ...]
    hits: tuple[Hit, ...]
    spans: SpansFound
    explains: bool = False

    @property
    def best(self) -> Unit:
        """The unit with the highest rating."""
        return self.scored[0]

    @property
    def short(self) -> FoundSpan | None:
        """The words that answer by themselves; None where the reader finds none, or reasons are asked for."""
        span = self.best.span
        return span if span is not None and span.score > 0 and not self.explains else None

    def chosen(self) -> list[Unit]:
        """Return the units that answer: the best one, and the second when it is close.

        To explain something two to four may answer, those that the cross-encoder finds close. Units
        of one document stand in its order.
        """
        if self.explains:
            near = [unit for unit in self.scored if unit.logit >= self.best.logit - _EXPLAINS_CLOSE]
            units = list(dict.fromkeys([self.best, *near]))[:EXPLAINS_WITH]
        else:
            units = [unit for unit in self.scored[:2] if unit.rating >= self.best.rating - CLOSE]
        if len({unit.hit.document_id for unit in units}) == 1:
            units.sort(key=lambda unit: unit.start)
        return units


def find_evidence(
    question: str,
    hits: Sequence[Hit],
    *,
    score_pairs: ScorePairs,
    spans: SpansFound = NO_SPANS,
    documents: Mapping[str, Document] | None = None,
) -> Evidence:
    """Return the units of the best hits, the most promising ones scored against the question.

    Args:
        question: What is asked.
        hits: Retrieved chunks, best first.
        score_pairs: The cross-encoder.
        spans: What the reader found in the hits.
        documents: Stored documents by id, which know where a table has a header row.
    """
    read = tuple(hits[:HITS_READ])
    wanted = set(analyse(question))
    units = tuple(_distinct(_completed(unit, wanted, spans) for unit in _units(read, documents or {})))
    promising = _promising(units)
    logits = score_pairs(question, [unit.passage for unit in promising]) if promising else []
    scored = [replace(unit, logit=float(logit)) for unit, logit in zip(promising, logits, strict=True)]
    scored.sort(key=lambda unit: -unit.rating)
    explains = _ASKS_WHY.search(question) is not None
    return Evidence(scored=tuple(scored), units=units, hits=read, spans=spans, explains=explains)


def _promising(units: Sequence[Unit]) -> list[Unit]:
    """Return the units worth scoring: those of the best spans, then those that share most words."""
    spanned = sorted(
        (unit for unit in units if unit.span), key=lambda unit: -unit.span.score if unit.span else 0.0
    )
    worded = sorted(units, key=lambda unit: unit.rank * RANK_PENALTY - unit.coverage)
    return list(dict.fromkeys([*spanned[:SPAN_UNITS], *worded]))[:SENTENCES_SCORED]


def _units(hits: Sequence[Hit], documents: Mapping[str, Document]) -> Iterator[Unit]:
    """Yield the units of each hit in order; a header row is none."""
    for rank, hit in enumerate(hits):
        document = documents.get(hit.document_id)
        header = _header(hit, document) if _CELLS in hit.text else ""
        for start, end in _joined(hit.text, _lines(hit, document)):
            text = hit.text[start:end]
            if text != header:
                yield Unit(
                    hit=hit,
                    rank=rank,
                    start=hit.start + start,
                    end=hit.start + end,
                    text=text,
                    header=header if _CELLS in text else "",
                )


def _header(hit: Hit, document: Document | None) -> str:
    """Return the header row of the table that a hit is cut from, or nothing."""
    blocks = document.blocks if document else ()
    index = bisect.bisect_right(blocks, hit.start, key=lambda block: block.start) - 1
    if document is None or index < 0 or blocks[index].kind != "table":
        return ""
    return document.text[blocks[index].start : blocks[index].header_end].strip().partition("\n")[0]


def _cells(row: str) -> list[str]:
    """Return the cells of a row, in Markdown with its outer bars or without."""
    return [cell.strip() for cell in row.strip("| ").split("|")]


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


def _completed(unit: Unit, wanted: set[str], spans: SpansFound) -> Unit:
    """Return the unit with its share of the question's words and the best span in it."""
    found = wanted.intersection(analyse(unit.reading))
    return replace(
        unit,
        coverage=len(found) / len(wanted) if wanted else 0.0,
        span=spans.within(unit.hit, unit.start, unit.end),
    )


def _distinct(units: Iterator[Unit]) -> Iterator[Unit]:
    """Yield units that hold a letter or digit and that no earlier unit repeats."""
    seen: set[str] = set()
    for unit in units:
        key = " ".join(unit.text.casefold().split())
        if key not in seen and any(character.isalnum() for character in key):
            seen.add(key)
            yield unit
