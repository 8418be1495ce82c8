"""The passage a made question is read with, and where its answer stands in it.

Owns offsets: every span is the passage's own text at its place.
Use: `Passages(documents, chunk=chunk).example(question)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vademecum.values import Chunk, Document, Evidence, Hit, Question, QuestionExample, Span

MOST_CONTEXT_CHARS = 1_500
SEVERAL_PASSAGES = "evidence in more than one passage"
NOT_LITERAL = "answer is not written in its evidence"
SEVERAL_PLACES = "answer stands several times in its evidence"
NOTHING_FOUND = "search found no passage for it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The characters `[start, end)` of a document."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters."""
        return self.document.text[self.start : self.end]


class Passages:
    """Finds the passage of a question: the chunk that search would show."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        *,
        chunk: Callable[[Document], Sequence[Chunk]],
        search: Callable[[str], Sequence[Hit]],
        group_of: Callable[[Window], str],
    ) -> None:
        self._documents = documents
        self._chunk = chunk
        self._search = search
        self._group_of = group_of
        self._chunks: dict[str, Sequence[Chunk]] = {}

    def example(self, question: Question) -> QuestionExample | str:
        """Return the example of a question, or the reason why there is none."""
        asked = question.standing or question.text
        if not question.answerable:
            window = self._found(asked)
            return NOTHING_FOUND if window is None else self._make(question.id, asked, window, ())
        window = self._holding(question.evidence)
        if window is None:
            return SEVERAL_PASSAGES
        spans = _locate(question.answers, question.evidence, window)
        return spans if isinstance(spans, str) else self._make(question.id, asked, window, spans)

    def _make(self, name: str, asked: str, window: Window, spans: tuple[Span, ...]) -> QuestionExample:
        return QuestionExample(
            id=name,
            group=self._group_of(window),
            question=asked,
            context=window.text,
            answers=spans,
            title=window.document.title,
            origin="made",
        )

    def _found(self, asked: str) -> Window | None:
        """Return the passage that search shows first for a question nothing answers."""
        for hit in self._search(asked):
            document = self._documents.get(hit.document_id)
            if document is not None:
                return _cut(document, hit.start, hit.end, around=(hit.start, hit.start))
        return None

    def _holding(self, evidence: Sequence[Evidence]) -> Window | None:
        """Return the passage that holds every piece of evidence; None when no single one does."""
        document = self._documents.get(evidence[0].document_id) if evidence else None
        if document is None or any(one.document_id != evidence[0].document_id for one in evidence):
            return None
        start, end = min(one.start for one in evidence), max(one.end for one in evidence)
        if document.id not in self._chunks:
            self._chunks[document.id] = self._chunk(document)
        for chunk in self._chunks[document.id]:
            if chunk.start <= start and end <= chunk.end:
                window = _cut(document, chunk.start, chunk.end, around=(start, end))
                return window if end - start <= MOST_CONTEXT_CHARS else None
        return None


def _cut(document: Document, start: int, end: int, *, around: tuple[int, int]) -> Window:
    """Return `[start, end)` without white space at its ends, shortened between words around a place."""
    if end - start > MOST_CONTEXT_CHARS:
        spare = (MOST_CONTEXT_CHARS - (around[1] - around[0])) // 2
        first, last = max(start, around[0] - spare), min(end, around[1] + spare)
        while first > start and first < around[0] and not document.text[first - 1].isspace():
            first += 1
        while last < end and last > around[1] and not document.text[last].isspace():
            last -= 1
        start, end = first, last
    text = document.text[start:end]
    return Window(
        document=document,
        start=start + len(text) - len(text.lstrip()),
        end=end - (len(text) - len(text.rstrip())),
    )


def _locate(answers: Sequence[str], evidence: Sequence[Evidence], window: Window) -> tuple[Span, ...] | str:
    """Return where answers stand in their evidence, as spans of the passage; else why they do not."""
    spans = []
    for answer in answers:
        words = r"\s+".join(map(re.escape, answer.split()))
        pattern = re.compile(rf"(?<!\w){words}(?!\w)")
        places = {
            match.span()
            for one in evidence
            for match in pattern.finditer(window.document.text, one.start, one.end)
        }
        if len(places) > 1:
            return SEVERAL_PLACES
        for start, end in places if words else ():
            spans.append(Span(text=window.document.text[start:end], start=start - window.start))
    return tuple(dict.fromkeys(spans)) or NOT_LITERAL
