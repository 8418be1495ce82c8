"""Questions that the documents do not answer: one name changed, or something nobody wrote down.

Owns making them and the proof by words; that search finds nothing close is up to `judge.py`.
Use: `swap_names(candidate, names, mentions=mentions)`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vademecum.evaluate.make.candidate import Candidate
from vademecum.text.analyse import analyse
from vademecum.values import Document

_WINDOW_CHARS = 300
_MOST_SHARED = 0.34
_MOST_MENTIONS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something one may ask of a name.

    Attributes:
        question: With {} for the name.
        type: Type of names it fits.
        guards: Beginnings of words; a text that names one beside the name may answer.
    """

    question: str
    type: str
    guards: tuple[str, ...]


def _attribute(type_: str, question: str, guards: str) -> Attribute:
    return Attribute(question=question, type=type_, guards=tuple(guards.split()))


ATTRIBUTES = (
    _attribute("PERSON", "Where was {} born?", "born birth native grew hometown raised"),
    _attribute("PERSON", "Which university did {} attend?", "universit college school graduat studi degree educat"),
    _attribute("PERSON", "Who is {} married to?", "wife husband marri spouse partner wed widow divorc"),
    _attribute("PERSON", "How many children does {} have?", "child son daughter kid father mother famil parent"),
    _attribute("PERSON", "What is the phone number of {}?", "phone tel call dial contact number"),
    _attribute("PERSON", "How tall is {}?", "tall height feet foot cm metre inch"),
    _attribute("ORG", "In which year was {} founded?", "found establish start set creat launch form histor since born"),
    _attribute("ORG", "Who founded {}?", "found establish start set creat launch form co-found built"),
    _attribute("ORG", "How many people work for {}?", "employ staff work job people headcount"),
    _attribute("ORG", "What is the phone number of {}?", "phone tel call dial contact number"),
    _attribute("GPE", "How many people live in {}?", "population people inhabit live resident million citizen"),
    _attribute("GPE", "Who is the mayor of {}?", "mayor"),
    _attribute("GPE", "How far is {} from the coast?", "coast sea mile km kilomet distance far shore beach"),
)


class Mentions:
    """Finds where names stand in the documents.

    A name counts as mentioned where its last word is, so that "Mr Schmidt" is Eric Schmidt.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._texts = [f"{document.title}\n{document.text}" for document in documents]
        self._lowered = [text.casefold() for text in self._texts]

    def windows(self, name: str) -> list[str]:
        """Return the lower-cased text around each place that may mean a name."""
        key = name.casefold().split()[-1]
        word = re.compile(rf"\b{re.escape(key)}")
        found = []
        for text in self._lowered:
            if key in text:
                for match in word.finditer(text):
                    found.append(text[max(match.start() - _WINDOW_CHARS, 0) : match.end() + _WINDOW_CHARS])
        return found

    def documents_with(self, name: str) -> list[str]:
        """Return the lower-cased texts that may mean a name."""
        key = name.casefold().split()[-1]
        return [text for text in self._lowered if key in text]


def ask_attributes(name: str, type_: str, mentions: Mentions) -> Iterator[str]:
    """Yield what may be asked of a name and no document that mentions it tells."""
    texts = mentions.documents_with(name)
    if not texts or len(texts) > _MOST_MENTIONS:
        return
    for attribute in ATTRIBUTES:
        if attribute.type != type_:
            continue
        guard = re.compile(r"\b(?:" + "|".join(attribute.guards) + ")")
        near = mentions.windows(name)
        if not any(guard.search(text) for text in near):
            yield attribute.question.format(name)


def swap_names(
    candidate: Candidate, names: Mapping[str, Sequence[str]], mentions: Mentions
) -> Iterator[Candidate]:
    """Yield the question about other names of the same type, of which nothing like it is written."""
    for name in candidate.passage.parsed.names:
        if name.type not in ("PERSON", "ORG", "GPE") or candidate.text.count(name.text) != 1:
            continue
        wanted = set(analyse(candidate.text.replace(name.text, " ")))
        for other in names.get(name.type, ()):
            if _alike(other, name.text) or other.casefold() in candidate.passage.document.text.casefold():
                continue
            if not _supported(other, wanted, mentions):
                yield replace(candidate, text=candidate.text.replace(name.text, other), answer="")


def _alike(first: str, second: str) -> bool:
    """Say whether two names share a word."""
    return bool(set(first.casefold().split()) & set(second.casefold().split()))


def _supported(name: str, wanted: set[str], mentions: Mentions) -> bool:
    """Say whether some text around a name shares many words with what is asked."""
    if not wanted:
        return True
    windows = mentions.windows(name)
    if len(windows) > _MOST_MENTIONS:
        return True
    return any(len(wanted.intersection(analyse(text))) > _MOST_SHARED * len(wanted) for text in windows)


def names_by_type(found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return well-formed names by type, each seen twice at least, most frequent first."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    types: dict[str, set[str]] = defaultdict(set)
    for text, type_ in found:
        name = re.sub(r"^[Tt]he |['’]s$", "", text)
        counts[type_, name] += 1
        types[name].add(type_)
    result: dict[str, list[str]] = defaultdict(list)
    for (type_, name), seen in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if seen >= 2 and len(types[name]) == 1 and _well_formed(name, type_):
            result[type_].append(name)
    return dict(result)


def _well_formed(name: str, type_: str) -> bool:
    words = name.split()
    if not all(re.fullmatch(r"[A-Z][\w’'.&-]*|of|de|van|von", word) for word in words):
        return False
    return len(words) in (2, 3) if type_ == "PERSON" else len(words) <= 4 and len(name) > 2
