"""Finds the sentences of the retrieved chunks that answer a question best.

Owns the choice; every unit knows its exact place in the stored text. A cheap comparison of words
picks a few sentences, the cross-encoder reads those, each below its title and headings.

Use: `find_evidence(question, hits, score_pairs=encoder.score).best.text`.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vademecum.text.analyse import analyse
from vademecum.text.sentences import split_sentences
from vademecum.values import Document, Hit

HITS_READ = 5
"""Chunks whose sentences are considered; for 96% of 350 SQuAD questions one of them holds the answer."""
SENTENCES_SCORED = 6
"""Sentences the cross-encoder reads; 8 and all of them found no more answers on 350 SQuAD questions."""
RANK_PENALTY = 0.1
"""Share of the question's words that one rank of the chunk is worth."""
CLOSE_LOGITS = 2.0
"""A second sentence joins the answer when its logit is at most this far below the best."""
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
    """

    hit: Hit
    rank: int
    start: int
    end: int
    text: str
    header: str = ""
    coverage: float = 0.0
    logit: float = float("-inf")

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
    """

    scored: tuple[Unit, ...]
    units: tuple[Unit, ...]
    hits: tuple[Hit, ...]

    @property
    def best(self) -> Unit:
        """The unit with the highest logit."""
        return self.scored[0]

    def chosen(self) -> list[Unit]:
        """Return the units that answer: the best one, and the second when it is close.

        Units of one document stand in its order.
        """
        units = [unit for unit in self.scored[:2] if unit.logit >= self.best.logit - CLOSE_LOGITS]
        if len(units) == 2 and units[0].hit.document_id == units[1].hit.document_id:
            units.sort(key=lambda unit: unit.start)
        return units


def find_evidence(
    question: str,
    hits: Sequence[Hit],
    *,
    score_pairs: Callable[[str, Sequence[str]], Sequence[float]],
    documents: Mapping[str, Document] | None = None,
) -> Evidence:
    """Return the units of the best hits, the most promising ones scored against the question.

    Args:
        question: What is asked.
        hits: Retrieved chunks, best first.
        score_pairs: The cross-encoder.
        documents: Stored documents by id, which know where a table has a header row.
    """
    read = tuple(hits[:HITS_READ])
    wanted = set(analyse(question))
    units = tuple(_distinct(_covered(unit, wanted) for unit in _units(read, documents or {})))
    promising = sorted(units, key=lambda unit: unit.rank * RANK_PENALTY - unit.coverage)[:SENTENCES_SCORED]
    logits = score_pairs(question, [unit.passage for unit in promising]) if promising else []
    scored = [replace(unit, logit=float(logit)) for unit, logit in zip(promising, logits, strict=True)]
    scored.sort(key=lambda unit: -unit.logit)
    return Evidence(scored=tuple(scored), units=units, hits=read)


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


def _covered(unit: Unit, wanted: set[str]) -> Unit:
    """Return the unit with its share of the question's words."""
    found = wanted.intersection(analyse(unit.reading))
    return replace(unit, coverage=len(found) / len(wanted) if wanted else 0.0)


def _distinct(units: Iterator[Unit]) -> Iterator[Unit]:
    """Yield units that hold a letter or digit and that no earlier unit repeats."""
    seen: set[str] = set()
    for unit in units:
        key = " ".join(unit.text.casefold().split())
        if key not in seen and any(character.isalnum() for character in key):
            seen.add(key)
            yield unit
