"""The words in the retrieved chunks that answer: where they stand, and how far the chunks agree.

Owns the step from a reader's spans to places in stored documents.
Use: `find_spans(question, hits, read=reader.read).spans[0].text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vademecum.generate.protocols import ReadSpans
from vademecum.text.short_answer import normal_answer
from vademecum.values import Hit

HITS_SPANNED = 5
"""Chunks the reader reads."""
_CLOSE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSpan:
    """Words of a chunk that may answer.

    Attributes:
        hit: The chunk.
        start: First character in the document's stored text.
        end: One past the last character.
        text: The words.
        score: Log-odds against no answer in the chunk.
        share: Probability in [0, 1] among the spans of all chunks and no answer.
    """

    hit: Hit
    start: int
    end: int
    text: str
    score: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpansFound:
    """What the reader found in all chunks together.

    Attributes:
        spans: Best first.
        no_answer: Probability in [0, 1] that no chunk answers.
    """

    spans: tuple[FoundSpan, ...] = ()
    no_answer: float = 1.0

    def within(self, hit: Hit, start: int, end: int) -> FoundSpan | None:
        """Return the best span that lies within these characters of a document."""
        return next(
            (
                span
                for span in self.spans
                if span.hit.document_id == hit.document_id and start <= span.start and span.end <= end
            ),
            None,
        )

    def support(self, span: FoundSpan) -> float:
        """Return the probability in [0, 1] of what a span says, wherever it is said."""
        said = normal_answer(span.text)
        return sum(other.share for other in self.spans if normal_answer(other.text) == said)

    def rival(self, span: FoundSpan) -> FoundSpan | None:
        """Return the best span that says something else and is nearly as probable; None when there is none.

        What holds the span, or is held by it, says the same.
        """
        said = set(normal_answer(span.text).split())
        for other in self.spans:
            words = set(normal_answer(other.text).split())
            if words and not words <= said and not said <= words and other.hit.id != span.hit.id:
                return other if self.support(other) >= _CLOSE and other.score > 0 else None
        return None


NO_SPANS = SpansFound()
"""What a reader that finds nothing returns."""


def find_spans(question: str, hits: Sequence[Hit], *, read: ReadSpans) -> SpansFound:
    """Return the spans of the best chunks, normalised together.

    Args:
        question: What is asked.
        hits: Retrieved chunks, best first.
        read: The reader.
    """
    shown = hits[:HITS_SPANNED]
    reading = read(question, [hit.text for hit in shown], titles=[hit.context for hit in shown])
    spans = [
        FoundSpan(
            hit=shown[span.passage],
            start=shown[span.passage].start + span.start,
            end=shown[span.passage].start + span.end,
            text=span.text,
            score=span.score,
            share=span.share,
        )
        for span in reading.spans
    ]
    return SpansFound(spans=tuple(spans), no_answer=reading.no_answer)
