"""The words that may answer: where they stand, and how far the chunks agree.

Use: `spans.support(spans.spans[0])`; `reading.py` finds them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vademecum.text.short_answer import normal_answer
from vademecum.values import Hit

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
        """Return the best span in these characters of a document, cut where it goes beyond them."""
        for span in self.spans:
            first, last = max(start, span.start), min(end, span.end)
            if span.hit.document_id == hit.document_id and first < last:
                text = span.text[first - span.start : last - span.start]
                return replace(span, start=first, end=last, text=text)
        return None

    def forms(self, span: FoundSpan) -> set[str]:
        """Return the words of a span, and of those inside it that would answer by themselves."""
        inside = [
            other.text
            for other in self.spans
            if other.hit.id == span.hit.id
            and span.start <= other.start
            and other.end <= span.end
            and other.score > 0
        ]
        return {span.text, *inside}

    def support(self, span: FoundSpan) -> float:
        """Return the probability in [0, 1] of what a span says: of those around it and those in its words."""
        said = normal_answer(span.text)
        return sum(
            other.share for other in self.spans if _overlap(span, other) or normal_answer(other.text) == said
        )

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


def _overlap(one: FoundSpan, other: FoundSpan) -> bool:
    return one.hit.id == other.hit.id and one.start < other.end and other.start < one.end
