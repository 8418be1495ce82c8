"""Questions that the documents do not answer: one name changed, or something nobody wrote down.

Owns making them and the proof by words; that search finds nothing close is up to `judge.py`.
Use: `swap_names(candidate, names, near=documents, mentions=mentions)`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from vademecum.evaluate.make.candidate import Candidate
from vademecum.evaluate.make.names import Mentions, Names
from vademecum.evaluate.make.passage import Passage
from vademecum.text.analyse import analyse
from vademecum.text.parsed import Name

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
    _attribute(
        "PERSON", "Which university did {} attend?", "universit college school graduat studi degree educat"
    ),
    _attribute("PERSON", "Who is {} married to?", "wife husband marri spouse partner wed widow divorc queen"),
    _attribute(
        "PERSON", "How many children does {} have?", "child son daughter kid father mother famil parent heir"
    ),
    _attribute("PERSON", "How tall is {}?", "tall height feet foot cm metre inch"),
    _attribute(
        "ORG", "In which year was {} founded?", "found establish start set creat launch form histor since"
    ),
    _attribute("ORG", "Who founded {}?", "found establish start set creat launch form co-found built"),
    _attribute("ORG", "How many people work for {}?", "employ staff work job people headcount"),
    _attribute(
        "ORG", "What was the annual turnover of {}?", "turnover revenue sale income profit earn annual"
    ),
    _attribute(
        "GPE", "How many people live in {}?", "population people inhabit live resident million citizen"
    ),
    _attribute(
        "GPE", "What is the average temperature in {} in July?", "temperature degree climate warm hot weather"
    ),
    _attribute("GPE", "How large is {} in square kilometres?", "square area km size large acre hectare"),
)


def ask_attributes(name: str, type_: str, mentions: Mentions, *, beside: str = "") -> Iterator[Attribute]:
    """Yield what may be asked of a name and no text around a mention of it tells.

    Args:
        name: A person, an organisation or a place.
        type_: Which of them: "PERSON", "ORG" or "GPE".
        mentions: Where names stand.
        beside: What else may tell of it, such as the columns of its table.
    """
    near = [*mentions.windows(name), beside.casefold()]
    if not 1 < len(near) <= _MOST_MENTIONS:
        return
    for attribute in ATTRIBUTES:
        guard = re.compile(r"\b(?:" + "|".join(attribute.guards) + ")")
        if attribute.type == type_ and not any(guard.search(text) for text in near):
            yield attribute


def swap_names(
    candidate: Candidate, names: Names, *, near: Collection[str], mentions: Mentions
) -> Iterator[Candidate]:
    """Yield the question about other names of the same type, of which nothing like it is written.

    Args:
        candidate: A question that the documents answer.
        names: What may be put in.
        near: Documents on its matter; their names come first.
        mentions: Where names stand.
    """
    passage = candidate.passage
    for name in passage.parsed.names:
        type_ = names.type_of(name.text)
        if type_ is None or candidate.text.count(name.text) != 1 or not _is_swapped(passage, name):
            continue
        wanted = set(analyse(candidate.text.replace(name.text, " ")))
        for other in names.alike(name.text, type_, near=near):
            if other.casefold() in passage.document.text.casefold():
                continue
            if not _supported(other, wanted, mentions):
                text = re.sub(rf"(?:\b(?:Mr|Mrs|Ms|Dr|Sir) )?{re.escape(name.text)}", other, candidate.text)
                yield replace(candidate, text=text, answer="")


def _is_swapped(passage: Passage, name: Name) -> bool:
    """Say whether a question stays sensible with another name: one that acts, is acted upon, or owns."""
    words = passage.parsed.words
    word = words[name.last]
    if not passage.full_name(name):
        return False
    if word.dep != "pobj":
        return word.dep in ("nsubj", "nsubjpass", "dobj")
    above = words[words[word.head].head]
    return words[word.head].text in ("of", "from", "to", "with", "by", "against") and above.pos != "PROPN"


def _supported(name: str, wanted: set[str], mentions: Mentions) -> bool:
    """Say whether some text around a name shares many words with what is asked."""
    windows = mentions.windows(name)
    if not wanted or len(windows) > _MOST_MENTIONS:
        return True
    return any(len(wanted.intersection(analyse(text))) > _MOST_SHARED * len(wanted) for text in windows)
