"""A second question about the same subject, in which a pronoun stands for it.

Use: `for question in follow(first, second): ...`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from vademecum.evaluate.make.candidate import Candidate
from vademecum.evaluate.make.clause import read_clause
from vademecum.evaluate.make.factual import ask_facts
from vademecum.evaluate.make.names import bare
from vademecum.evaluate.make.passage import Passage
from vademecum.text.parsed import Name
from vademecum.values import Document, Question

_NEAR = 12
_LEAST_WORDS = 4
_REFERS = {"he": "PERSON", "she": "PERSON", "it": "ORG"}


def ask_pronouns(passages: Sequence[Passage]) -> Iterator[Candidate]:
    """Yield questions about sentences that begin with a pronoun, its name put in from the one before."""
    for lead, passage in pairwise(passages):
        word = passage.parsed.words[0].text.lower()
        name = _only_subject(lead, _REFERS[word]) if word in _REFERS and passage.follows(lead) else None
        if name is None:
            continue
        for candidate in ask_facts(passage):
            if len(re.findall(rf"\b{word}\b", candidate.text)) == 1 and name.text not in candidate.text:
                yield replace(
                    candidate,
                    text=re.sub(rf"\b{word}\b", name.text, candidate.text),
                    subject=name.text,
                    subject_type=name.type,
                    lead=lead,
                    pronoun=word,
                )


def _only_subject(passage: Passage, type_: str) -> Name | None:
    """Return the subject of a sentence when it is its only name of a type."""
    clause = read_clause(passage.parsed)
    named = [name for name in passage.parsed.names if name.type == type_]
    if clause is None or len(named) != 1 or named[0].last != clause.subject.head:
        return None
    return named[0]


def follow(first: Candidate, second: Candidate) -> Iterator[Question]:
    """Yield the second question with its subject as a pronoun, after the first has named it."""
    subject = second.subject
    if not subject or first.passage is second.passage or first.answer == second.answer:
        return
    if abs(first.passage.order - second.passage.order) > _NEAR or second.text.count(subject) != 1:
        return
    word = second.pronoun or pronoun(subject, second.subject_type, first.passage.document)
    if word is None or not _names(first, subject) or _others(first, subject, second.subject_type):
        return
    yield Question(
        text=second.text.replace(subject, word),
        kind="follow-up",
        answers=second.answers,
        evidence=(second.evidence,),
        history=((first.text, first.answer),),
        standing=second.text,
    )


def ask_when(first: Candidate, second: Candidate) -> Iterator[Question]:
    """Yield "When was that?" after a question about the same sentence that leaves the date out."""
    if second.form not in ("when", "where") or first.place != second.place or first.form == second.form:
        return
    word = second.form.capitalize()
    text = re.sub(rf" (?:in|on|at) {re.escape(second.answer)}(?=[ ?])", "", first.text)
    past = re.match(rf"{word} (?:did|was|were) ", second.text)
    if past is None or text == first.text or second.answer in text or len(text.split()) < _LEAST_WORDS:
        return
    if first.answer in second.text:
        yield Question(
            text=f"{word} was that?",
            kind="follow-up",
            answers=second.answers,
            evidence=(second.evidence,),
            history=((text, first.answer),),
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


def _names(first: Candidate, subject: str) -> bool:
    """Say whether a first turn names the subject of the second."""
    last = bare(subject).split()[-1]
    return re.search(rf"\b{re.escape(last)}\b(?![\w'\u2019-])", f"{first.text} {first.answer}") is not None


def _others(first: Candidate, subject: str, type_: str) -> bool:
    """Say whether a pronoun could mean another name of the first turn."""
    turn = f"{first.text} {first.answer}"
    last = bare(subject).split()[-1]
    return any(
        name.type == type_ and name.text in turn and bare(name.text).split()[-1] != last
        for name in first.passage.parsed.names
    )
