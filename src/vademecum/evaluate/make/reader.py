"""Whether a question reads like one a person would ask, knowing the collection but not the sentence.

Owns the checks that need no model: grammar, words that point outside the question, and defined terms.
Use: `Reader(documents).read(candidate)`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from vademecum.evaluate.make.candidate import Candidate
from vademecum.evaluate.make.word_set import word_set
from vademecum.text.analyse import analyse
from vademecum.values import Document

_LEAST_WORDS, _MOST_WORDS, _LEAST_STEMS = 5, 22, 4
_FEW_DOCUMENTS = 2
_POINTING = re.compile(
    r"\b(?:this|these|those|it|they|them|he|him|she|we|us|our|you|your|i|my|me|such|here|there|former|latter"
    r"|same|another|others?|above|below|following|latest|herein|hereto|thereof|both|yesterday|today|tomorrow"
    r"|tonight|then|itself|himself|herself|themselves|respectively|ones?|too|also|either|neither|according|ago"
    r"|aforementioned|the (?:first|second|third) (?:two|three)|that (?!\w+s?\b))\b",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"[()\"“”\n/;:]|  | ,| -|-$|n't|'ll|[a-z]\.[a-zA-Z]|\.\s|,(?!\d| (?:Inc|Ltd|LLC)\b)|\d,? \d|\d-\d+ \d"
    r"|\b(?:by|of|to|for|with|from|the|a|an) (?:at|in|on|by|of|for|the|and|or|but)\b"
    r"|\b(?:and|or|but) (?:and|or|but|in)\b"
)
_DANGLING = re.compile(
    r"\b(?:a|an|the|and|or|but|of|in|to|for|with|by|at|on|from|as|than|more|about|into|after|when|between)\?$"
)
_OWN = re.compile(r"\b(?:his|her|its|their)\b", re.IGNORECASE)
_OWNERS = {"his": ("PERSON",), "her": ("PERSON",), "its": ("ORG", "GPE", "NORP"), "their": ("NORP", "ORG")}
_GENERIC = word_set(
    "player striker midfielder defender company firm group star actor actress singer film movie game team"
    " club side man woman officer duo pair giant band carmaker director company's artist book song album"
    " match winger flanker prop fly-half champion season tournament festival city country event award"
    " ceremony trio boss coach captain agreement deal party maker driver runner sprinter veteran minister"
    " building island university church school park court treaty war battle region area territory river"
    " bridge town village king emperor army line station library institution organisation organization"
    " plant site ship vessel castle house office road street attack campaign revolt siege invasion"
)
_CAPITAL = re.compile(
    r"\b(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August"
    r"|September|October|November|December)[A-Z][a-z]+\b"
)
_KNOWN_TO_ALL = word_set("world internet web sun moon sea past")
_PEOPLE = ("PERSON", "ORG", "GPE")


class Reader:
    """Reads questions against the words of a collection.

    Args:
        documents: The collection.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        texts = [document.text for document in documents]
        self._documents_with = Counter(stem for text in texts for stem in set(analyse(text)))
        self._lowercase = {word for text in texts for word in re.findall(r"\b[a-z][a-z'-]*\b", text)}

    def read(self, candidate: Candidate) -> Candidate | None:
        """Return a question that stands by itself, with its names spelt as names; None for the others."""
        mended = replace(candidate, text=self._mended(candidate))
        return mended if self._stands(mended) else None

    def _mended(self, candidate: Candidate) -> str:
        """Give a name from the start of its sentence its capital back."""
        word = candidate.passage.parsed.words[0]
        first, lower = word.text, word.text[:1].lower() + word.text[1:]
        if word.tag in ("NN", "NNP", "NNPS") and lower != first and lower not in self._lowercase:
            return re.sub(rf"\b{re.escape(lower)}\b", first, candidate.text, count=1)
        return candidate.text

    def _stands(self, candidate: Candidate) -> bool:
        text = candidate.text
        if not _LEAST_WORDS <= len(text.split()) <= _MOST_WORDS:
            return False
        owned = _OWN.findall(text)
        if any(candidate.subject_type not in _OWNERS[word.lower()] for word in owned) or (
            owned and candidate.subject not in text.partition(owned[0])[0]
        ):
            return False
        if _POINTING.search(text) or _BROKEN.search(text[:-1]) or len(set(analyse(text))) < _LEAST_STEMS:
            return False
        if _DANGLING.search(text) and not text.startswith("Who was"):
            return False
        return not (_tells(candidate) or _is_term(candidate)) and self._is_anchored(candidate)

    def _is_anchored(self, candidate: Candidate) -> bool:
        """Say whether the question names something, and points to nothing that only its text knows."""
        parsed, asked = candidate.passage.parsed, candidate.text
        for at, word in enumerate(parsed.words):
            if word.pos not in ("NOUN", "PROPN") or word.text not in asked:
                continue
            near = [child for child in parsed.children(at) if parsed.phrase(child)[0] <= at + 1]
            below = [parsed.words[child] for child in near]
            definite = any(child.text.lower() == "the" for child in below)
            plain = all(
                child.dep in ("det", "amod", "compound", "nummod", "poss", "punct") for child in below
            )
            bare = len(below) == 1
            if definite and plain and not word.entity and self._points(word.lemma.lower(), bare=bare):
                return False
        if _CAPITAL.search(asked.partition(" ")[2]):
            return True
        return sum(self._documents_with[stem] <= _FEW_DOCUMENTS for stem in set(analyse(asked))) >= 2

    def _points(self, lemma: str, *, bare: bool) -> bool:
        """Say whether "the" before a noun points to a text that spoke of it before."""
        if lemma in _GENERIC:
            return True
        seen = max((self._documents_with[stem] for stem in analyse(lemma)), default=0)
        return bare and lemma not in _KNOWN_TO_ALL and seen > _FEW_DOCUMENTS


def _tells(candidate: Candidate) -> bool:
    """Say whether a question gives its answer away."""
    asked, answer = set(analyse(candidate.text)), analyse(candidate.answer)
    if candidate.answer.casefold() in candidate.text.casefold():
        return True
    return bool(answer) and asked.issuperset(answer)


def _is_term(candidate: Candidate) -> bool:
    """Say whether the answer is a defined term such as "Company", which is a word of the text as well."""
    answer = re.sub(r"^the ", "", candidate.answer, flags=re.IGNORECASE)
    if candidate.type not in _PEOPLE or " " in answer:
        return False
    return re.search(rf"\b{re.escape(answer.lower())}\b", candidate.passage.document.text) is not None
