"""A question with what answers it: the item of a question set.

Use: `Question(text="How long is the refund period?", answers=("30 days",))`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

QuestionKind = Literal["factual", "several-hop", "table", "count", "unanswerable", "follow-up"]
KINDS: tuple[QuestionKind, ...] = get_args(QuestionKind)

Status = Literal["made", "accepted", "edited", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where an answer stands.

    Attributes:
        document: What a person knows the document by.
        quote: The text that answers; empty when the whole document does.
        document_id: Id of the stored document; empty for data from elsewhere.
        start: First character of the quote in the stored text.
        end: One past its last character.
    """

    document: str
    quote: str = ""
    document_id: str = ""
    start: int = 0
    end: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence ready for JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and what a right answer holds.

    Attributes:
        text: The question.
        kind: What it takes to answer it.
        answers: Accepted short answers; empty when the documents do not hold any.
        evidence: Where the answer stands; several places for several hops and counts.
        history: Earlier turns (question, answer) a follow-up rests on.
        standing: A follow-up worded so that it stands by itself; empty for the others.
        status: What a reviewer made of it.
        name: Id in its data; derived from the content when empty.
    """

    text: str
    kind: QuestionKind = "factual"
    answers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    standing: str = ""
    status: Status = "made"
    name: str = ""

    @property
    def id(self) -> str:
        """Its name, or 16 hexadecimal digits of SHA-256 over kind, history and text."""
        if self.name:
            return self.name
        parts = json.dumps([self.kind, self.history, self.text])
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer."""
        return bool(self.answers)

    def to_dict(self) -> dict[str, Any]:
        """Return the question ready for JSON; what is empty is left out."""
        fields = {
            "id": self.id,
            "question": self.text,
            "kind": self.kind,
            "answers": list(self.answers),
            "evidence": [evidence.to_dict() for evidence in self.evidence],
            "history": [list(turn) for turn in self.history],
            "standing": self.standing,
            "status": self.status,
        }
        return {name: value for name, value in fields.items() if value or name == "answers"}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a question from `to_dict` output, or from rows with fewer fields.

        Raises:
            KeyError: There is no "question".
            ValueError: The kind is unknown.
        """
        answers = fields.get("answers", [fields["answer"]] if fields.get("answer") else [])
        kind = fields.get("kind", "factual" if answers else "unanswerable")
        if kind not in KINDS:
            raise ValueError(f"kind {kind!r}: allowed is one of {', '.join(KINDS)}")
        return cls(
            text=str(fields["question"]).strip(),
            kind=kind,
            answers=tuple(map(str, answers)),
            evidence=tuple(Evidence(**evidence) for evidence in fields.get("evidence", ())),
            history=tuple((str(asked), str(said)) for asked, said in fields.get("history", ())),
            standing=str(fields.get("standing", "")),
            status=fields.get("status", "made"),
            name=str(fields.get("id", "")),
        )
