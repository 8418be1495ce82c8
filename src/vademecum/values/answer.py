"""What was said and what it rests on: text, citations, confidence, nearest passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from vademecum.values.hit import Hit
from vademecum.values.location import Location
from vademecum.values.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A verbatim quote: `quote == stored_text[start:end]` of the document, always.

    Attributes:
        mark: Number by which the answer's text refers to it, from 1.
        document: Path of the document, or its JSONL id.
        quote: The quoted characters.
        start: First character of the quote in the document's stored text.
        end: One past the last character.
        location: Place of the quote in its source.
        document_id: Id of the stored document.
        answer: First and one past the last character of the words in the quote that answer by
            themselves, in the stored text; None where the whole quote does.
    """

    mark: int
    document: str
    quote: str
    start: int
    end: int
    location: Location
    document_id: str
    answer: tuple[int, int] | None = None

    @property
    def answer_text(self) -> str:
        """The words in the quote that answer by themselves; empty where the whole quote does."""
        if self.answer is None:
            return ""
        return self.quote[self.answer[0] - self.start : self.answer[1] - self.start]

    def to_dict(self) -> dict[str, Any]:
        """Return the citation ready for JSON; `answer` only where there is one."""
        fields = {
            "mark": self.mark,
            "document": self.document,
            "document_id": self.document_id,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "location": self.location.to_dict(),
        }
        return fields | ({"answer": list(self.answer)} if self.answer else {})

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a citation from `to_dict` output."""
        start, end = fields.get("answer") or (None, None)
        answer = None if start is None else (start, end)
        return cls(**{**fields, "location": Location.from_dict(fields["location"]), "answer": answer})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The reply to a question.

    Attributes:
        text: The reply with citation marks such as [1]; what to say instead when not answered.
        answered: False when the documents do not support an answer.
        confidence: Calibrated probability in [0, 1] that the reply is right.
        citations: Verbatim evidence, in the order of their marks; empty when not answered.
        nearest: The closest passages, shown as such, when not answered.
        short: The words that answer by themselves, verbatim; empty where a whole sentence does.
        disputed: What other passages say instead, as nearly as probable; empty when they agree.
        choices: Readings of the question between which it is asked back; empty when it is not.
        trace: What happened, step by step.
    """

    text: str
    answered: bool
    confidence: float
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Hit, ...] = ()
    short: str = ""
    disputed: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    trace: Trace = field(default_factory=Trace)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer ready for JSON."""
        return {
            "text": self.text,
            "answered": self.answered,
            "short": self.short,
            "disputed": list(self.disputed),
            "choices": list(self.choices),
            "confidence": round(self.confidence, 4),
            "citations": [citation.to_dict() for citation in self.citations],
            "nearest": [hit.to_dict() for hit in self.nearest],
            "trace": self.trace.to_dict(),
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild an answer from `to_dict` output; scores are as rounded there."""
        return cls(
            text=fields["text"],
            answered=fields["answered"],
            confidence=fields["confidence"],
            citations=tuple(Citation.from_dict(one) for one in fields["citations"]),
            nearest=tuple(Hit.from_dict(one) for one in fields["nearest"]),
            short=fields["short"],
            disputed=tuple(fields["disputed"]),
            choices=tuple(fields.get("choices", ())),
            trace=Trace.from_dict(fields["trace"]),
        )
