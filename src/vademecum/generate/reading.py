"""Lets the reader find the words that answer: in the text of chunks, and in tables row by row.

Owns the step from a reader's spans to places in stored documents. A row is read by itself, each value
with the name of its column: a small reader tells rows apart far better than inside their table.

Use: `find_spans(question, units, read=reader.read).spans[0].text`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vademecum.generate.protocols import ReadSpans
from vademecum.generate.spans import FoundSpan, SpansFound
from vademecum.generate.units import Unit
from vademecum.text.analyse import analyse
from vademecum.values import Hit

ROWS_READ = 24
"""Rows of tables that are read, those that share most words with the question."""
_CELL = re.compile(r"[^|\s](?:[^|]*[^|\s])?")
_CLAUSE_NUMBER = re.compile(r"\d+(?:\.\d+)+\.?(?=\s+[A-Z])")


def find_spans(question: str, units: Sequence[Unit], *, read: ReadSpans) -> SpansFound:
    """Return the spans of all chunks that the units come from, normalised together.

    Args:
        question: What is asked.
        units: Of the retrieved chunks, in their order.
        read: The reader.
    """
    rows = [unit for unit in units if unit.row]
    hits = list({unit.hit.id: unit.hit for unit in units if not unit.row}.values())
    wanted = set(analyse(question))
    shown = sorted(rows, key=lambda unit: -len(wanted.intersection(analyse(unit.reading))))[:ROWS_READ]
    passages = [hit.text for hit in hits] + [unit.row.facts for unit in shown if unit.row]
    titles = [hit.context for hit in hits] + [unit.titles for unit in shown]
    reading = read(question, passages, titles=titles)
    spans = []
    for span in reading.spans:
        if span.passage < len(hits):
            hit = hits[span.passage]
            place = _in_prose(question, hit, span.start, span.end, rows)
        else:
            hit = shown[span.passage - len(hits)].hit
            place = _in_row(shown[span.passage - len(hits)], span.start, span.end)
        if place:
            start, end = place
            text = hit.text[start - hit.start : end - hit.start]
            spans.append(
                FoundSpan(hit=hit, start=start, end=end, text=text, score=span.score, share=span.share)
            )
    return SpansFound(spans=tuple(spans), no_answer=reading.no_answer)


def _in_row(unit: Unit, start: int, end: int) -> tuple[int, int] | None:
    """Return where a span of a row's facts stands in the document."""
    place = unit.row.place(start, end) if unit.row else None
    return (unit.start + place[0], unit.start + place[1]) if place else None


def _in_prose(question: str, hit: Hit, start: int, end: int, rows: Sequence[Unit]) -> tuple[int, int] | None:
    """Return where a span of a chunk stands in the document; None in a row and for a clause's number."""
    numbered = _CLAUSE_NUMBER.match(hit.text, start)
    if numbered and numbered.end() >= end and hit.text[:start].rpartition("\n")[2] == "":
        return None
    start, end = _one_cell(question, hit.text, start, end)
    start, end = hit.start + start, hit.start + end
    if any(row.hit.id == hit.id and start < row.end and row.start < end for row in rows):
        return None
    return start, end


def _one_cell(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Return the part of a span of several table cells that is one cell, one the question does not name."""
    cells = [(start + cell.start(), start + cell.end()) for cell in _CELL.finditer(text[start:end])]
    if len(cells) < 2:
        return start, end
    asked = question.casefold()
    new = [cell for cell in cells if text[cell[0] : cell[1]].casefold() not in asked]
    return (new or cells)[-1]
