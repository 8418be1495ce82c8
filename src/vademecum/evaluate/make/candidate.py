"""A question on its way: its words, its answer, and where it came from.

Owns the value; whether it reads well belongs to `reader.py`, whether search confirms it to `judge.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vademecum.evaluate.make.passage import Passage, quote
from vademecum.values import Evidence

_ROUGHLY = re.compile(
    r"^(?:the|a|an|about|around|some|over|more than|less than|at least|nearly|almost|up to) ", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A question about one sentence.

    Attributes:
        text: The question.
        answer: The words of the sentence that answer it.
        type: Type of the answer, such as "PERSON".
        passage: The sentence.
        form: How it was made, such as "when".
        subject: What it is about, as it stands in the question; empty when that is not a name.
        subject_type: Type of that name.
        lead: The sentence before, where it says whom a pronoun means.
        pronoun: That pronoun, lower-cased.
        logit: What the cross-encoder says of question and sentence.
    """

    text: str
    answer: str
    type: str
    passage: Passage
    form: str
    subject: str = ""
    subject_type: str = ""
    lead: Passage | None = None
    pronoun: str = ""
    logit: float = float("-inf")

    @property
    def place(self) -> tuple[str, int]:
        """Document and first character of its sentence."""
        return self.passage.document.id, self.passage.start

    @property
    def start(self) -> int:
        """First character of the evidence in the stored text."""
        return self.lead.start if self.lead else self.passage.start

    @property
    def evidence(self) -> Evidence:
        """The sentence as a quote, with the one before where a pronoun needs it."""
        return quote(self.passage.document, self.start, self.passage.end)

    @property
    def reading(self) -> str:
        """What the cross-encoder reads: the title and the evidence."""
        lines = [self.passage.document.title, self.lead.text if self.lead else "", self.passage.text]
        return "\n".join(line for line in lines if line)

    @property
    def answers(self) -> tuple[str, ...]:
        """The answer as it stands and without the words around its core."""
        return tuple(dict.fromkeys((self.answer, _ROUGHLY.sub("", self.answer))))
