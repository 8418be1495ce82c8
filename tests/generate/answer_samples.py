"""Documents, hits and a stand-in for the cross-encoder that the tests of this stage share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vademecum.models.check import Verdict
from vademecum.models.read import AnswerSpan, Reading, normalise
from vademecum.text.analyse import analyse
from vademecum.text.sentences import split_sentences
from vademecum.values import Block, Document, Hit

HANDBOOK = Document(
    source="handbook.md",
    title="Handbook",
    text=(
        "Welcome to the shop. Goods can be returned within 30 days of delivery.\n"
        "Refunds are paid to the card that was used. Maria Lopez leads the returns desk."
    ),
)
_ROWS = "Item | Price\nLamp | 12 EUR\nChair | 80 EUR"
PRICES = Document(
    source="prices.xlsx",
    title="Prices",
    text=_ROWS,
    blocks=(Block(kind="table", start=0, end=len(_ROWS), header_end=len("Item | Price")),),
)


def hit_of(document: Document, *, start: int = 0, context: str = "") -> Hit:
    """Return a document's text from `start` on as one hit."""
    return Hit(
        id=f"{document.id}-{start:05d}",
        document=document.source,
        title=document.title,
        score=1.0,
        text=document.text[start:],
        location=document.locate(start, len(document.text)),
        document_id=document.id,
        start=start,
        end=len(document.text),
        context=context or document.title,
    )


def overlap(question: str, passages: Sequence[str]) -> list[float]:
    """Stand in for the cross-encoder where the test is about something else: shared words count."""
    wanted = set(analyse(question))
    return [12.0 * len(wanted & set(analyse(text))) / max(len(wanted), 1) - 4.0 for text in passages]


def word_spans(question: str, passages: Sequence[str], *, titles: Sequence[str]) -> Reading:
    """Find in each passage the sentence that shares most words with the question: an amount in it, or all."""
    found = []
    for index, passage in enumerate(passages):
        places = split_sentences(passage)
        scores = overlap(question, [passage[start:end] for start, end in places])
        for (start, end), score in zip(places, scores, strict=True):
            amount = re.compile(r"\d+ \w+").search(passage, start, end)
            first, last = amount.span() if amount else (start, end)
            text = passage[first:last]
            found.append(AnswerSpan(passage=index, start=first, end=last, text=text, score=score))
    return normalise(found)


def agree(claim: str, evidence: str) -> Verdict:
    """Judge every claim as supported; what a checker adds has tests of its own."""
    return Verdict(supported=1.0, contradicted=0.0, neither=0.0)
