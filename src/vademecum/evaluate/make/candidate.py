"""A question on its way: its words, its answer, and whether it reads like one.

Owns the checks that need no model; those that search belong to `judge.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vademecum.evaluate.make.passage import Passage
from vademecum.text.analyse import analyse

_LEAST_WORDS, _MOST_WORDS = 5, 22
_LEAST_STEMS = 4
_POINTING = re.compile(
    r"\b(?:this|that|these|those|it|its|they|them|their|he|him|his|she|her|we|us|our|you|your|i|my|me|such|here"
    r"|there|former|latter|same|another|other|others|above|below|following|latest|herein|hereto|thereof|both"
    r"|yesterday|today|tomorrow|tonight|then|itself|himself|herself|themselves|respectively|one|ones)\b",
    re.IGNORECASE,
)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DANGLING = re.compile(r"\b(?:a|an|the|and|or|but|of|in|to|for|with|by|at|on|from|as|than|more|about)\?$")
_ENDS_WITH_AGENT = re.compile(r"^(?:Who|What) .*\bby\?$")


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
        logit: What the cross-encoder says of question and sentence.
    """

    text: str
    answer: str
    type: str
    passage: Passage
    form: str
    subject: str = ""
    subject_type: str = ""
    logit: float = float("-inf")

    @property
    def answers(self) -> tuple[str, ...]:
        """The answer as it stands and without the words around its core."""
        bare = re.sub(
            r"^(?:the|a|an|about|around|some|over|more than|less than|at least|nearly|almost|up to) ",
            "",
            self.answer,
            flags=re.IGNORECASE,
        )
        return tuple(dict.fromkeys((self.answer, bare)))


def reads_well(candidate: Candidate, *, document_count: Mapping[str, int]) -> bool:
    """Say whether a question stands by itself, without its sentence.

    Args:
        candidate: The question.
        document_count: In how many documents each stem occurs; a bare "the firm" points elsewhere
            where many documents speak of firms.
    """
    text = candidate.text
    if not _LEAST_WORDS <= len(text.split()) <= _MOST_WORDS or not text.endswith("?"):
        return False
    if _POINTING.search(text) or re.search(r"[()\"“”\n/]|,.*,|  |n't|'ll| ,|\b's\b(?<! 's)", text):
        return False
    if _DANGLING.search(text) and not _ENDS_WITH_AGENT.search(text):
        return False
    if text.count(",") > 1 or answered_within(candidate) or _is_common(candidate):
        return False
    if len(set(analyse(text))) < _LEAST_STEMS:
        return False
    return _is_anchored(candidate, document_count)


def answered_within(candidate: Candidate) -> bool:
    """Say whether the question gives its answer away."""
    asked, answer = set(analyse(candidate.text)), analyse(candidate.answer)
    return candidate.answer.casefold() in candidate.text.casefold() or bool(answer) and asked.issuperset(answer)


def _is_common(candidate: Candidate) -> bool:
    """Say whether the answer is a defined term such as "Company", which is a word of the text as well."""
    answer = re.sub(r"^the ", "", candidate.answer, flags=re.IGNORECASE)
    if candidate.type not in ("PERSON", "ORG", "GPE") or " " in answer:
        return False
    return re.search(rf"\b{re.escape(answer.lower())}\b", candidate.passage.document.text) is not None


def _is_anchored(candidate: Candidate, document_count: Mapping[str, int]) -> bool:
    """Say whether the question names something, and points to nothing that only its text knows."""
    parsed = candidate.passage.parsed
    asked = candidate.text
    anchored = False
    for at, word in enumerate(parsed.words):
        if word.pos == "PROPN" and word.entity and word.text in asked:
            anchored = True
        bare = word.pos == "NOUN" and [parsed.words[child].text.lower() for child in parsed.children(at)] == ["the"]
        if bare and re.search(rf"\bthe {re.escape(word.text)}\b", asked):
            stems = analyse(word.text)
            seen = max((document_count.get(stem, 0) for stem in stems), default=0)
            if seen > _FEW_DOCUMENTS and word.lemma.lower() not in _KNOWN_TO_ALL:
                return False
            anchored = anchored or seen <= _FEW_DOCUMENTS
    if anchored or re.search(r"\b[A-Z][a-z]+\b", asked.partition(" ")[2]):
        return True
    return sum(document_count.get(stem, 0) <= _FEW_DOCUMENTS for stem in set(analyse(asked))) >= 2


_FEW_DOCUMENTS = 3
_KNOWN_TO_ALL = frozenset("world internet web sun moon sea past".split())
