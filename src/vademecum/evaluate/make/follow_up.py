"""A second question about the same subject, in which a pronoun stands for it.

Use: `for question in follow(first, second, pronouns): ...`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from vademecum.evaluate.make.candidate import Candidate
from vademecum.values import Document, Question

_NEAR = 12
_POSSESSIVE = {"he": "his", "she": "her", "it": "its"}
_OBJECT = {"he": "him", "she": "her", "it": "it"}


def follow(first: Candidate, second: Candidate) -> Iterator[Question]:
    """Yield the second question with its subject as a pronoun, after the first has named it."""
    subject = second.subject
    if not subject or first.passage is second.passage:
        return
    if first.passage.document.id != second.passage.document.id or first.answer == second.answer:
        return
    if abs(first.passage.order - second.passage.order) > _NEAR:
        return
    named = _bare(subject) in first.text or _bare(subject) == _bare(first.answer)
    word = pronoun(subject, second.subject_type, first.passage.document)
    if not named or word is None or second.text.count(subject) != 1 or _others(first, subject, second.subject_type):
        return
    yield Question(
        text=_shortened(second.text, subject, word),
        kind="follow-up",
        answers=second.answers,
        evidence=(second.passage.evidence,),
        history=((first.text, first.answer),),
        standing=second.text,
    )


def pronoun(name: str, type_: str, document: Document) -> str | None:
    """Return what stands for a name: he, she or it; None when the document does not tell."""
    if type_ in ("ORG", "GPE", "PRODUCT", "FAC"):
        return "it" if not name.endswith("s") else None
    if type_ != "PERSON":
        return None
    words = Counter(re.findall(r"\b(?:he|his|him|she|her)\b", document.text.lower()))
    he, she = words["he"] + words["his"] + words["him"], words["she"] + words["her"]
    if re.match(r"Mrs |Ms |Miss ", name) or (she and not he):
        return "she"
    return "he" if re.match(r"Mr |Sir |Lord ", name) or (he and not she) else None


def _bare(name: str) -> str:
    return re.sub(r"^(?:the|a|an) ", "", name, flags=re.IGNORECASE)


def _others(first: Candidate, subject: str, type_: str) -> bool:
    """Say whether a pronoun could mean another name of the first turn."""
    turn = f"{first.text} {first.answer}"
    return any(
        name.type == type_ and name.text in turn and _bare(name.text) not in _bare(subject)
        for name in first.passage.parsed.names
    )


def _shortened(text: str, subject: str, word: str) -> str:
    return text.replace(subject, word)
