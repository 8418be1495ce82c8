"""What a talk has spoken of: noun phrases of earlier turns, and how present each one still is.

Owns salience; what a pronoun means is decided in `readings.py`.
Use: `known = faded(known); take_in(known, phrases(parsed), turn=3)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from vademecum.retrieve.understand.lexicon import (
    EMPTY_NOUNS,
    KINDS,
    OPENERS,
    PLACES,
    QUANTITIES,
    RELATIONAL,
    UNIQUE,
)
from vademecum.text.parsed import Name, Parsed, Word

FADES = 0.5
"""Share of its presence that a thing keeps from one turn to the next."""
_LEFT = ("det", "amod", "compound", "nummod", "nmod", "poss", "quantmod", "advmod", "predet")
_AS_NOUN = ("nsubj", "nsubjpass", "dobj", "pobj", "attr", "acomp")
_INSIDE = ("compound", "nummod", "nmod", "amod", "npadvmod", "quantmod")
_START = re.compile(
    r"^(?:(?:the|a|an|some|any|each|every|all|both|this|that|these|those|my|your|our)\s+)+", re.I
)
_OWNED = re.compile(r"\b(?:my|your|our)\b", re.I)


_NAME = r"[A-Z][\w'\u2019.-]*(?: (?:(?:of|the|de|von|van|for|as) ){0,2}[A-Z][\w'\u2019.-]*)*"
_JOINED = re.compile(rf"(?<=[\w,;:] )(?:the )?{_NAME}(?:, (?:the )?{_NAME})*,? (?:and|or) (?:the )?{_NAME}")
_AND = re.compile(r",? (?:and|or) |, ")
_TITLE = re.compile(
    r"[\"\u201c](?P<quoted>[^\"\u201d]{2,80})[\"\u201d]"
    r"|(?<=[\w,;:] )(?P<title>[A-Z][\w'\u2019-]*"
    r"(?: (?:(?:of|the|as|and|for|in|to|a|on) ){0,2}[A-Z][\w'\u2019-]*)+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A thing that was spoken of.

    Attributes:
        text: What can be put in for a pronoun.
        noun: Its governing noun with what is compounded with it, such as "garage door opener".
        head: The governing noun alone, in its dictionary form and small letters.
        type: Type of name, such as "ORG", or the kind of thing its noun tells; empty when neither.
        named: Whether it is a name.
        certain: Whether its type is beyond doubt.
        asked: Whether it is what was asked for, as in "which factors".
        plural: Whether it is several.
        joined: Whether it is several names.
        group: What it was joined or compared with, such as "Ana and Ben"; empty for nothing.
        relational: Whether it says little without "of what".
        weight: How present it is, above 0.
        turn: The turn that spoke of it last, counted from the first one.
    """

    text: str
    noun: str
    head: str
    type: str = ""
    named: bool = False
    certain: bool = False
    asked: bool = False
    plural: bool = False
    joined: bool = False
    group: str = ""
    relational: bool = False
    weight: float = 0.0
    turn: int = 0

    @property
    def key(self) -> str:
        """What is the same for every way of writing it."""
        return bare(self.text).casefold()


def bare(text: str) -> str:
    """Return a phrase without article and possessive."""
    return _START.sub("", text, count=1)


def phrases(parsed: Parsed) -> list[Mention]:
    """Return the things that a sentence speaks of, in order, each with what it weighs there.

    Names that are joined, as in "Ana and Ben", are there one by one and together, and places also where
    they only tell of which kind something is, as in "a Macau citizen".
    """
    found: dict[tuple[int, int], Mention] = {}
    for at in range(len(parsed.words)):
        place = borders(parsed, at)
        mention = _mention(parsed, at, *place)
        if mention is not None and (place not in found or found[place].weight < mention.weight):
            found[place] = mention
    for at in range(len(parsed.words)):
        _group(parsed, [borders(parsed, one) for one in (at, *parsed.children(at, "conj"))], found)
    every = [*found.values(), *_titles(parsed.text, found.values())]
    named = {mention.key: mention for mention in every if mention.named}
    for match in _JOINED.finditer(parsed.text):
        if not any(match[0] in name.text for name in parsed.names):
            named |= _joined(match[0], named)
    if " than " in parsed.text:
        named = {key: replace(one, group=one.group or parsed.text) for key, one in named.items()}
    inside = [
        Mention(
            text=name.text, noun=name.text, head=name.text.casefold(), type=name.type, named=True, weight=0.4
        )
        for name in parsed.names
        if name.type in PLACES and bare(name.text).casefold() not in named
    ]
    return [*(mention for mention in every if not mention.named), *named.values(), *inside]


def _group(parsed: Parsed, members: list[tuple[int, int]], found: dict[tuple[int, int], Mention]) -> None:
    """Note which nouns are joined, as in "parasitism and mutualism"; they are as present as one another."""
    if len(members) < 2 or not all(place in found and not found[place].named for place in members):
        return
    weight = max(found[place].weight for place in members)
    group = parsed.span(members[0][0], members[-1][1])
    for place in members:
        found[place] = replace(
            found[place], weight=weight, group=group, plural=parsed.words[place[1]].tag == "NNS"
        )


def _joined(text: str, named: Mapping[str, Mention]) -> dict[str, Mention]:
    """Return joined names one by one and together, all of one type and as present."""
    members = {bare(one).casefold(): one for one in _AND.split(text)}
    known = [named[key] for key in members if key in named]
    types = [one.type for one in known if one.type]
    type_ = "PERSON" if "PERSON" in types else next(iter(types), "")
    weight = max((one.weight for one in known), default=1.0)
    every = Mention(text=text, noun=text, head="", type=type_, named=True, weight=weight, group=text)
    each = {key: replace(every, text=one, noun=one, head=one.casefold()) for key, one in members.items()}
    return each | {every.key: replace(every, plural=True, joined=True)}


def _mention(parsed: Parsed, at: int, first: int, last: int) -> Mention | None:
    """Return the thing that a noun speaks of; None when it speaks of none."""
    word, words = parsed.words[at], parsed.words[first : last + 1]
    lemma = word.lemma.lower()
    if not _is_head(word) or lemma in EMPTY_NOUNS or (lemma in UNIQUE and last - first < 2):
        return None
    name = name_at(parsed, at)
    asked = any(one.tag in ("WDT", "WP", "WP$", "WRB") for one in words)
    others = any(one.tag == "PRP$" and not _OWNED.fullmatch(one.text) for one in words)
    if others or (name is not None and name.type in QUANTITIES and not asked):
        return None  # "its roots" was not resolved
    named = word.pos == "PROPN" or name is not None or word.text[:1].isupper()
    relational = lemma in RELATIONAL and not named
    owned = bool(parsed.children(at, "poss"))
    return Mention(
        text=_OWNED.sub("the", parsed.span(first, last)),
        noun=_compound(parsed, at),
        head=lemma,
        type=name.type if name else KINDS.get(lemma, ""),
        named=named,
        certain=name is not None and " " in name.text,
        asked=asked,
        plural=word.tag in ("NNS", "NNPS") or (not named and bool(parsed.children(at, "conj"))),
        relational=relational,
        weight=_role(parsed, at, relational) * (0.5 if owned else 1.0) + (0.3 if named else 0.0),
    )


def _titles(text: str, found: Iterable[Mention]) -> Iterator[Mention]:
    """Yield what is written as a title or between quotation marks and is no part of what was found."""
    keys = [mention.key for mention in found]
    for match in _TITLE.finditer(text):
        title = (match["quoted"] or match["title"]).strip(" ?!.,;:")
        if not any(title.casefold() in key for key in keys):
            yield Mention(text=title, noun=title, head=title.split()[-1].casefold(), named=True, weight=1.3)


def name_at(parsed: Parsed, at: int) -> Name | None:
    """Return the name a word belongs to; a name with the first verb of the question in it is none."""
    for name in parsed.names:
        if name.first <= at <= name.last:
            begins = name.first == 0 and parsed.words[0].text.lower() in OPENERS
            return None if begins and name.last else name
    return None


def borders(parsed: Parsed, at: int) -> tuple[int, int]:
    """Return the first and last word of a noun phrase: a head with what stands before it, or a whole name."""
    words = parsed.words
    first = last = at
    name = name_at(parsed, at)
    if name is not None and name.type not in QUANTITIES:
        first, last = name.first, name.last
        if first and words[first - 1].pos == "DET":
            first -= 1
    else:
        for child in parsed.children(at, *_LEFT):
            if child < at:
                first = min(first, parsed.phrase(child)[0])
    if words[at].pos == "PROPN":
        for child in parsed.children(at, "prep"):
            if words[child].text.lower() == "of":
                last = max(last, parsed.phrase(child)[1])
    while last > at and (words[last].pos == "PUNCT" or words[last].tag == "POS"):
        last -= 1
    return first, last


def take_in(known: dict[str, Mention], found: Iterable[Mention], *, turn: int) -> None:
    """Add what a turn spoke of; what is known already becomes more present."""
    for mention in found:
        before = known.get(mention.key)
        clearer = before if before is not None and before.weight > mention.weight else mention
        weight = mention.weight + (before.weight if before else 0.0)
        known[mention.key] = replace(clearer, weight=weight, turn=turn)


def faded(known: Mapping[str, Mention]) -> dict[str, Mention]:
    """Return what is known, less present than before."""
    return {key: replace(mention, weight=mention.weight * FADES) for key, mention in known.items()}


def _is_head(word: Word) -> bool:
    if word.dep in _INSIDE:
        return False
    as_name = word.pos == "ADJ" and word.text[:1].isupper() and word.dep in _AS_NOUN
    return word.pos in ("NOUN", "PROPN") or as_name


def _compound(parsed: Parsed, at: int) -> str:
    first = min([at, *(parsed.phrase(child)[0] for child in parsed.children(at, "compound") if child < at)])
    while first < at and parsed.words[first].tag in ("PRP$", "DT", "POS"):
        first += 1
    return parsed.span(first, at)


def _role(parsed: Parsed, at: int, relational: bool) -> float:
    """Return what a noun weighs by its place in the sentence."""
    word = parsed.words[at]
    while word.dep == "conj":
        word = parsed.words[word.head]
    if relational:
        return 0.35
    if word.dep in ("nsubj", "nsubjpass", "ROOT"):
        return 1.0
    if word.dep in ("attr", "dobj"):
        return 0.9
    if word.dep == "pobj":
        lead = parsed.words[word.head].text.lower()
        return 0.95 if lead in ("of", "about") else 0.45 if lead in ("in", "at", "from") else 0.7
    return 0.6
